import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode, disassemble, encode, parseInstruction, validate } from '../../src/isa/index.ts';
import { SectionFlag } from '../../src/object/elf.ts';
import { readElf } from '../../src/object/elf-reader.ts';
import { programs } from '../assembly/programs.ts';
import { needs } from '../support/needs.ts';
import { inFolder, readObjdump, withoutLabel } from './llvm.ts';

const compilers: [string, string[]][] = [
  ['clang-14', ['-target', 'bpf', '-O2', '-g', '-w']],
  ['clang-15', ['-target', 'bpf', '-O2', '-g', '-w', '-mcpu=v2']],
  ['clang-16', ['-target', 'bpf', '-O1', '-g', '-w']],
  ['clang-19', ['-target', 'bpf', '-O2', '-g', '-w', '-mcpu=v4']],
  ['bpf-gcc', ['-O2', '-w']],
];

/** Programs in which bpf-gcc 12 takes calls of helpers for indirect calls, which it refuses. */
const notForGcc = new Set(['maps', 'core']);

for (const [compiler, flags] of compilers) {
  needs(compiler, 'llvm-objdump-19').describe(`objects by ${compiler} ${flags.join(' ')}`, () => {
    const names = Object.keys(programs).filter((name) => compiler !== 'bpf-gcc' || !notForGcc.has(name));
    test.each(names)('%s', (name) => {
      inFolder((folder) => {
        writeFileSync(join(folder, 'a.c'), programs[name] ?? '');
        execFileSync(compiler, [...flags, '-c', 'a.c', '-o', 'a.o'], { cwd: folder });
        checkObject(join(folder, 'a.o'));
      });
    });
  });
}

/** Each code section is shown as llvm-objdump shows it, and its text assembles to the same bytes. */
function checkObject(object: string): void {
  const elf = readElf(new Uint8Array(readFileSync(object)));
  const sections = elf.sections.filter(({ flags, size }) => (flags & SectionFlag.EXECINSTR) !== 0 && size > 0);
  expect(sections.length).toBeGreaterThan(0);
  for (const { name, data, relocations } of sections) {
    const lines = disassemble(decode(data));
    const ours = lines.map(({ slot, text }) => [slot, withoutLabel(text)]);
    const known = ours.filter(([, text]) => !isBeyondDefault(String(text)));
    const llvm = readObjdump(object, name);
    expect(known).toEqual([...llvm].filter(([slot]) => known.some(([one]) => one === slot)));
    expect(encode(lines.map(({ text }) => parseInstruction(text)))).toEqual(data);
    // Calls to other sections lead nowhere until they are relocated.
    if (relocations.every(({ type }) => type !== 10)) validate(decode(data));
  }
}

/** Atomic operations on `w` registers, which llvm-objdump knows with --mcpu=v3 only. */
function isBeyondDefault(text: string): boolean {
  return /^(w\d+ = (atomic|xchg|cmpxchg)|lock \*\(u32 \*\).* (\||&|\^)=)/.test(text);
}
