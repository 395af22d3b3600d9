import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findTool } from '../../../core/test/support/tools.ts';

/** A folder of C programs. */
export interface SourceFolder {
  readonly folder: string;
  /** Their names without `.c`. */
  readonly names: readonly string[];
}

function sourcesIn(folder: string): SourceFolder {
  const files = readdirSync(folder).filter((file) => file.endsWith('.c'));
  return { folder, names: files.map((file) => basename(file, '.c')) };
}

/** Programs in libbpf's style, to be loaded. */
export const libbpfStyle: SourceFolder = sourcesIn(join(import.meta.dirname, 'programs'));
/** Programs that look at packets, to be run. */
export const packetPrograms: SourceFolder = sourcesIn(join(import.meta.dirname, '../agreement/programs'));

/** A compiler and the version of the instruction set it writes. */
export interface Compiler {
  readonly tool: string;
  readonly cpu: 2 | 3;
}

/** Objects, `NAME-TOOL-vCPU.o`, and what the tests need beside them, in one folder. */
export class Workshop {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The kernel's types as C, made by bpftool. */
  makeTypes(): void {
    const dump = ['btf', 'dump', 'file', '/sys/kernel/btf/vmlinux', 'format', 'c'];
    const text = execFileSync(findTool('bpftool') ?? 'bpftool', dump, { maxBuffer: 1 << 26 });
    writeFileSync(join(this.#folder, 'vmlinux.h'), text);
  }

  /** Compiles one program; undefined where the compiler is too old for what it uses. */
  compile(sources: SourceFolder, source: string, { tool, cpu }: Compiler): string | undefined {
    const output = join(this.#folder, `${source}-${tool}-v${cpu}.o`);
    const target = [
      '-g',
      '-O2',
      '-w',
      `-ffile-prefix-map=${sources.folder}=.`,
      '-target',
      'bpf',
      `-mcpu=v${cpu}`,
      '-D__TARGET_ARCH_x86',
    ];
    const headers = [`-I${this.#folder}`, '-I/usr/include/x86_64-linux-gnu', '-I/usr/include/aarch64-linux-gnu'];
    const { status } = spawnSync(tool, [
      ...target,
      ...headers,
      '-c',
      join(sources.folder, `${source}.c`),
      '-o',
      output,
    ]);
    return status === 0 ? output : undefined;
  }

  /** Builds the program that loads objects through libbpf; gives its path. */
  buildLoader(): string {
    const program = join(this.#folder, 'libbpf-load');
    execFileSync('gcc', ['-O1', '-o', program, join(import.meta.dirname, 'libbpf-load.c'), '-lbpf', '-lelf', '-lz']);
    return program;
  }

  read(file: string): Uint8Array {
    return new Uint8Array(readFileSync(file));
  }
}
