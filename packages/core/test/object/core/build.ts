import { execFile, execFileSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../../../..');

/** The object that is kept: tests read it where no compiler is at hand. */
export const keptObject: string = join(import.meta.dirname, 'mixed.o');

/** Compilers that know CO-RE. */
export const coreCompilers: readonly string[] = ['clang-14', 'clang-15', 'clang-16', 'clang-19'];

/** The programs of this folder that are compared over shuffled types. */
export const coreNames: readonly string[] = ['fields', 'bit-fields', 'types', 'enumerators', 'flavours'];

/** Compiles a program of this folder, by relative names: the object shall not tell where it was compiled. */
export async function compileCore(tool: string, name: string, output: string, cpu: number = 3): Promise<void> {
  const file = relative(root, join(import.meta.dirname, `${name}.c`));
  const flags = [
    '-O2',
    '-g',
    '-target',
    'bpf',
    `-mcpu=v${cpu}`,
    '-Ipackages/skep/include',
    `-ffile-prefix-map=${root}=.`,
  ];
  await run(tool, [...flags, '-c', file, '-o', output], { cwd: root });
}

/*
 * Rebuilds the object that is kept, without DWARF:
 *
 *     node --conditions=source --import tsx packages/core/test/object/core/build.ts
 */
if (process.argv[1] === import.meta.filename) {
  await compileCore('clang-19', 'mixed', keptObject);
  execFileSync('llvm-strip-19', ['-g', keptObject]);
}
