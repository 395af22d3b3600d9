import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleElf } from '../../src/object/assembly/index.ts';
import { type Elf, type ElfSymbol, SymbolType } from '../../src/object/elf.ts';
import { readElf } from '../../src/object/elf-reader.ts';
import { inFolder } from '../isa/llvm.ts';
import { needs } from '../support/needs.ts';
import { programs } from './programs.ts';

/** DWARF that an assembler makes of .loc and .cfi, and LLVM's notes on addresses. */
const left = /^\.(debug_line|debug_line_str|debug_frame|llvm_addrsig)$/;

function placeOf(elf: Elf, { section }: ElfSymbol): string {
  return typeof section === 'number' ? (elf.sections[section]?.name ?? '?') : section;
}

function symbolName(elf: Elf, index: number | undefined): string {
  const symbol = elf.symbols[index ?? -1];
  return symbol === undefined ? '?' : symbol.name || `section ${placeOf(elf, symbol)}`;
}

function describeSections(elf: Elf): unknown[] {
  return elf.sections
    .filter(({ name }) => !left.test(name))
    .map(({ data, relocations, ...section }) => ({
      ...section,
      data: Buffer.from(data).toString('hex'),
      relocations: relocations.map(({ offset, type, symbol }) => `${offset} ${type} ${symbolName(elf, symbol)}`),
    }));
}

/** Older clang keeps the labels of blocks (LBB0_1). */
function describeSymbols(elf: Elf): string[] {
  return elf.symbols
    .filter(({ name, type }) => type !== SymbolType.SECTION && !/^LBB\d/.test(name))
    .map((symbol) => {
      const { name, value, size, binding, type, visibility } = symbol;
      return `${name} ${placeOf(elf, symbol)}+${value} size ${size} ${binding} ${type} ${visibility}`;
    })
    .sort();
}

/** The same program by `clang -c`, and by `clang -S` and us. */
function both(clang: string, source: string, flags: readonly string[]): { clang: Elf; ours: Elf } {
  return inFolder((folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.c'), source);
    const args = ['-target', 'bpf', '-w', ...flags, 'a.c', '-o'];
    execFileSync(clang, [...args, 'a.s', '-S'], { cwd: folder });
    execFileSync(clang, [...args, 'a.o', '-c'], { cwd: folder });
    const ours = assembleElf(readFileSync(join(folder, 'a.s'), 'utf8'), { file: 'a.s' });
    return { clang: readElf(new Uint8Array(readFileSync(join(folder, 'a.o')))), ours };
  });
}

const flagSets = [
  ['-O2', '-g'],
  ['-O2', '-mcpu=v3'],
  ['-O1', '-g', '-mcpu=v3', '-fcommon'],
];

for (const version of [14, 15, 16, 19]) {
  needs(`clang-${version}`).describe(`what clang ${version} writes with -S is assembled as it does itself`, () => {
    const sets = version < 19 ? flagSets : [...flagSets, ['-O2', '-g', '-mcpu=v4']];
    for (const [name, source] of Object.entries(programs)) {
      // What is relocated by type needs the types.
      const fitting = sets.filter((flags) => name !== 'core' || flags.includes('-g'));
      test.each(fitting.map((flags) => flags.join(' ')))(`${name} %s`, (flags) => {
        const { clang, ours } = both(`clang-${version}`, source, flags.split(' '));
        expect(describeSections(ours)).toEqual(describeSections(clang));
        expect(describeSymbols(ours)).toEqual(describeSymbols(clang));
      });
    }
  });
}

describe('compiled assembly', () => {
  test('gets nothing that it does not say', () => {
    const elf = assembleElf(
      '.file "x.c"\n.section xdp,"ax",@progbits\n.globl f\nf:\nr0 = 2\nexit\ncall undefined_elsewhere\n',
    );
    expect(elf.sections.map(({ name }) => name)).toEqual(['.text', 'xdp']);
    expect(elf.symbols.map(({ name, type }) => `${name} ${type}`)).toEqual(['x.c 4', 'f 0', 'undefined_elsewhere 0']);
    expect(elf.sections[1]?.relocations).toEqual([{ offset: 16, type: 10, symbol: 2 }]);
  });
});
