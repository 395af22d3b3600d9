import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTypeScript } from '@skep/compilers/typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { kernel, load, packet } from '../../src/index.ts';
import type * as Firewall from '../types/programs/firewall.bpf.ts';

const program = (verdict: string) => `
import { xdp, XDP } from 'skep/bpf';
export const main = xdp((): XDP => XDP.${verdict});
`;

describe('an object beside a TypeScript source', () => {
  let folder = '';
  let source = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skep-prebuilt-'));
    source = join(folder, 'fw.bpf.ts');
    writeFileSync(source, program('DROP'));
    const { object } = await buildTypeScript(source);
    writeFileSync(join(folder, 'fw.bpf.o'), object ?? new Uint8Array());
    writeFileSync(source, program('PASS'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verdictOf = async (path: string) => {
    await using collection = await load(path);
    return collection.programs.main?.run(packet().eth()).verdict;
  };

  test.each([
    ['is taken where it is not older', 1000, 1000, 'XDP_DROP'],
    ['is passed over where the source is newer', 1000, 2000, 'XDP_PASS'],
  ])('%s', async (_, built, written, expected) => {
    utimesSync(join(folder, 'fw.bpf.o'), built, built);
    utimesSync(source, written, written);
    expect(await verdictOf(source)).toBe(expected);
  });

  test('does without the source', async () => {
    rmSync(source);
    expect(await verdictOf(source)).toBe('XDP_DROP');
  });
});

test('a source that does not compile: SKEP_COMPILE with all that is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-wrong-'));
  try {
    const source = join(folder, 'wrong.bpf.ts');
    writeFileSync(source, `${program('PASS')}const a: string = 1;\nconst b: string = 2;\nexport { a, b };\n`);
    await expect(load(source)).rejects.toThrow(
      expect.objectContaining({
        code: 'SKEP_COMPILE',
        diagnostics: [expect.objectContaining({ line: 4 }), expect.objectContaining({ line: 5 })],
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

needsBpf().describe('the kernel', () => {
  test('runs the firewall as the other hosts do', async () => {
    const url = new URL('../types/programs/firewall.bpf.ts', import.meta.url);
    await using fw = await load<typeof Firewall>(url, { host: kernel() });
    fw.maps.rules.set('10.0.0.0/8', { action: 1, hits: 0n });
    const from = (src: string) => packet().eth().ipv4({ src }).tcp();
    expect(fw.programs.firewall.run(from('10.1.2.3')).verdict).toBe('XDP_DROP');
    expect(fw.programs.firewall.run(from('11.1.2.3')).verdict).toBe('XDP_PASS');
    expect(fw.maps.perIp.get('10.1.2.3')?.sum().packets).toBe(1n);
    expect(fw.maps.rules.get('10.0.0.0/8')).toEqual({ action: 1, hits: 1n });
  });
});
