import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Btf, BtfBuilder, type BtfType } from '../../core/src/btf/index.ts';
import { loadCollection } from '../../core/src/host/index.ts';
import { readCollection } from '../../core/src/object/index.ts';
import { prebuiltObject } from '../../core/test/object/prebuilt.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { KernelTypes } from '../src/btf/kernel-types.ts';
import { VMLINUX, vmlinux } from '../src/btf/vmlinux.ts';
import { kernel } from '../src/index.ts';
import { errorOf } from './link/support/error-of.ts';

const int: BtfType = {
  ...{ kind: 'int', name: 'skep_int', size: 4, bits: 32, bitOffset: 0 },
  ...{ signed: true, char: false, bool: false },
} as BtfType;

/** A struct of one member, and a function that takes nothing. */
function moduleBtf(base: Btf, struct: string, func: string): Uint8Array {
  const builder = new BtfBuilder(base);
  const number = builder.add(int);
  const members = [{ name: 'number', type: number, bitOffset: 0, bitSize: 0 }];
  builder.add({ kind: 'struct', name: struct, size: 4, members });
  const prototype = builder.add({ kind: 'func_proto', returns: number, parameters: [] });
  builder.add({ kind: 'func', name: func, type: prototype, linkage: 'static' });
  return builder.finish();
}

/** What a program declares of it: the struct by its name. */
function localStruct(name: string): { local: Btf; root: number } {
  const builder = new BtfBuilder();
  const number = builder.add(int);
  const root = builder.add({
    ...{ kind: 'struct', name, size: 4 },
    members: [{ name: 'number', type: number, bitOffset: 0, bitSize: 0 }],
  } as BtfType);
  return { local: Btf.parse(builder.finish()), root };
}

needsBpf().describe('types of kernel modules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-modules-'));
  let types: KernelTypes;

  beforeAll(() => {
    const good = moduleBtf(vmlinux(), 'skep_module_struct', 'skep_module_function');
    writeFileSync(join(folder, 'good'), good);
    writeFileSync(join(folder, 'vmlinux'), 'not looked at');
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'garbage'), Buffer.from('garbage that is no type information at all'));
    for (const length of [1, 23, 24, 40, good.length - 1]) {
      writeFileSync(join(folder, `cut-${length}`), good.subarray(0, length));
    }
    // Types of other kernels: the strings and ids that they continue lie elsewhere.
    writeFileSync(join(folder, 'alien'), moduleBtf(Btf.parse(new BtfBuilder().finish()), 'skep_alien', 'skep_alien_f'));
    types = new KernelTypes(undefined, { folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a function of a module is found there, broken modules are passed over', () => {
    expect(types.find('skep_module_function', 'func')).toMatchObject({ module: 'good' });
    expect(types.find('skep_module_function', 'var')).toBeUndefined();
    expect(types.find('skep_nowhere', 'func')).toBeUndefined();
  });

  test("the kernel's own functions come first", () => {
    expect(types.find('bpf_prog_put', 'func')).not.toHaveProperty('module');
  });

  test('relocations look into modules only for what the kernel lacks', () => {
    const own = localStruct('task_struct');
    expect(types.targets(own.local, [own.root])).toEqual([vmlinux()]);
    const module = localStruct('skep_module_struct');
    const targets = types.targets(module.local, [module.root]);
    expect(targets.map((btf) => btf.base === undefined)).toEqual([true, false]);
    const nowhere = localStruct('skep_nowhere');
    expect(types.targets(nowhere.local, [nowhere.root])).toEqual([vmlinux()]);
  });

  test('a folder without modules, or none at all', () => {
    const none = new KernelTypes(undefined, { folder: join(folder, 'missing') });
    expect(none.find('skep_module_function', 'func')).toBeUndefined();
  });
});

needsBpf().describe('types given instead of those of the kernel', () => {
  const object = readCollection(prebuiltObject('core-relocations-clang-19-v3.o'), { file: 'core.o' });

  test.each([
    ['a file', VMLINUX],
    ['bytes', () => readFileSync(VMLINUX)],
  ])('%s', (_, source) => {
    const host = kernel({ btf: typeof source === 'string' ? source : source() });
    using collection = loadCollection(object, host);
    expect(Object.keys(collection.programs).length).toBeGreaterThan(0);
    host.dispose();
  });

  test('they count: a program does not load for types that lack what it asks for', () => {
    const host = kernel({ btf: new BtfBuilder().finish() });
    expect(() => loadCollection(object, host)).toThrow(expect.objectContaining({ code: 'SKEP_CORE_RELOCATION' }));
    host.dispose();
  });

  test.each([
    ['a file that is not there', '/nonexistent/types.btf', 'SKEP_NO_FILE'],
    ['garbage', new TextEncoder().encode('garbage, garbage, garbage, garbage'), 'SKEP_BAD_BTF'],
    ['nothing', new Uint8Array(0), 'SKEP_BAD_BTF'],
  ])('%s is told where types are needed, and only there', (_, btf, code) => {
    const host = kernel({ btf });
    const plain = readCollection(prebuiltObject('globals-clang-19-v3.o'), { file: 'globals.o' });
    loadCollection(plain, host).dispose();
    expect(() => loadCollection(object, host)).toThrow(expect.objectContaining({ code }));
    host.dispose();
  });
});

describe('without types of the kernel', () => {
  test('types given are enough for relocations', () => {
    const { local, root } = localStruct('skep_given');
    const builder = new BtfBuilder();
    builder.add(int);
    const types = new KernelTypes(undefined, { btf: builder.finish() });
    expect(types.targets(local, [root])).toHaveLength(1);
  });
});

describe('types of a kernel that are broken', () => {
  const whole = moduleBtf(Btf.parse(new BtfBuilder().finish()), 'skep_struct', 'skep_function');
  const broken = whole.slice();
  // The type of the only member of the struct, behind the record of the integer: found out when it is decoded.
  new DataView(broken.buffer).setUint32(24 + 16 + 12 + 4, 99, true);

  test.each([
    ['a file that is cut off', whole.subarray(0, whole.length - 5)],
    ['a file that is no BTF', Buffer.from('not the types of a kernel')],
    ['a type that is not there', broken],
  ])('%s: the error names the file, and does not advise to compile the program', (_, bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'skep-vmlinux-'));
    try {
      const file = join(folder, 'vmlinux');
      writeFileSync(file, bytes);
      const error = errorOf(() => {
        const types = new KernelTypes(undefined, { btf: file }).targets(localStruct('skep_struct').local, []);
        for (const btf of types) for (let id = btf.firstId; id < btf.count; id += 1) btf.type(id);
      });
      expect(error).toMatchObject({ code: 'SKEP_BAD_BTF', place: { file } });
      expect(error.remedy).toMatch(/types of the kernel from a file/);
      expect(error.remedy).not.toMatch(/compile|strip/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
