import { describe, expect, test } from 'vitest';
import type { CollectionSpec } from '../../src/object/collection-spec.ts';
import type { ProgramSpec } from '../../src/object/program-spec.ts';
import { readCollection } from '../../src/object/read-collection.ts';
import { callGraph } from './call-graph.ts';
import { prebuilt, prebuiltObject } from './prebuilt.ts';

function read(name: string): CollectionSpec {
  return readCollection(prebuiltObject(`${name}-v3.o`), { file: name });
}

function program(spec: CollectionSpec, name: string): ProgramSpec {
  const found = spec.programs.get(name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return found;
}

/** What a map holds from the start: index and name. */
function contents(spec: CollectionSpec, map: string): [number, string][] {
  return (spec.maps.get(map)?.contents ?? []).map(({ key, value }) => [
    new DataView(key.buffer).getUint32(0, true),
    value.kind === 'bytes' ? '' : `${value.kind} ${value.name}`,
  ]);
}

describe('every object in the tree', () => {
  test.each(prebuilt())('$name gives the same blueprint each time, and stays as it is', ({ bytes }) => {
    const before = Uint8Array.from(bytes);
    const spec = readCollection(bytes);
    const again = readCollection(Uint8Array.from(bytes));
    expect([...again.maps]).toEqual([...spec.maps]);
    expect([...again.programs]).toEqual([...spec.programs]);
    expect([...again.variables]).toEqual([...spec.variables]);
    expect(bytes).toEqual(before);
  });

  test.each(prebuilt())('$name calls only functions that it holds', ({ bytes }) => {
    for (const spec of readCollection(bytes).programs.values()) {
      expect(callGraph(spec).filter((edge) => edge.includes('slot'))).toEqual([]);
      expect(new Set(spec.functions.map(({ name }) => name)).size).toBe(spec.functions.length);
    }
  });
});

describe('variables', () => {
  const spec = read('globals-clang-19');
  const rows: [name: string, map: string, offset: number, size: number, constant: boolean, linkage: string][] = [
    ['counter', '.data', 0, 4, false, 'global'],
    ['large', '.data', 8, 8, false, 'global'],
    ['corner', '.data', 16, 8, false, 'global'],
    ['hidden', '.data', 24, 4, false, 'static'],
    ['limit', '.rodata', 0, 4, true, 'global'],
    ['text', '.rodata', 4, 12, true, 'global'],
    ['fixed', '.rodata', 16, 24, true, 'static'],
    ['zeroes', '.bss', 4, 100, false, 'global'],
    ['unset', '.bss', 104, 2, false, 'static'],
    ['use.calls', '.bss', 0, 4, false, 'static'],
    ['custom', '.data.custom', 0, 8, false, 'global'],
    ['custom_zero', '.bss.custom', 0, 4, false, 'global'],
    ['custom_constant', '.rodata.custom', 0, 1, true, 'global'],
  ];

  test.each(rows)('%s', (name, map, offset, size, constant, linkage) => {
    expect(spec.variables.get(name)).toMatchObject({ name, map, offset, size, constant, linkage });
    const type = spec.variables.get(name)?.type;
    expect(spec.btf?.sizeOf(type ?? 0)).toBe(size);
  });

  test('have their first values in the map of their section', () => {
    const value = spec.maps.get('.data')?.contents[0]?.value;
    const bytes = value?.kind === 'bytes' ? value.bytes : new Uint8Array(0);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true)).toBe(0x1122334455667788n);
  });

  test('make maps: constants are frozen and closed to programs, zeroes take no bytes', () => {
    expect(spec.maps.get('.rodata')).toMatchObject({ type: 'array', valueSize: 40, flags: 0x480, frozen: true });
    expect(spec.maps.get('.data')).toMatchObject({ valueSize: 28, flags: 0x400, frozen: false, origin: 'data' });
    expect(spec.maps.get('.bss')).toMatchObject({ valueSize: 112, contents: [], origin: 'bss' });
    expect(spec.btf?.name(spec.maps.get('.bss')?.valueType ?? 0)).toBe('.bss');
  });
});

describe('static values', () => {
  test.each(['clang-19', 'bpf-gcc'])('a program array by %s', (compiler) => {
    const spec = read(`tail-calls-${compiler}`);
    expect(contents(spec, 'next')).toEqual([
      [0, 'program even'],
      [3, 'program odd'],
    ]);
    expect(spec.maps.get('next')).toMatchObject({ type: 'prog_array', keySize: 4, valueSize: 4, maxEntries: 4 });
    expect([...spec.programs.keys()].sort()).toEqual(['entry', 'even', 'odd']);
  });

  test('maps of maps', () => {
    const spec = read('inner-maps-clang-19');
    expect(contents(spec, 'by_index')).toEqual([
      [1, 'map first'],
      [4, 'map second'],
    ]);
    expect(contents(spec, 'by_key')).toEqual([[0, 'map second']]);
    expect(contents(spec, 'empty')).toEqual([]);
    const inner = { type: 'hash', keySize: 4, valueSize: 8, maxEntries: 16 };
    expect(spec.maps.get('by_index')).toMatchObject({ type: 'array_of_maps', valueSize: 4, inner });
    expect(spec.maps.get('empty')?.inner).toMatchObject({ type: 'array', valueSize: 40 });
  });
});

describe('subprograms', () => {
  const expected = {
    first: ['first -> deep', 'deep -> shared', 'deep -> twice', 'shared -> twice'],
    second: ['second -> hidden', 'second -> twice'],
    third: [
      'third -> shared',
      'third -> replaceable',
      'third -> deep',
      'shared -> twice',
      'deep -> shared',
      'deep -> twice',
    ],
  };

  test.each(['clang-19', 'bpf-gcc'])('follow the program that uses them, by %s', (compiler) => {
    const spec = read(`subprograms-${compiler}`);
    for (const [name, edges] of Object.entries(expected)) {
      expect(callGraph(program(spec, name)).sort(), name).toEqual([...edges].sort());
    }
  });

  test('hidden functions are static for the kernel', () => {
    const linkage = program(read('subprograms-clang-19'), 'second').functions.map(({ name, linkage }) => [
      name,
      linkage,
    ]);
    expect(linkage).toEqual([
      ['second', 'global'],
      ['hidden', 'static'],
      ['twice', 'static'],
    ]);
  });

  test('bring their types and lines along', () => {
    const spec = read('subprograms-clang-19');
    const { functions, lines } = program(spec, 'first');
    for (const { slot, name, type } of functions) {
      expect(spec.btf?.name(type ?? 0)).toBe(name);
      expect(lines.some((line) => line.slot === slot && line.text !== '')).toBe(true);
    }
    expect(lines.map(({ slot }) => slot)).toEqual(lines.map(({ slot }) => slot).sort((a, b) => a - b));
  });

  test('are referred to as callbacks', () => {
    const walk = program(read('callbacks-clang-19'), 'walk');
    const targets = walk.references.filter((reference) => reference.kind === 'function').map(({ target }) => target);
    const names = targets.map((target) => walk.functions.find(({ slot }) => slot === target)?.name);
    expect(names).toEqual(['step', 'each', 'step']);
    expect(callGraph(walk)).toContain('each -> twice');
  });
});

describe('what the kernel supplies', () => {
  test('kernel configuration values lie in one map', () => {
    const spec = read('kconfig-clang-19');
    const names = Object.fromEntries(spec.kconfig.map(({ name, weak }) => [name, weak]));
    expect(names).toEqual({
      CONFIG_SKEP_MISSING: true,
      CONFIG_HZ: true,
      LINUX_KERNEL_VERSION: false,
      CONFIG_BPF: false,
      CONFIG_DEFAULT_HOSTNAME: true,
    });
    const map = spec.maps.get('.kconfig');
    expect(map).toMatchObject({ type: 'array', frozen: true, origin: 'kconfig' });
    const ends = spec.kconfig.map(({ offset, size }) => offset + size);
    expect(Math.max(...ends)).toBe(map?.valueSize);
    for (const { offset, size } of spec.kconfig.filter(({ size }) => size <= 8)) expect(offset % size).toBe(0);
    const hostname = spec.kconfig.find(({ name }) => name === 'CONFIG_DEFAULT_HOSTNAME');
    const offsets = program(spec, 'use').references.map((reference) => 'offset' in reference && reference.offset);
    expect(offsets).toContain(hostname?.offset);
  });

  test('functions and addresses are references by name', () => {
    const { references } = program(read('ksyms-clang-19'), 'use');
    const named = references.flatMap((reference) =>
      reference.kind === 'kfunc' || reference.kind === 'ksym'
        ? [`${reference.kind} ${reference.name}${reference.weak ? ' weak' : ''}${reference.type ? ' typed' : ''}`]
        : [],
    );
    expect(named).toEqual([
      'ksym bpf_prog_put',
      'kfunc bpf_rcu_read_lock typed',
      'kfunc bpf_rcu_read_unlock typed',
      'ksym skep_missing weak',
      'ksym skep_missing_function weak typed',
      'kfunc skep_missing_function weak typed',
    ]);
  });
});

describe('records of the compiler', () => {
  test('CO-RE relocations stand at their instructions', () => {
    const spec = read('core-relocations-clang-19');
    const { coreRelocations } = program(spec, 'on_enter');
    expect(coreRelocations.map(({ type, access, kind }) => [spec.btf?.name(type), access, kind])).toEqual([
      ['task_struct', '0:2', 0],
      ['task_struct', '0:3', 2],
      ['task_struct', '0', 9],
      ['task_struct', '0:0', 0],
    ]);
    // The last is in the subprogram behind the program.
    const subprogram = program(spec, 'on_enter').functions[1]?.slot ?? 0;
    expect(coreRelocations[3]?.slot).toBeGreaterThan(subprogram);
    expect(coreRelocations[2]?.slot).toBeLessThan(subprogram);
  });

  test('lines have file, line and text', () => {
    const first = program(read('firewall-clang-19'), 'firewall').lines[0];
    expect(first).toMatchObject({ slot: 0, file: './examples/firewall/firewall.c' });
    expect(first?.line).toBeGreaterThan(60);
  });
});

describe('legacy objects', () => {
  const spec = read('legacy-maps-clang-19');

  test('have maps as struct bpf_map_def, with types by annotation', () => {
    expect(spec.maps.get('first')).toMatchObject({ type: 'hash', keySize: 4, valueSize: 8, maxEntries: 16, flags: 1 });
    expect(spec.maps.get('second')).toMatchObject({
      type: 'array',
      keySize: 4,
      valueSize: 64,
      maxEntries: 1,
      flags: 0,
    });
    expect(spec.btf?.name(spec.maps.get('first')?.valueType ?? 0)).toBe('__u64');
  });

  test('have licence and version', () => {
    expect(spec.license).toBe('Dual BSD/GPL');
    expect(spec.version).toBe(0x050a00);
  });
});

describe('objects of gcc', () => {
  const gcc = read('firewall-bpf-gcc');
  const clang = read('firewall-clang-19');

  test('have the same maps as those of clang', () => {
    for (const name of ['blocked', 'counters']) {
      const plain = ({ maps }: CollectionSpec) => ({ ...maps.get(name), keyType: undefined, valueType: undefined });
      expect(plain(gcc)).toEqual(plain(clang));
    }
  });

  test('keep the types of their maps where the kernel refuses others, and say so', () => {
    expect(gcc.btf?.name(gcc.maps.get('blocked')?.keyType ?? 0)).toBe('prefix');
    expect(gcc.btf?.name(gcc.maps.get('counters')?.keyType ?? 0)).toBe('__be32');
    expect(gcc.diagnostics).toHaveLength(1);
    expect(gcc.diagnostics[0]?.message).toMatch(/kernels refuse \d+ types of the BTF/);
    expect(clang.diagnostics).toEqual([]);
  });
});
