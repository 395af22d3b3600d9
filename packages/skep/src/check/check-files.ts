import { readFileSync } from 'node:fs';
import type { Diagnostic } from '@skep/compilers/typescript';
import { compileTypeScript } from '../program/compile-typescript.ts';
import { findSources } from './find-sources.ts';
import { checkLoadCalls } from './load-calls.ts';

/** What a check found. */
export interface CheckResult {
  /** Programs that were checked. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read or looked for. */
  readonly read: ReadonlySet<string>;
  /** Every folder that was searched. */
  readonly folders: readonly string[];
}

/**
 * Compiles every program that the paths stand for, and looks at the `load` calls in folders.
 * @throws SKEP_NO_FILE, SKEP_USAGE, SKEP_NO_TOOL.
 */
export async function checkFiles(paths: readonly string[]): Promise<CheckResult> {
  const { programs, others, folders } = await findSources(paths);
  const read = new Set<string>([...programs, ...others]);
  const readFile = (path: string): string | undefined => {
    read.add(path);
    return textOf(path);
  };
  const diagnostics = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    // A file that several programs import is told once.
    const { file, line, column, code, message } = diagnostic;
    diagnostics.set(`${file}:${line}:${column}:${code}:${message}`, diagnostic);
  };
  for (const program of programs) (await compileTypeScript(program, { readFile })).diagnostics.forEach(add);
  for (const other of others) checkLoadCalls(other, readFile(other) ?? '').forEach(add);
  return { files: programs, diagnostics: [...diagnostics.values()], read, folders };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
