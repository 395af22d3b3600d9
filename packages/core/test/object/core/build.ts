import { execFile, execFileSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../../../..');

/** The object that is kept: tests read it where no compiler is at hand. */
export const keptObject: string = join(import.meta.dirname, 'mixed.o');

/** Compiles a program of this folder, by relative names: the object shall not tell where it was compiled. */
export async function compileCore(tool: string, name: string, output: string): Promise<void> {
  const file = relative(root, join(import.meta.dirname, `${name}.c`));
  const flags = ['-O2', '-g', '-target', 'bpf', '-mcpu=v3', '-Iexamples/include', `-ffile-prefix-map=${root}=.`];
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
