import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { validateModule } from '../../src/ir/index.ts';
import { buildTypeScript, compileTypeScript, formatDiagnostic } from '../../src/typescript/index.ts';

const programs = ['balancer', 'control', 'firewall', 'maps', 'redirect', 'tail-calls', 'tc-copy'];
const pathOf = (name: string) => join(import.meta.dirname, 'programs', `${name}.bpf.ts`);

describe('the programs of the language', () => {
  test.each(programs)('%s compiles to a valid module', async (name) => {
    const { module, diagnostics } = await compileTypeScript(pathOf(name));
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(formatDiagnostic)).toEqual([]);
    expect(module && validateModule(module)).toEqual([]);
  });

  needsBpf('bpftool').describe('are taken by the kernel', () => {
    test.each(programs)('%s loads', async (name) => {
      const { object } = await buildTypeScript(pathOf(name));
      const folder = mkdtempSync(join(tmpdir(), 'skep-typescript-'));
      const pins = `/sys/fs/bpf/skep-typescript-${process.pid}-${name}`;
      try {
        writeFileSync(join(folder, 'program.o'), object ?? new Uint8Array());
        execFileSync('bpftool', ['prog', 'loadall', join(folder, 'program.o'), pins], { stdio: 'pipe' });
      } finally {
        rmSync(folder, { recursive: true });
        rmSync(pins, { recursive: true, force: true });
      }
    });
  });

  test('what must be refused is refused by TypeScript', async () => {
    const { diagnostics } = await compileTypeScript(join(import.meta.dirname, 'programs', 'refused.ts'));
    expect(diagnostics.filter(({ code }) => code.startsWith('TS')).map(formatDiagnostic)).toEqual([]);
  });
});
