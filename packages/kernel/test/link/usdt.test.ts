import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collection, loadCollection } from '../../../core/src/host/index.ts';
import { readCollection } from '../../../core/src/object/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { kernel } from '../../src/index.ts';
import { parseUsdtArguments } from '../../src/link/usdt-arguments.ts';
import { usdtProbes } from '../../src/link/usdt-notes.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttachedAs } from './support/matrix.ts';

describe('arguments of static probes', () => {
  const r = (register: number) => ({ kind: 'register', register });
  test.each([
    ['x64', '8@%rax', 8, false, r(80)],
    ['x64', '-4@%edi', 4, true, r(112)],
    ['x64', '1@%sil', 1, false, r(104)],
    ['x64', '2@%r10w', 2, false, r(56)],
    ['x64', '8@%r15', 8, false, r(0)],
    ['x64', '8@%rsp', 8, false, r(152)],
    ['x64', '-4@$-9', 4, true, { kind: 'constant', value: -9n }],
    ['x64', '8@-1204(%rbp)', 8, false, { kind: 'memory', register: 32, offset: -1204n }],
    ['x64', '-8@(%rdx)', 8, true, { kind: 'memory', register: 96, offset: 0n }],
    ['x64', '8@4(%rax,%rbx,8)', 8, false, { kind: 'memory', register: 80, offset: 4n, index: 40, scale: 3 }],
    ['x64', '8@(%rax,%rcx)', 8, false, { kind: 'memory', register: 80, offset: 0n, index: 88, scale: 0 }],
    ['arm64', '-4@x0', 4, true, r(0)],
    ['arm64', '8@w30', 8, false, r(240)],
    ['arm64', '8@sp', 8, false, r(248)],
    ['arm64', '-4@-5', 4, true, { kind: 'constant', value: -5n }],
    ['arm64', '8@[x19]', 8, false, { kind: 'memory', register: 152, offset: 0n }],
    ['arm64', '-4@[sp, 60]', 4, true, { kind: 'memory', register: 248, offset: 60n }],
    ['arm64', '8@[x1, x2]', 8, false, { kind: 'memory', register: 8, offset: 0n, index: 16, scale: 0 }],
  ] as const)('%s %s', (machine, text, size, signed, location) => {
    expect(parseUsdtArguments(text, machine)).toEqual([{ size, signed, location }]);
    expect(parseUsdtArguments(`${text} ${text}`, machine)).toHaveLength(2);
  });

  test.each([
    ['x64', '8@%xmm0'],
    ['x64', '8f@%xmm0'],
    ['x64', '3@%rax'],
    ['x64', '8@name(%rip)'],
    ['x64', '%rax'],
    ['arm64', '8@[x1, x2, lsl 3]'],
    ['arm64', '8@[y1]'],
  ] as const)('%s %s is refused', (machine, text) => {
    expect(errorOf(() => parseUsdtArguments(text, machine)).code).toBe('SKEP_NOT_SUPPORTED');
  });

  test('no arguments', () => expect(parseUsdtArguments('', 'x64')).toEqual([]));
});

const sources = join(import.meta.dirname, 'support/static-probe');
const target = arch() === 'x64' ? 'x86' : 'arm64';
const headers =
  ['x86_64', 'aarch64'].map((name) => `/usr/include/${name}-linux-gnu`).find(existsSync) ?? '/usr/include';

needsBpf('cc', 'clang-19').describe('static probes', () => {
  let folder: string;
  let program: string;
  let object: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skep-usdt-'));
    program = join(folder, 'probed');
    object = join(folder, 'watch.o');
    execFileSync('cc', ['-O2', '-o', program, join(sources, 'probed.c')]);
    const flags = ['-O2', '-g', '-target', 'bpf', '-mcpu=v3', `-D__TARGET_ARCH_${target}`, `-I${headers}`];
    execFileSync('clang-19', [...flags, '-c', join(sources, 'watch.bpf.c'), '-o', object]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const load = (): Collection =>
    loadCollection(readCollection(new Uint8Array(readFileSync(object))), kernel(), { ownsHost: true });
  const get = (collection: Collection, name: string) => Number(collection.globals[name]?.get());

  test('the notes of a file', () => {
    const probes = usdtProbes(program);
    expect(probes.map(({ provider, name }) => `${provider}:${name}`)).toEqual(['skep:fired', 'skep:watched']);
    expect(probes.map(({ semaphore }) => semaphore !== undefined)).toEqual([false, true]);
  });

  test('usdt: each firing is counted, and its arguments arrive', ({ task }) => {
    using collection = load();
    const link = collection.programs.on_fired?.attach({ path: program, provider: 'skep', probe: 'fired', cookie: 77n });
    expect(spawnSync(program, ['4']).status).toBe(0);
    noteAttachedAs(task, 'usdt', 'kprobe', link);
    const seen = ['fired', 'count', 'cookie', 'far_sum', 'turn_sum', 'constants', 'memory', 'small'];
    expect(seen.map((name) => get(collection, name))).toEqual([4, 5, 77, -10 * 1000000007, 10, -36, 28, -12]);
    link?.[Symbol.dispose]();
    spawnSync(program, ['3']);
    expect(get(collection, 'fired')).toBe(4);
  });

  test('usdt: a probe with a counter fires only while it is watched', ({ task }) => {
    using collection = load();
    const link = collection.programs.on_watched?.attach({ path: program, probe: 'watched' });
    expect(spawnSync(program, ['5']).status).toBe(1);
    noteAttachedAs(task, 'usdt, with a semaphore', 'kprobe', link);
    expect(['watched', 'from_table'].map((name) => get(collection, name))).toEqual([5, 100]);
    link?.[Symbol.dispose]();
    expect(spawnSync(program, ['5']).status).toBe(0);
    expect(get(collection, 'watched')).toBe(5);
  });

  test('what is not there is told with what is near', () => {
    using collection = load();
    const { on_fired: watch } = collection.programs;
    expect(errorOf(() => watch?.attach({ path: program, provider: 'skep', probe: 'fird' }))).toMatchObject({
      code: 'SKEP_NO_SUCH_NAME',
      remedy: "did you mean 'skep:fired'?",
    });
    expect(errorOf(() => watch?.attach({ path: program })).code).toBe('SKEP_USAGE');
    expect(errorOf(() => watch?.attach({ path: `${folder}/none`, probe: 'fired' })).code).toBe('SKEP_NO_FILE');
    const damaged = join(folder, 'damaged');
    const bytes = readFileSync(program);
    const note = bytes.indexOf('stapsdt\0');
    bytes.writeUInt32LE(0xfffffff0, note - 8);
    writeFileSync(damaged, bytes);
    expect(errorOf(() => usdtProbes(damaged)).code).toBe('SKEP_BAD_ELF');
  });
});
