import { formatDiagnostics } from '../terminal/source-diagnostics.ts';
import { stderrStyle } from '../terminal/style.ts';
import { compileTypeScript } from './compile-typescript.ts';
import { SourceError } from './source-error.ts';

/**
 * The object that a TypeScript program compiles to; warnings go to standard error.
 * @throws SourceError (SKEP_COMPILE) with all diagnostics, SKEP_NO_TOOL.
 */
export async function typeScriptObject(file: string): Promise<Uint8Array> {
  const { object, diagnostics } = await compileTypeScript(file);
  if (object === undefined) throw new SourceError(file, diagnostics);
  if (diagnostics.length > 0) process.stderr.write(formatDiagnostics(diagnostics, stderrStyle()));
  return object;
}
