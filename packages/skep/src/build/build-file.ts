import { extname } from 'node:path';
import type { Diagnostic } from '@skep/compilers/typescript';
import { SkepError } from '@skep/core/base';
import type { CollectionSpec } from '@skep/core/object';
import { readBytes } from '../files/read-file.ts';
import { sourceDiagnostics } from './source-diagnostics.ts';
import type { TargetKernel } from './target-kernel.ts';

/** What an object is made for. */
export interface BuildOptions {
  /** Level of the instruction set. */
  readonly cpu?: 2 | 3 | 4;
  readonly target?: TargetKernel;
}

/** What became of one source: an object, unless there are errors among the diagnostics. */
export interface Built {
  readonly object?: Uint8Array;
  readonly spec?: CollectionSpec;
  readonly diagnostics: readonly Diagnostic[];
}

type Compiled = Pick<Built, 'object' | 'diagnostics'>;

/**
 * Makes an object of a source: TypeScript (`.ts`), C (`.c`) or assembly (`.s`).
 * @throws SKEP_NO_FILE, SKEP_USAGE for another file, SKEP_NO_TOOL, SKEP_COMPILE where the compiler itself failed.
 */
export async function buildFile(file: string, options: BuildOptions): Promise<Built> {
  const { object, diagnostics } = await compile(file, options);
  if (object === undefined) return { diagnostics };
  const { readCollection } = await import('@skep/core/object');
  const spec = readCollection(object, { file });
  if (options.target === undefined) return { object, spec, diagnostics };
  const { checkTarget } = await import('./check-target.ts');
  const lacks = checkTarget(spec, options.target, file);
  return { ...(lacks.length > 0 ? {} : { object }), spec, diagnostics: [...diagnostics, ...lacks] };
}

async function compile(file: string, { cpu }: BuildOptions): Promise<Compiled> {
  const bytes = await readBytes(file);
  const { isTypeScript } = await import('../program/read-program.ts');
  const options = cpu === undefined ? {} : { cpu };
  if (isTypeScript(file)) {
    const { compileTypeScript } = await import('../program/compile-typescript.ts');
    return compileTypeScript(file, options);
  }
  const extension = extname(file).toLowerCase();
  if (extension === '.c') {
    const { compileC } = await import('../program/compile-c.ts');
    return unlessWrong(() => compileC(file, options));
  }
  if (extension === '.s') return unlessWrong(() => assembled(bytes, file));
  throw noSource(file);
}

async function assembled(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const [{ decodeText }, { assembleElf }, { writeElf }] = await Promise.all([
    import('../program/read-program.ts'),
    import('@skep/core/object/assembly'),
    import('@skep/core/object'),
  ]);
  return writeElf(assembleElf(decodeText(bytes, file), { file }));
}

/** What is wrong with the source is a diagnostic, what is wrong with the tool an error. */
async function unlessWrong(make: () => Promise<Uint8Array>): Promise<Compiled> {
  try {
    return { object: await make(), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof SkepError) || error.place.line === undefined) throw error;
    return { diagnostics: sourceDiagnostics(error) };
  }
}

function noSource(file: string): SkepError {
  const isObject = extname(file) === '.o';
  return new SkepError('SKEP_USAGE', isObject ? 'this is an object already' : 'this is no source that skep builds', {
    place: { file },
    remedy: isObject ? 'skep run takes it as it is' : 'give TypeScript (.bpf.ts), C (.c) or assembly (.s)',
  });
}
