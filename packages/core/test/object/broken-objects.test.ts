import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import type { BtfType } from '../../src/btf/types.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';
import { encode } from '../../src/isa/encode.ts';
import type { Instruction } from '../../src/isa/instruction.ts';
import type { CollectionSpec } from '../../src/object/collection-spec.ts';
import {
  type Elf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  EM_BPF,
  elfSection,
  elfSymbol,
  RelocationType,
  SectionFlag,
  SectionType,
  SymbolBinding,
  SymbolType,
} from '../../src/object/elf.ts';
import { collectionFromElf } from '../../src/object/read-collection.ts';

const exit: Instruction = { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 };
const zero: Instruction = { opcode: 0xb7, dst: 0, src: 0, offset: 0, imm: 0 };
const load: Instruction = { opcode: 0x18, dst: 1, src: 0, offset: 0, imm: 0, immHigh: 0 };
const call = (imm: number, src = 1): Instruction => ({ opcode: 0x85, dst: 0, src, offset: 0, imm });

const executable = { flags: SectionFlag.ALLOC | SectionFlag.EXECINSTR, alignment: 8 };

function code(name: string, instructions: Instruction[], relocations: ElfRelocation[] = []): ElfSection {
  return elfSection(name, encode(instructions), { ...executable, relocations });
}

function functionSymbol(name: string, section: number, value = 0, size = 0, more: Partial<ElfSymbol> = {}): ElfSymbol {
  return elfSymbol(name, section, { value, size, type: SymbolType.FUNC, ...more });
}

function elf(sections: ElfSection[], symbols: ElfSymbol[]): Elf {
  return { machine: EM_BPF, littleEndian: true, sections, symbols };
}

function read(model: Elf): CollectionSpec {
  return collectionFromElf(model, { file: 'x.o' });
}

function refusal(model: Elf): SkepError {
  try {
    read(model);
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const at = (offset: number, type: number, symbol: number | undefined, more: Partial<ElfRelocation> = {}) => ({
  offset,
  type,
  symbol,
  ...more,
});

describe('code that is refused', () => {
  const program = functionSymbol('main', 0);
  const rows: [name: string, model: Elf, message: RegExp][] = [
    ['half an instruction', elf([elfSection('xdp', new Uint8Array(12), executable)], [program]), /cut inside/],
    ['a function beyond its section', elf([code('xdp', [exit])], [functionSymbol('main', 0, 0, 16)]), /does not fit/],
    [
      'a function between instructions',
      elf([code('xdp', [zero, exit])], [functionSymbol('main', 0, 4)]),
      /does not fit/,
    ],
    [
      'functions that overlap',
      elf([code('xdp', [zero, exit])], [functionSymbol('main', 0, 0, 16), functionSymbol('second', 0, 8, 8)]),
      /main does not fit/,
    ],
    ['an empty function', elf([code('xdp', [exit])], [program, functionSymbol('end', 0, 8)]), /end does not fit/],
    [
      'two programs of one name',
      elf([code('xdp', [exit]), code('tc', [exit])], [program, functionSymbol('main', 1)]),
      /two programs main/,
    ],
    ['a call into the middle', elf([code('xdp', [call(0), zero, exit])], [program]), /calls a place where no function/],
    ['a call out of the section', elf([code('xdp', [call(0x7fffffff), exit])], [program]), /calls a place/],
    [
      'a function that ends inside a load',
      elf([code('xdp', [load, exit])], [functionSymbol('main', 0, 0, 8)]),
      /ends inside a 64-bit immediate load/,
    ],
    [
      'a call of nothing',
      elf([code('xdp', [call(-1), exit], [at(0, 10, 1)])], [program, elfSymbol('helper', 'undefined')]),
      /function helper is defined nowhere/,
    ],
    [
      'a load of nothing',
      elf([code('xdp', [load, exit], [at(0, 1, 1)])], [program, elfSymbol('table', 'undefined')]),
      /variable table is defined nowhere/,
    ],
    [
      'a relocation between instructions',
      elf([code('xdp', [load, exit], [at(4, 1, 0)])], [program]),
      /does not lie at an instruction/,
    ],
    [
      'a relocation beyond the section',
      elf([code('xdp', [load, exit], [at(64, 1, 0)])], [program]),
      /does not lie at an instruction/,
    ],
    [
      'a relocation of a move',
      elf([code('xdp', [zero, exit], [at(0, 1, 0)])], [program]),
      /does not fit its instruction/,
    ],
    [
      'an unknown relocation',
      elf([code('xdp', [load, exit], [at(0, 99, 0)])], [program]),
      /does not fit its instruction/,
    ],
    ['a call relocation at a load', elf([code('xdp', [load, exit], [at(0, 10, 0)])], [program]), /does not fit/],
    [
      'an addend beside the instruction',
      elf([code('xdp', [load, exit], [at(0, 1, 0, { addend: 4n })])], [program]),
      /does not fit its instruction/,
    ],
    [
      'a relocation without symbol',
      elf([code('xdp', [load, exit], [at(0, 1, undefined)])], [program]),
      /names no symbol/,
    ],
    [
      'a symbol in no section',
      elf([code('xdp', [load, exit], [at(0, 1, 1)])], [program, elfSymbol('number', 'absolute')]),
      /number lies in no section/,
    ],
    [
      'a load of the licence',
      elf(
        [code('xdp', [load, exit], [at(0, 1, 1)]), elfSection('license', new Uint8Array(4))],
        [program, elfSymbol('license', 1)],
      ),
      /neither map, variable nor function/,
    ],
    [
      'a call of data',
      elf(
        [code('xdp', [call(-1), exit], [at(0, 10, 1)]), elfSection('.data', new Uint8Array(4))],
        [program, elfSymbol('x', 1)],
      ),
      /is no function/,
    ],
    [
      'a version of odd size',
      elf([code('xdp', [exit]), elfSection('version', new Uint8Array(3))], [program]),
      /section version is malformed/,
    ],
    ['maps without types', elf([elfSection('.maps', new Uint8Array(32))], []), /have no type information/],
    ['an odd legacy map', elf([elfSection('maps', new Uint8Array(19))], [elfSymbol('m', 0)]), /no list of struct/],
    [
      'a legacy map of no type',
      elf([elfSection('maps', new Uint8Array(20))], [elfSymbol('m', 0)]),
      /map m has no type/,
    ],
    [
      'a legacy map of unknown type',
      elf([elfSection('maps', new Uint8Array(20).fill(0xff))], [elfSymbol('m', 0)]),
      /unknown type 4294967295/,
    ],
  ];

  test.each(rows)('%s', (_, model, message) => {
    const error = refusal(model);
    expect(error.code).toBe('SKEP_BAD_OBJECT');
    expect(error.message).toMatch(message);
    expect(error.place.file).toBe('x.o');
  });

  test.each([
    ['xpd', 'xdp'],
    ['?sockte', 'socket'],
    ['trace/sched_switch', 'tc'],
    ['kprob/do_exit', 'kprobe'],
    ['cgroup/conect4', 'cgroup/connect4'],
  ])('section name %s: %s is proposed', (name, near) => {
    const error = refusal(elf([code(name, [exit])], [program]));
    expect(error.message).toContain(name);
    expect(error.remedy).toContain(near);
  });
});

describe('code that is taken', () => {
  test('static functions alone need no known section name', () => {
    const local = { binding: SymbolBinding.LOCAL };
    expect(read(elf([code('odd', [exit])], [functionSymbol('main', 0, 0, 8, local)])).programs.size).toBe(0);
  });

  test('untyped global symbols mark functions where none is typed', () => {
    const spec = read(elf([code('xdp', [zero, exit, exit])], [elfSymbol('a', 0), elfSymbol('b', 0, { value: 16 })]));
    expect([...spec.programs.values()].map(({ name, code }) => [name, code.length / 8])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('old spellings of section names are noted', () => {
    const spec = read(elf([code('xdp_prog', [exit])], [functionSymbol('main', 0)]));
    expect(spec.programs.get('main')?.type).toBe('xdp');
    expect(spec.diagnostics[0]?.message).toMatch(/old spelling/);
  });

  test('recursion and mutual calls end', () => {
    const sections = [code('xdp', [call(1), exit]), code('.text', [call(-1), exit])];
    const recursive = elf(
      [code('xdp', [call(-1), exit], [at(0, 10, 1)]), sections[1] as ElfSection],
      [functionSymbol('main', 0), functionSymbol('self', 1, 0, 0, { binding: SymbolBinding.LOCAL })],
    );
    expect(read(recursive).programs.get('main')?.functions).toHaveLength(2);
  });

  test('a long chain of calls is linked without recursion of ours', () => {
    const length = 50_000;
    const body = Array.from({ length }, (_, index) => [call(index + 1 < length ? 1 : -1), exit]).flat();
    const symbols = Array.from({ length }, (_, index) => functionSymbol(`f${index}`, 1, index * 16, 16));
    const entry = functionSymbol('main', 0);
    const spec = read(elf([code('xdp', [call(-1), exit], [at(0, 10, 1)]), code('.text', body)], [entry, ...symbols]));
    expect(spec.programs.get('main')?.functions).toHaveLength(length + 1);
  });

  test('many programs with one large subprogram are refused before memory runs out', () => {
    const count = 400;
    const symbols = Array.from({ length: count }, (_, index) => functionSymbol(`p${index}`, 0, index * 16, 16));
    const relocations = symbols.map((_, index) => at(index * 16, 10, count));
    const programs = code('xdp', Array.from({ length: count }, () => [call(-1), exit]).flat(), relocations);
    const large = elfSection('.text', new Uint8Array(100_000 * 8).fill(0xb7), executable);
    const error = refusal(elf([programs, large], [...symbols, functionSymbol('large', 1)]));
    expect(error.message).toMatch(/too much code/);
  });

  test('addresses in data are told of', () => {
    const data = elfSection('.data', new Uint8Array(8), {
      relocations: [at(0, RelocationType.R_BPF_64_ABS64, 0)],
    });
    const spec = read(elf([data], [elfSymbol('x', 0, { size: 8, type: SymbolType.OBJECT })]));
    expect(spec.diagnostics[0]?.message).toMatch(/holds addresses/);
    expect(spec.variables.get('x')).toMatchObject({ map: '.data', size: 8, linkage: 'global' });
  });

  test('four gibibytes of zeroes take no memory', () => {
    const bss = elfSection('.bss', new Uint8Array(0), { type: SectionType.NOBITS, size: 0xffffffff });
    expect(read(elf([bss], [])).maps.get('.bss')?.valueSize).toBe(0xffffffff);
  });
});

/** An object whose section .maps defines one map `m` with the given members; types 1 and 2 are int and int*. */
function withMap(
  members: (builder: BtfBuilder) => [name: string, type: number][],
  relocations: ElfRelocation[] = [],
): Elf {
  const builder = new BtfBuilder();
  builder.add({ kind: 'int', name: 'int', size: 4, bits: 32, bitOffset: 0, signed: true, char: false, bool: false });
  builder.add({ kind: 'ptr', type: 1 });
  const list = members(builder);
  const structure: BtfType = {
    kind: 'struct',
    name: '',
    size: list.length * 8,
    members: list.map(([name, type], index) => ({ name, type, bitOffset: index * 64, bitSize: 0 })),
  };
  const variable = builder.add({ kind: 'var', name: 'm', type: builder.add(structure), linkage: 'global' });
  builder.add({
    kind: 'datasec',
    name: '.maps',
    size: 0,
    variables: [{ type: variable, offset: 0, size: structure.size }],
  });
  const sections = [
    elfSection('.maps', new Uint8Array(structure.size + 16), { relocations }),
    elfSection('.BTF', builder.finish()),
  ];
  return elf(sections, [elfSymbol('m', 0, { type: SymbolType.OBJECT })]);
}

/** `int (*)[length]`. */
function number(builder: BtfBuilder, length: number): number {
  return builder.add({ kind: 'ptr', type: builder.add({ kind: 'array', type: 1, indexType: 1, length }) });
}

describe('map definitions', () => {
  test('one that is right', () => {
    const model = withMap((btf) => [
      ['type', number(btf, 1)],
      ['key', 2],
      ['value_size', number(btf, 24)],
      ['max_entries', number(btf, 0xffffffff)],
      ['pinning', number(btf, 1)],
    ]);
    const map = read(model).maps.get('m');
    expect(map).toMatchObject({ type: 'hash', keySize: 4, valueSize: 24, maxEntries: 0xffffffff, pinning: 'name' });
  });

  const rows: [name: string, model: Elf, message: RegExp][] = [
    ['no type', withMap(() => [['key', 2]]), /map m has no type/],
    ['an unknown type', withMap((btf) => [['type', number(btf, 99)]]), /unknown type 99/],
    ['an unknown member', withMap((btf) => [['size', number(btf, 1)]]), /unknown member size/],
    ['a number that is none', withMap(() => [['type', 1]]), /does not give type as a number/],
    ['a key that is no pointer', withMap(() => [['key', 1]]), /does not give key as a type/],
    [
      'two key sizes',
      withMap((btf) => [
        ['key', 2],
        ['key_size', number(btf, 8)],
      ]),
      /two sizes for its key/,
    ],
    [
      'unknown pinning',
      withMap((btf) => [
        ['type', number(btf, 1)],
        ['pinning', number(btf, 7)],
      ]),
      /unknown pinning 7/,
    ],
    [
      'values that are not last',
      withMap((btf) => [
        ['type', number(btf, 3)],
        ['values', btf.add({ kind: 'array', type: 2, indexType: 1, length: 0 })],
        ['key', 2],
      ]),
      /members behind values/,
    ],
    [
      'values that are no pointers',
      withMap((btf) => [['values', btf.add({ kind: 'array', type: 1, indexType: 1, length: 0 })]]),
      /no array of pointers/,
    ],
    [
      'values of another kind',
      withMap((btf) => [
        ['type', number(btf, 12)],
        ['values', btf.add({ kind: 'array', type: 2, indexType: 1, length: 0 })],
      ]),
      /no map definitions/,
    ],
    [
      'a relocation of a plain map',
      withMap((btf) => [['type', number(btf, 1)]], [at(0, RelocationType.R_BPF_64_ABS64, 0)]),
      /fits no value of a map/,
    ],
    [
      'a program array that holds a map',
      withMap(
        (btf) => {
          const prototype = btf.add({ kind: 'ptr', type: btf.add({ kind: 'func_proto', returns: 1, parameters: [] }) });
          return [
            ['type', number(btf, 3)],
            ['values', btf.add({ kind: 'array', type: prototype, indexType: 1, length: 0 })],
          ];
        },
        [at(8, RelocationType.R_BPF_64_ABS64, 0)],
      ),
      /is no program of this object/,
    ],
  ];

  test.each(rows)('%s', (_, model, message) => {
    const error = refusal(model);
    expect(error.code).toBe('SKEP_BAD_OBJECT');
    expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({ file: 'x.o', section: '.maps' });
  });
});
