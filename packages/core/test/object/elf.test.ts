import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import {
  type Elf,
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
import { readElf } from '../../src/object/elf-reader.ts';
import { writeElf } from '../../src/object/elf-writer.ts';
import { prebuilt } from './prebuilt.ts';

const sample: Elf = {
  machine: EM_BPF,
  littleEndian: true,
  sections: [
    elfSection('xdp', new Uint8Array(16), {
      flags: SectionFlag.ALLOC | SectionFlag.EXECINSTR,
      alignment: 8,
      relocations: [{ offset: 0, type: RelocationType.R_BPF_64_64, symbol: 1 }],
    }),
    elfSection('.bss', new Uint8Array(0), { type: SectionType.NOBITS, size: 64, alignment: 8 }),
  ],
  symbols: [
    elfSymbol('', 0, { binding: SymbolBinding.LOCAL, type: SymbolType.SECTION }),
    elfSymbol('global', 1, { value: 8, size: 4, type: SymbolType.OBJECT }),
    elfSymbol('absolute', 'absolute', { value: 0x1234 }),
    elfSymbol('missing', 'undefined', { binding: SymbolBinding.WEAK }),
  ],
};

const text = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !name.includes('\0'));
const data = fc.uint8Array({ maxLength: 40 });

const arbitrarySymbol = (sections: number): fc.Arbitrary<ElfSymbol> =>
  fc.record({
    name: fc.oneof(text, fc.constant('')),
    value: fc.maxSafeNat(),
    size: fc.nat(),
    binding: fc.constantFrom(...Object.values(SymbolBinding)),
    type: fc.constantFrom(...Object.values(SymbolType)),
    visibility: fc.nat({ max: 3 }),
    section: fc.oneof(
      fc.nat({ max: sections - 1 }),
      fc.constantFrom('undefined' as const, 'absolute' as const, 'common' as const),
    ),
  });

/** Models as the reader gives them: local symbols first, addends in all relocations of a section or in none. */
const arbitraryElf: fc.Arbitrary<Elf> = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.array(arbitrarySymbol(count), { minLength: 1, maxLength: 8 }).chain((symbols) => {
    const relocation = {
      offset: fc.nat(),
      type: fc.constantFrom(...Object.values(RelocationType)),
      symbol: fc.option(fc.nat({ max: symbols.length - 1 }), { nil: undefined }),
    };
    const addend = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const section = fc
      .record({
        name: text,
        data,
        flags: fc.nat(),
        entrySize: fc.nat({ max: 64 }),
        alignment: fc.constantFrom(0, 1, 2, 4, 8, 16),
        relocations: fc.oneof(fc.array(fc.record(relocation)), fc.array(fc.record({ ...relocation, addend }))),
      })
      .map(({ name, data, ...more }) => elfSection(name, data, more));
    const ordered = [...symbols].sort((a, b) => Math.min(a.binding, 1) - Math.min(b.binding, 1));
    return fc
      .array(section, { minLength: count, maxLength: count })
      .map((sections) => ({ machine: EM_BPF, littleEndian: true, sections, symbols: ordered }));
  }),
);

/** What reading `bytes` refuses; an error of another kind fails the test. */
function refusal(bytes: Uint8Array): SkepError {
  try {
    readElf(bytes);
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** The bytes of the sample, changed by `change`. */
function damaged(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = writeElf(sample);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

/** Offset of the header of a section of the sample, by its index in the file. */
function sectionHeader(view: DataView, index: number): number {
  return Number(view.getBigUint64(40, true)) + index * 64;
}

describe('ELF files', () => {
  test('are written and read back', () => {
    expect(readElf(writeElf(sample))).toEqual(sample);
  });

  test('any model is written and read back', () => {
    fc.assert(
      fc.property(arbitraryElf, (elf) => {
        expect(readElf(writeElf(elf))).toEqual(elf);
      }),
    );
  });

  test('have their local symbols first, and relocations follow them', () => {
    const symbols = [elfSymbol('b', 0), elfSymbol('a', 0, { binding: SymbolBinding.LOCAL })];
    const relocations = [{ offset: 0, type: RelocationType.R_BPF_64_64, symbol: 0 }];
    const back = readElf(
      writeElf({ ...sample, sections: [elfSection('x', new Uint8Array(16), { relocations })], symbols }),
    );
    expect(back.symbols.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(back.sections[0]?.relocations[0]?.symbol).toBe(1);
  });

  test('may have more sections than fit the header', () => {
    const sections = Array.from({ length: 0xff10 }, (_, index) => elfSection(`s${index}`, new Uint8Array(0)));
    const back = readElf(writeElf({ machine: EM_BPF, littleEndian: true, sections, symbols: [elfSymbol('x', 5)] }));
    expect(back.sections.length).toBe(0xff10);
    expect(back.sections.at(-1)?.name).toBe('s65295');
    expect(back.symbols[0]?.section).toBe(5);
  });

  test.each(prebuilt())('$name is written and read back', ({ bytes }) => {
    const elf = readElf(bytes);
    expect(readElf(writeElf(elf))).toEqual(elf);
  });
});

describe('ELF files that are refused', () => {
  const rows: [name: string, bytes: Uint8Array, message: RegExp, offset: number | undefined][] = [
    ['nothing', new Uint8Array(0), /not an ELF file/, 0],
    ['text', new TextEncoder().encode('#include <stdio.h>'), /not an ELF file/, 0],
    ['a lone magic', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), /header is cut off/, 0],
    ['32 bits', damaged((view) => view.setUint8(4, 1)), /32-bit/, 4],
    ['big-endian', damaged((view) => view.setUint8(5, 2)), /big-endian eBPF/, 5],
    ['an unknown byte order', damaged((view) => view.setUint8(5, 3)), /byte order/, 5],
    ['x86-64', damaged((view) => view.setUint16(18, 62, true)), /for x86-64, not for eBPF/, 18],
    ['another machine', damaged((view) => view.setUint16(18, 999, true)), /machine 999/, 18],
    ['a shared library', damaged((view) => view.setUint16(16, 3, true)), /shared library/, 16],
    ['a core dump', damaged((view) => view.setUint16(16, 4, true)), /core dump/, 16],
    ['odd section headers', damaged((view) => view.setUint16(58, 40, true)), /section headers of 40 bytes/, 58],
    ['section headers beyond the end', damaged((view) => view.setBigUint64(40, 1n << 62n, true)), /past the end/, 40],
    ['too many sections', damaged((view) => view.setUint16(60, 0xfeff, true)), /past the end/, 40],
    [
      'an endless count of sections',
      damaged((view) => {
        view.setUint16(60, 0, true);
        view.setBigUint64(sectionHeader(view, 0) + 32, 0xffffffffffffffffn, true);
      }),
      /past the end/,
      40,
    ],
    ['no section names', damaged((view) => view.setUint16(62, 1, true)), /section names are missing/, undefined],
    [
      'a section beyond the end',
      damaged((view) => view.setBigUint64(sectionHeader(view, 1) + 32, 0xffffffffn, true)),
      /a section reaches past the end/,
      undefined,
    ],
    [
      'an endless section',
      damaged((view) => view.setBigUint64(sectionHeader(view, 1) + 32, 0xffffffffffffffffn, true)),
      /a section reaches past the end/,
      undefined,
    ],
    [
      'an endless .bss',
      damaged((view) => view.setBigUint64(sectionHeader(view, 3) + 32, 1n << 40n, true)),
      /too large/,
      undefined,
    ],
    [
      'relocations of odd size',
      damaged((view) => view.setBigUint64(sectionHeader(view, 2) + 56, 5n, true)),
      /relocation table is malformed/,
      undefined,
    ],
    [
      'relocations of a table',
      damaged((view) => view.setUint32(sectionHeader(view, 2) + 44, 4, true)),
      /apply to a section that has none/,
      undefined,
    ],
    [
      'a relocation of no symbol',
      damaged((view) => {
        const at = Number(view.getBigUint64(sectionHeader(view, 2) + 24, true));
        view.setUint32(at + 12, 0xffffffff, true);
      }),
      /symbol that does not exist/,
      undefined,
    ],
    [
      'a symbol in no section',
      damaged((view) => {
        const at = Number(view.getBigUint64(sectionHeader(view, 4) + 24, true));
        view.setUint16(at + 24 + 6, 77, true);
      }),
      /section that does not exist/,
      undefined,
    ],
    [
      'names without end',
      damaged((view, bytes) => {
        const header = sectionHeader(view, 5);
        const end = Number(view.getBigUint64(header + 24, true) + view.getBigUint64(header + 32, true));
        bytes[end - 1] = 65;
      }),
      /symbol names are cut off/,
      undefined,
    ],
  ];

  test.each(rows)('%s', (_, bytes, message, offset) => {
    const error = refusal(bytes);
    expect(error.code).toBe('SKEP_BAD_ELF');
    expect(error.message).toMatch(message);
    if (offset !== undefined) expect(error.place.offset).toBe(offset);
  });

  test('every truncation', () => {
    const bytes = writeElf(sample);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(refusal(bytes.subarray(0, length)).code, `${length} bytes`).toBe('SKEP_BAD_ELF');
    }
  });
});

describe('ELF files made to take long', () => {
  /** A file of `count` sections that all share one area of the file, of the given type. */
  function overlapping(count: number, size: number, type: number): Uint8Array {
    const bytes = new Uint8Array(64 + size + (count + 2) * 64);
    const view = new DataView(bytes.buffer);
    bytes.set(writeElf(sample).subarray(0, 64));
    view.setBigUint64(40, BigInt(64 + size), true);
    view.setUint16(60, count + 2, true);
    view.setUint16(62, 0, true);
    for (let index = 1; index < count + 2; index += 1) {
      const header = 64 + size + index * 64;
      view.setUint32(header + 4, index === 1 ? SectionType.PROGBITS : type, true);
      view.setBigUint64(header + 24, 64n, true);
      view.setBigUint64(header + 32, BigInt(size), true);
      view.setUint32(header + 44, 1, true);
      view.setBigUint64(header + 56, 16n, true);
    }
    return bytes;
  }

  test('relocation tables that overlap are refused at once', () => {
    const error = refusal(overlapping(2000, 1 << 20, SectionType.REL));
    expect(error.message).toMatch(/relocation tables overlap/);
  });

  test('sections that overlap are views on the same bytes', () => {
    const from = performance.now();
    expect(readElf(overlapping(20_000, 1 << 20, SectionType.PROGBITS)).sections.length).toBe(20_001);
    expect(performance.now() - from).toBeLessThan(1000);
  });

  test('names that share one long tail are refused', () => {
    const symbols = Array.from({ length: 3000 }, (_, index) => elfSymbol('', 0, { value: index }));
    const bytes = writeElf({ ...sample, symbols: [elfSymbol('n'.repeat(100_000), 0), ...symbols] });
    const view = new DataView(bytes.buffer);
    const table = Number(view.getBigUint64(sectionHeader(view, 4) + 24, true));
    for (let index = 0; index < symbols.length; index += 1) view.setUint32(table + (index + 2) * 24, index + 1, true);
    expect(refusal(bytes).message).toMatch(/symbol names overlap/);
  });
});
