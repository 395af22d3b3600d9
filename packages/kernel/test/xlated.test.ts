import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../core/src/host/index.ts';
import { readCollection } from '../../core/src/object/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';
import { libbpfStyle, Workshop } from './xlated/build.ts';
import { comparable, differences } from './xlated/compare.ts';
import { type Loaded, loadByLibbpf, loadBySkep } from './xlated/loaded.ts';

/** Those that need no header of the kernel's types; the long tier takes all, by more compilers. */
const chosen = ['core-fields', 'inner-maps', 'kconfig', 'kfuncs', 'ring-buffer', 'tail-calls', 'timers-locks'] as const;

needsBpf('clang-19', 'gcc').describe('the kernel makes the same of an object through skep and through libbpf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-xlated-'));
  const workshop = new Workshop(folder);
  const objects = new Map<string, string>();
  let libbpf: Map<string, Loaded>;
  let host: Host;

  beforeAll(() => {
    for (const source of chosen) {
      objects.set(source, workshop.compile(libbpfStyle, source, { tool: 'clang-19', cpu: 3 }) ?? '');
    }
    libbpf = loadByLibbpf(workshop.buildLoader(), [...objects.values()]);
    host = kernel();
  }, 30_000);
  afterAll(() => {
    host.dispose();
    rmSync(folder, { recursive: true });
  });

  test.each(chosen)('%s', (source) => {
    const file = objects.get(source) ?? '';
    const theirs = libbpf.get(file) ?? { error: 'libbpf says nothing' };
    expect(theirs).not.toHaveProperty('error');
    const ours = loadBySkep(readCollection(workshop.read(file), { file: source }), host);
    expect(differences(source, ours, theirs)).toEqual([]);
  });
});

test('maps are compared by their order and contents, not by their numbers', () => {
  const load = (id: number) => ({
    code: Uint8Array.of(0x18, 0x11, 0, 0, id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    maps: new Map([[id, '2:4:8:1:0:00']]),
  });
  expect(comparable(load(7))).toEqual(comparable(load(9)));
  expect(comparable(load(7))).not.toEqual(comparable({ ...load(7), maps: new Map([[7, '2:4:8:1:0:01']]) }));
});
