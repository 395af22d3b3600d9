import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/isa/decode.ts';
import { disassemble } from '../../src/isa/disassemble.ts';
import { type ElfSection, SectionFlag, SectionType } from '../../src/object/elf.ts';
import { readElf } from '../../src/object/elf-reader.ts';
import { writeElf } from '../../src/object/elf-writer.ts';
import { readCollection } from '../../src/object/read-collection.ts';
import { needs, needsBpf } from '../support/needs.ts';
import { comparableCode, libbpfMapFacts, mapFacts, programFacts } from './compare-libbpf.ts';
import { type Build, compileAll, compilers, type Source, sources } from './compile.ts';
import { askLibbpf, buildOracle, type LibbpfObject, refusedBtf } from './libbpf-oracle.ts';

const tools = compilers.map(({ tool }) => tool);

/** libbpf 1.1 finds a gcc program's variables and functions at twice their offset, so only opening is compared. */
const loadable = ({ source, compiler }: Build): boolean => source.takenBy.load && compiler.tool !== 'bpf-gcc';

describe('objects of every compiler', () => {
  let folder = '';
  let builds: Build[] = [];

  const missing = needs(...tools);
  const withBpf = needsBpf(...tools, 'cc');
  const withLlvm = needs(...tools, 'llvm-readelf-19', 'llvm-objdump-19');

  beforeAll(async () => {
    if (missing.skip) return;
    folder = mkdtempSync(join(tmpdir(), 'skep-object-'));
    builds = await compileAll(folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const of = (source: Source): Build[] => builds.filter((build) => build.source === source);

  missing.describe('are read', () => {
    test.each(sources.map((source) => [source.name, source] as const))('%s', (_, source) => {
      for (const build of of(source)) {
        const spec = readCollection(build.bytes, { file: build.name });
        for (const { code, lines, functions } of spec.programs.values()) {
          expect(code.length, build.name).toBeGreaterThan(0);
          expect(functions[0]?.slot).toBe(0);
          expect(lines.every(({ slot }) => slot < code.length / 8)).toBe(true);
          expect(build.compiler.tool === 'bpf-gcc' || lines[0]?.slot === 0, build.name).toBe(true);
        }
      }
      expect(of(source).length).toBeGreaterThanOrEqual(4);
    });
  });

  missing.test('are written and read back the same', () => {
    for (const { bytes, name } of builds) {
      const elf = readElf(bytes);
      expect(readElf(writeElf(elf)), name).toEqual(elf);
    }
  });

  withLlvm.test('are accepted by the tools of LLVM once written anew, and show the same', () => {
    const originals = builds.map(({ file }) => file);
    const copies = originals.map((file) => `${file}.copy`);
    for (const { bytes, file } of builds) writeFileSync(`${file}.copy`, writeElf(readElf(bytes)));
    const shown = run('llvm-objdump-19', ['-d', '-r', '-t', '--no-show-raw-insn', ...copies]);
    expect(shown.output.replaceAll('.o.copy', '.o')).toBe(
      run('llvm-objdump-19', ['-d', '-r', '-t', '--no-show-raw-insn', ...originals]).output,
    );
    const all = run('llvm-readelf-19', ['-a', ...copies]);
    expect(shown.errors + all.errors).toBe('');
  });

  withLlvm.test('are disassembled as by llvm-objdump', () => {
    const { output } = run('llvm-objdump-19', [
      '-d',
      '--mcpu=v4',
      '--no-show-raw-insn',
      ...builds.map(({ file }) => file),
    ]);
    const theirs = output.split('\n').flatMap((line) => instructionLine.exec(line)?.groups?.text?.trimEnd() ?? []);
    const ours = builds.flatMap(({ bytes }) =>
      readElf(bytes)
        .sections.filter(isCode)
        .flatMap(({ data }) => disassembly(data)),
    );
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(3000);
  });

  withBpf.describe('mean to us what they mean to libbpf', () => {
    let oracle = '';
    let facts = new Map<string, LibbpfObject>();
    beforeAll(() => {
      oracle = buildOracle(folder);
      facts = askLibbpf(
        oracle,
        builds
          .filter(({ source }) => source.takenBy.libbpf)
          .map((build) => ({ file: build.file, load: loadable(build) })),
      );
    }, 60_000);

    test('and their BTF is taken by the kernel, gcc’s as well', () => {
      const files = builds
        .filter(({ source }) => !/kconfig|ksym/.test(source.name))
        .map(({ file, bytes }) => {
          writeFileSync(`${file}.btf`, readCollection(bytes).btf?.bytes ?? new Uint8Array(0));
          return `${file}.btf`;
        });
      expect(refusedBtf(oracle, files)).toEqual([]);
    });

    test.each(sources.filter(({ takenBy }) => takenBy.libbpf).map((source) => [source.name, source] as const))(
      '%s',
      (_, source) => {
        for (const build of of(source)) {
          const object = facts.get(build.file);
          if (object === undefined) throw new Error(`libbpf said nothing about ${build.name}`);
          const spec = readCollection(build.bytes);
          expect(object.error, build.name).toBe(0);
          expect(mapFacts(spec), build.name).toEqual(libbpfMapFacts(object));
          expect(programFacts(spec), build.name).toEqual(object.programs.filter(({ section }) => section !== '.text'));
          if (!loadable(build)) continue;
          expect(object.load, `loading ${build.name}`).toBe(0);
          for (const program of spec.programs.values()) {
            const { ours, libbpf } = comparableCode(program, object.code.get(program.name) ?? new Uint8Array(0));
            expect(ours, `${program.name} in ${build.name}`).toEqual(libbpf);
          }
        }
      },
    );
  });
});

/** `      12:  goto +0x3 <name+0x78>`: the label is the tool's own. */
const instructionLine = /^ +[0-9]+:\s+(?<text>.*?)(?: <[^ <>]+>)?$/;

function isCode({ type, flags }: ElfSection): boolean {
  return type === SectionType.PROGBITS && (flags & SectionFlag.EXECINSTR) !== 0;
}

function disassembly(code: Uint8Array): string[] {
  return disassemble(decode(code), { alu32: true }).map(({ text }) => text.replace(/ <[^>]*>$/, ''));
}

function run(tool: string, parameters: string[]): { output: string; errors: string } {
  const { stdout, stderr } = spawnSync(tool, parameters, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { output: stdout, errors: stderr };
}
