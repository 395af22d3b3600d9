import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folder of the C programs that the tests compile. */
export const programFolder: string = join(import.meta.dirname, 'programs');
/** Folder of the repository. */
export const root: string = resolve(import.meta.dirname, '../../../..');
const includeFolder = join(root, 'packages/skep/include');
const firewall = join(root, 'examples/firewall/firewall.c');

/** A C program, with what its marks (`gcc: no, ...`) leave out. */
export interface Source {
  readonly name: string;
  readonly file: string;
  /** Who takes it: the compiler gcc, the loader libbpf, the kernel. */
  readonly takenBy: { readonly gcc: boolean; readonly libbpf: boolean; readonly load: boolean };
}

/** All C programs of the tests, and the example. */
export const sources: readonly Source[] = [
  ...readdirSync(programFolder)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(programFolder, name)),
  firewall,
].map((file) => {
  const text = readFileSync(file, 'utf8');
  const takes = (who: string): boolean => !text.includes(`/* ${who}: no`);
  return {
    name: basename(file, '.c'),
    file,
    takenBy: { gcc: takes('gcc'), libbpf: takes('libbpf'), load: takes('load') },
  };
});

/** A compiler with the version of the instruction set it writes. */
export interface Compiler {
  readonly tool: string;
  readonly cpu: 1 | 2 | 3 | 4;
}

/** One of each compiler and version: what the quick tests use. */
export const compilers: readonly Compiler[] = [
  { tool: 'clang-14', cpu: 1 },
  { tool: 'clang-15', cpu: 2 },
  { tool: 'clang-16', cpu: 3 },
  { tool: 'clang-19', cpu: 4 },
  { tool: 'bpf-gcc', cpu: 3 },
];

/** An object made from a source. */
export interface Build {
  readonly source: Source;
  readonly compiler: Compiler;
  /** `globals by clang-14 v1`. */
  readonly name: string;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Arguments that compile `file` to `output`. gcc 12 has no atomic operations but addition, which v2 has as well. */
export function compileArguments({ tool, cpu }: Compiler, file: string, output: string): string[] {
  const gcc = tool === 'bpf-gcc';
  const shared = [
    '-O2',
    '-w',
    `-mcpu=v${cpu}`,
    `-DSKEP_CPU=${gcc ? 2 : cpu}`,
    `-I${includeFolder}`,
    `-ffile-prefix-map=${root}=.`,
    '-c',
    file,
    '-o',
    output,
  ];
  return gcc ? ['-gbtf', ...shared] : ['-g', '-target', 'bpf', ...shared];
}

/** Compiles every source with every compiler that takes it into `folder`, as many at a time as there are CPUs. */
export async function compileAll(
  folder: string,
  tools: readonly Compiler[] = compilers,
  chosen: readonly Source[] = sources,
): Promise<Build[]> {
  const jobs = chosen.flatMap((source) =>
    tools.filter(({ tool }) => tool !== 'bpf-gcc' || source.takenBy.gcc).map((compiler) => ({ source, compiler })),
  );
  const builds: Build[] = [];
  const queue = jobs.values();
  const work = async (): Promise<void> => {
    for (const { source, compiler } of queue) {
      const file = join(folder, `${source.name}-${compiler.tool}-v${compiler.cpu}.o`);
      // Relative names: the objects shall not tell where they were compiled.
      await run(compiler.tool, compileArguments(compiler, relative(root, source.file), file), { cwd: root });
      const name = `${source.name} by ${compiler.tool} v${compiler.cpu}`;
      builds.push({ source, compiler, name, file, bytes: readFileSync(file) });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return builds;
}
