import { relative } from 'node:path';
import type { BuildResult, CompileOptions, Diagnostic } from '@skep/compilers/typescript';
import { atPlace, SkepError } from '@skep/core/base';

/** The front end of the compiler. */
export type Compiler = typeof import('@skep/compilers/typescript');

/**
 * Compiles one TypeScript program. Diagnostics name files as seen from the working directory.
 * @throws SKEP_NO_TOOL where TypeScript is not installed, SKEP_NO_FILE, SKEP_COMPILE where no object can be made of it.
 */
export async function compileTypeScript(file: string, options: CompileOptions = {}): Promise<BuildResult> {
  const result = await asked(file, ({ buildTypeScript }) => buildTypeScript(file, options));
  return { ...result, diagnostics: result.diagnostics.map(displayed) };
}

/**
 * The optimised SSA form of a TypeScript program as text, unless there are errors.
 * @throws as {@link compileTypeScript}.
 */
export async function typeScriptIr(
  file: string,
): Promise<{ readonly text?: string; readonly diagnostics: readonly Diagnostic[] }> {
  const { module, diagnostics } = await asked(file, (compiler) => compiler.compileTypeScript(file));
  if (module === undefined) return { diagnostics: diagnostics.map(displayed) };
  const [{ optimize }, { printModule }] = await Promise.all([
    import('@skep/compilers/optimize'),
    import('@skep/compilers/ir'),
  ]);
  optimize(module);
  return { text: printModule(module), diagnostics: diagnostics.map(displayed) };
}

/** Loads the compiler, which takes TypeScript with it, and asks it. */
async function asked<T>(file: string, question: (compiler: Compiler) => Promise<T>): Promise<T> {
  try {
    const compiler: Compiler = await import('@skep/compilers/typescript');
    return await question(compiler);
  } catch (error) {
    throw isMissing(error) ? noTypeScript(file, error) : atPlace({ file }, () => rethrow(error));
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** True where a package that the compiler is made of is not installed. */
function isMissing(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code));
}

function noTypeScript(file: string, error: Error): SkepError {
  const [, name = 'a package of it'] = /Cannot find (?:package|module) '([^']+)'/.exec(error.message) ?? [];
  return new SkepError('SKEP_NO_TOOL', 'the compiler for TypeScript is not installed', {
    place: { file },
    reason: `${name} is not found`,
    remedy: 'install it: npm install @skep/compilers; or build the program elsewhere (skep build) and use its .o',
    cause: error,
  });
}

/** The diagnostic with its file as seen from the working directory, where that is shorter. */
function displayed(diagnostic: Diagnostic): Diagnostic {
  const edits = diagnostic.edits?.map((edit) => ({ ...edit, file: displayedFile(edit.file) }));
  return { ...diagnostic, file: displayedFile(diagnostic.file), ...(edits === undefined ? {} : { edits }) };
}

/** A path as seen from the working directory, where that is shorter. */
export function displayedFile(file: string): string {
  const seen = relative(process.cwd(), file);
  return seen !== '' && seen.length < file.length ? seen : file;
}
