import { expect, test } from 'vitest';
import { Btf, BtfBuilder, type BtfType } from '../../src/btf/index.ts';
import { type Host, vm } from '../../src/host/index.ts';
import { kconfigBytes } from '../../src/host/kconfig.ts';
import type { CollectionSpec } from '../../src/object/index.ts';

const builder = new BtfBuilder();
const int = (name: string, size: number, bool = false): number =>
  builder.add({ kind: 'int', name, size, bits: size * 8, bitOffset: 0, signed: false, char: false, bool } as BtfType);
const char = int('char', 1);
const types = {
  char,
  bool: int('_Bool', 1, true),
  word: int('unsigned int', 4),
  tristate: builder.add({ kind: 'enum', name: 'libbpf_tristate', size: 4, signed: false, values: [] }),
  text: builder.add({ kind: 'array', type: char, indexType: char, length: 4 } as BtfType),
};
const spec = { btf: Btf.parse(builder.finish()) } as unknown as CollectionSpec;

/** The bytes of an option that the kernel sets to `value`. */
function bytes(type: keyof typeof types, value: string | bigint): number[] {
  const host: Host = Object.assign(vm(), { kernelConfig: () => value });
  const size = { char: 1, bool: 1, word: 4, tristate: 4, text: 4 }[type];
  const entry = { name: 'CONFIG_IT', offset: 0, size, type: types[type], weak: false };
  return [...kconfigBytes(entry, spec, undefined, host)];
}

test.each<[keyof typeof types, string | bigint, number[]]>([
  ['bool', 'y', [1]],
  ['bool', 'n', [0]],
  ['char', 'y', [0x79]],
  ['char', 'm', [0x6d]],
  ['char', 'n', [0x6e]],
  ['tristate', 'n', [0, 0, 0, 0]],
  ['tristate', 'y', [1, 0, 0, 0]],
  ['tristate', 'm', [2, 0, 0, 0]],
  ['word', 250n, [250, 0, 0, 0]],
  ['text', 'y', [0x79, 0, 0, 0]],
  ['text', 'abc', [0x61, 0x62, 0x63, 0]],
])('an option read as %s and set to %s', (type, value, expected) => {
  expect(bytes(type, value)).toEqual(expected);
});

test('a boolean that is built as a module is told', () => {
  expect(() => bytes('bool', 'm')).toThrow(expect.objectContaining({ code: 'SKEP_BAD_VALUE' }));
});
