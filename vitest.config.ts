import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});
