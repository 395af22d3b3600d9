import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import { type BtfExt, parseBtfExt, writeBtfExt } from '../../src/btf/ext.ts';
import { Btf } from '../../src/btf/reader.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';
import { needs } from '../support/needs.ts';
import { int } from './types.ts';

const u32 = fc.oneof(fc.nat(64), fc.integer({ min: 0, max: 0xffffffff }));
const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });

function sections<T>(record: fc.Arbitrary<T>): fc.Arbitrary<Map<string, T[]>> {
  return fc
    .dictionary(text, fc.array(record, { minLength: 1, maxLength: 4 }))
    .map((value) => new Map(Object.entries(value)));
}

const anyExt: fc.Arbitrary<BtfExt> = fc.record({
  functions: sections(fc.record({ offset: u32, type: fc.nat(1) })),
  lines: sections(fc.record({ offset: u32, file: text, text, line: fc.nat(0x3fffff), column: fc.nat(0x3ff) })),
  coreRelocations: sections(fc.record({ offset: u32, type: fc.nat(1), access: text, kind: fc.nat(12) })),
});

function write(ext: BtfExt): { btf: Btf; bytes: Uint8Array } {
  const builder = new BtfBuilder();
  builder.add(int('u32', 4));
  const bytes = writeBtfExt(ext, builder);
  return { bytes, btf: Btf.parse(builder.finish()) };
}

const small: BtfExt = {
  functions: new Map([['xdp', [{ offset: 0, type: 1 }]]]),
  lines: new Map([['xdp', [{ offset: 8, file: 'a.c', text: 'int x;', line: 3, column: 5 }]]]),
  coreRelocations: new Map([['xdp', [{ offset: 16, type: 1, access: '0:1', kind: 0 }]]]),
};

function failure(action: () => unknown): SkepError {
  try {
    action();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('what is written is read back', () => {
  fc.assert(
    fc.property(anyExt, (ext) => {
      const { btf, bytes } = write(ext);
      expect(parseBtfExt(bytes, btf)).toEqual(ext);
    }),
  );
});

test('lines and columns that the format cannot hold become 0', () => {
  const lines = new Map([['xdp', [{ offset: 0, file: 'a.c', text: '', line: 2 ** 22, column: 2000 }]]]);
  const { btf, bytes } = write({ ...small, lines });
  expect(parseBtfExt(bytes, btf).lines.get('xdp')).toEqual([{ offset: 0, file: 'a.c', text: '', line: 0, column: 0 }]);
});

test('a short header has no CO-RE part', () => {
  const { btf, bytes } = write({ ...small, coreRelocations: new Map() });
  // Header of 24 bytes: the last two words leave, and the tables move up.
  const short = new Uint8Array([...bytes.subarray(0, 24), ...bytes.subarray(32)]);
  new DataView(short.buffer).setUint32(4, 24, true);
  expect(parseBtfExt(short, btf)).toEqual({ ...small, coreRelocations: new Map() });
});

test('records longer than known are read by their known part', () => {
  const { btf, bytes } = write({ ...small, lines: new Map(), coreRelocations: new Map() });
  // size, section, count, offset, type; then four bytes more per record.
  const longer = new Uint8Array(bytes.length + 4);
  longer.set(bytes);
  const view = new DataView(longer.buffer);
  view.setUint32(32, 12, true);
  view.setUint32(12, 24, true);
  expect(parseBtfExt(longer, btf).functions).toEqual(small.functions);
});

describe('hostile input', () => {
  const { btf, bytes } = write(small);
  const patch = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };
  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    ['nothing', new Uint8Array(0), /shorter than its header/],
    ['a table past the end', patch(8, 0xfffffff0), /cut off/],
    ['a table of 2^32-1 bytes', patch(12, 0xffffffff), /cut off/],
    ['records of 0 bytes', patch(32, 0), /records of 0 bytes/],
    ['records of 2^32-1 bytes', patch(32, 0xffffffff), /records of 4294967295 bytes/],
    ['2^32-1 records', patch(40, 0xffffffff), /records of section xdp of .BTF.ext are cut off/],
    ['a section name out of range', patch(36, 0xffffff), /string 16777215 does not exist/],
    ['a type out of range', patch(48, 77), /names type 77/],
  ])('%s', (_, hostile, message) => {
    const error = failure(() => parseBtfExt(hostile, btf));
    expect(error.code).toBe('SKEP_BAD_BTF');
    expect(error.message).toMatch(message);
  });
});

needs('clang-19', 'llvm-objcopy-19').test('an object by clang: functions, lines and CO-RE relocations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-ext-'));
  try {
    const file = (name: string): string => join(folder, name);
    const source = [
      'struct task { int pid; int tgid; } __attribute__((preserve_access_index));',
      '__attribute__((section("kprobe/x"), used)) int probe(struct task *t)',
      '{',
      '  return t->tgid;',
      '}',
    ];
    writeFileSync(file('a.c'), source.join('\n'));
    execFileSync('clang-19', ['-target', 'bpf', '-g', '-O2', '-c', file('a.c'), '-o', file('a.o')]);
    const dump = ['--dump-section', `.BTF=${file('btf')}`, '--dump-section', `.BTF.ext=${file('ext')}`];
    execFileSync('llvm-objcopy-19', [...dump, file('a.o')]);
    const btf = Btf.parse(new Uint8Array(readFileSync(file('btf'))));
    const ext = parseBtfExt(new Uint8Array(readFileSync(file('ext'))), btf);
    const [probe] = ext.functions.get('kprobe/x') ?? [];
    expect(btf.name(probe?.type ?? 0)).toBe('probe');
    expect(ext.lines.get('kprobe/x')?.map(({ line, text: source }) => [line, source])).toContainEqual([
      4,
      '  return t->tgid;',
    ]);
    const [relocation] = ext.coreRelocations.get('kprobe/x') ?? [];
    expect(relocation).toMatchObject({ access: '0:1', kind: 0 });
    expect(btf.name(relocation?.type ?? 0)).toBe('task');
    // Written anew over the same types, it says the same.
    const builder = new BtfBuilder();
    for (let id = 1; id < btf.count; id += 1) builder.add(btf.type(id));
    const bytes = writeBtfExt(ext, builder);
    expect(parseBtfExt(bytes, Btf.parse(builder.finish()))).toEqual(ext);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
