import { describe, expect, test } from 'vitest';
import { Btf, BtfBuilder, type BtfType } from '../../core/src/btf/index.ts';
import { readCollection } from '../../core/src/object/index.ts';
import { prebuiltObject } from '../../core/test/object/prebuilt.ts';
import { Bpf } from '../src/bpf/bpf.ts';
import { LoadedBtf } from '../src/btf/loaded-btf.ts';
import { type BtfFeature, btfFeatures, sanitizeBtf } from '../src/btf/sanitize.ts';
import type { Ffi } from '../src/ffi/ffi.ts';

const kinds = [
  ...['int', 'float', 'decl_tag', 'type_tag', 'enum', 'enum64', 'func_proto', 'func', 'var', 'datasec', 'ptr'],
] as const;

/** One type of each kind in question, in the order of `kinds`. */
function sample(): Btf {
  const builder = new BtfBuilder();
  const add = (type: unknown) => builder.add(type as BtfType);
  const int = add({
    ...{ kind: 'int', name: 'int', size: 4, bits: 32, bitOffset: 0 },
    ...{ signed: true, char: false, bool: false },
  });
  const float = add({ kind: 'float', name: 'double', size: 8 });
  add({ kind: 'decl_tag', name: 'a tag: of any text', type: float, component: -1 });
  add({ kind: 'type_tag', name: 'user', type: int });
  add({ kind: 'enum', name: 'signs', size: 4, signed: true, values: [{ name: 'MINUS', value: -1n }] });
  add({ kind: 'enum64', name: 'wide', size: 8, signed: true, values: [{ name: 'WIDE', value: 1n << 40n }] });
  const prototype = add({ kind: 'func_proto', returns: int, parameters: [] });
  add({ kind: 'func', name: 'main', type: prototype, linkage: 'global' });
  const variable = add({ kind: 'var', name: 'counter', type: int, linkage: 'global' });
  add({ kind: 'datasec', name: '.bss', size: 8, variables: [{ type: variable, offset: 4, size: 4 }] });
  add({ kind: 'ptr', type: int });
  return Btf.parse(builder.finish());
}

function sanitized(...missing: BtfFeature[]): Btf {
  return Btf.parse(sanitizeBtf(sample(), new Set(missing)));
}

function kindsOf(btf: Btf): string[] {
  return Array.from({ length: btf.count - 1 }, (_, index) => btf.kind(index + 1));
}

describe('BTF without what a kernel lacks', () => {
  test('stays as it is for a kernel that has all', () => {
    const btf = sample();
    expect(kindsOf(btf)).toEqual([...kinds]);
    expect(sanitizeBtf(btf, new Set())).toEqual(btf.bytes);
  });

  test.each<[BtfFeature, Partial<Record<(typeof kinds)[number], string>>]>([
    ['float', { float: 'struct' }],
    ['decl-tag', { decl_tag: 'int' }],
    ['type-tag', { type_tag: 'const' }],
    ['enum64', { enum64: 'union' }],
    ['global-functions', {}],
    ['data-sections', { var: 'int', datasec: 'struct' }],
  ])('%s: only that is replaced, ids and length stay', (feature, replaced) => {
    const btf = sanitized(feature);
    expect(kindsOf(btf)).toEqual(kinds.map((kind) => replaced[kind] ?? kind));
    expect(btf.bytes.length).toBe(sample().bytes.length);
    for (let id = 1; id < btf.count; id += 1) expect(() => btf.type(id)).not.toThrow();
  });

  test('sizes stay, so that what holds them keeps its layout', () => {
    const [before, after] = [sample(), sanitized(...btfFeatures.map(({ name }) => name))];
    for (const kind of ['float', 'enum', 'enum64', 'datasec'] as const) {
      const id = kinds.indexOf(kind) + 1;
      expect([kind, after.sizeOf(id)]).toEqual([kind, before.sizeOf(id)]);
    }
  });

  test('before 6.0 enumerations do not say that they are signed, before 5.6 functions not that they are global', () => {
    expect(sanitized('enum64').type(kinds.indexOf('enum') + 1)).toMatchObject({ kind: 'enum', signed: false });
    expect(sanitized('global-functions').type(kinds.indexOf('func') + 1)).toMatchObject({ linkage: 'static' });
  });

  test('a section becomes a struct with something at the place of each variable', () => {
    const members = [{ name: '', type: kinds.indexOf('var') + 1, bitOffset: 32, bitSize: 0 }];
    expect(sanitized('data-sections').type(kinds.indexOf('datasec') + 1)).toMatchObject({ size: 8, members });
  });
});

/** A kernel that takes BTF only without the kinds that came after it, and counts what it is given. */
class FakeKernel implements Ffi {
  readonly refused: readonly string[];
  calls = 0;
  readonly #buffers: Uint8Array[] = [];

  constructor(refused: readonly string[]) {
    this.refused = refused;
  }

  syscall(): number {
    return 0;
  }
  syscall3(_number: number, _command: number, address: number): number {
    this.calls += 1;
    const attr = new DataView((this.#buffers[address - 1] as Uint8Array).buffer);
    const bytes = this.#buffers[Number(attr.getBigUint64(0, true)) - 1] as Uint8Array;
    const given = new Set(kindsOf(Btf.parse(bytes)));
    return this.refused.some((kind) => given.has(kind)) ? -22 : 7;
  }
  address(buffer: Uint8Array): bigint {
    return BigInt(this.#buffers.push(buffer));
  }
  map(): number {
    return -1;
  }
  symbol(): undefined {
    return undefined;
  }
  callback(): bigint {
    return 0n;
  }
}

describe('BTF is given to the kernel', () => {
  test.each([
    ['6.1', [], 1],
    ['5.18', ['enum64'], 2],
    ['5.16', ['enum64', 'type_tag'], 3],
    ['5.15', ['enum64', 'type_tag', 'decl_tag'], 4],
    ['5.10', ['enum64', 'type_tag', 'decl_tag', 'float'], 5],
    ['5.1', ['enum64', 'type_tag', 'decl_tag', 'float', 'var', 'datasec'], 7],
  ])('of Linux %s, without what it refuses; the next object starts with all that it has', (_, refused, calls) => {
    const fake = new FakeKernel(refused);
    const loaded = new LoadedBtf(new Bpf(fake));
    expect(loaded.descriptor(sample())).toBe(7);
    expect(fake.calls).toBe(calls);
    expect(loaded.descriptor(sample())).toBe(7);
    expect(fake.calls).toBe(2 * calls);
  });

  test('where it refuses any, programs do without', () => {
    const fake = new FakeKernel(['int']);
    expect(new LoadedBtf(new Bpf(fake)).descriptor(sample())).toBeUndefined();
  });

  test('what stands for things of the kernel is replaced for every kernel', () => {
    const { btf } = readCollection(prebuiltObject('ksyms-clang-19-v3.o'));
    if (btf === undefined) throw new Error('the object has no BTF');
    const bytes = Btf.parse(sanitizeBtf(btf, new Set()));
    for (let id = 1; id < bytes.count; id += 1) {
      const type = bytes.type(id);
      if (type.kind === 'var' || type.kind === 'func') expect(type.linkage).not.toBe('extern');
      if (type.kind === 'datasec') expect(type.name).not.toBe('.ksyms');
    }
  });
});
