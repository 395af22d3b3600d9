import { resolve } from 'node:path';
import { SkepError } from '@skep/core/base';
import type { Module } from '../ir/index.ts';
import { emitObject } from '../object/index.ts';
import { checkRequirements, optimize } from '../optimize/index.ts';
import { type Diagnostic, Reporter } from './diagnostics/index.ts';
import { Evaluator } from './evaluate/index.ts';
import { type CheckedProgram, Checker, loadTypeScript, type ReadFile, readFromDisk } from './facade/index.ts';
import { ModuleLowering } from './lower/index.ts';

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

/** A checked file with what was found, and its module where that is good. */
interface Compiled {
  readonly checked: CheckedProgram;
  readonly reporter: Reporter;
  readonly module: Module | undefined;
}

/**
 * Compiles a `.bpf.ts` file and what it imports. Nothing is executed. Files that did not change since an earlier call
 * are not read again. What TypeScript itself says comes first, and alone.
 *
 * @throws SKEP_NO_FILE where there is no such file.
 */
export async function compileTypeScript(path: string, options: CompileOptions = {}): Promise<CompileResult> {
  const { module, reporter } = await compile(path, options);
  return { ...(module === undefined ? {} : { module }), diagnostics: reporter.diagnostics };
}

/**
 * As {@link compileTypeScript}, and on to the bytes of an ELF object that libbpf and the kernel take.
 *
 * @throws SKEP_NO_FILE where there is no such file.
 */
export async function buildTypeScript(path: string, options: CompileOptions = {}): Promise<BuildResult> {
  const compiled = await compile(path, options);
  const object = emit(compiled, options.cpu ?? 3);
  return { ...(object === undefined ? {} : { object }), diagnostics: compiled.reporter.diagnostics };
}

async function compile(path: string, options: CompileOptions): Promise<Compiled> {
  await loadTypeScript();
  const file = resolve(path);
  const checked = checker.check(file, options.readFile ?? readFromDisk);
  if (checked === undefined) throw new SkepError('SKEP_NO_FILE', `cannot read ${path}`, { place: { file: path } });
  const reporter = new Reporter();
  for (const problem of checked.problems) reporter.reportTypeScript(problem, checked.main);
  return { checked, reporter, module: reporter.hasErrors ? undefined : lower(checked, reporter) };
}

/** Undefined where something was reported. */
function lower(checked: CheckedProgram, reporter: Reporter): Module | undefined {
  const evaluator = new Evaluator(checked.checker, reporter);
  try {
    const module = new ModuleLowering(evaluator, checked).lower();
    if (reporter.hasErrors) return undefined;
    for (const target of module.functions) checkRequirements(target);
    return reporter.hasErrors ? undefined : module;
  } catch (error) {
    // What follows a reported mistake may fail in any way; without one, it is a mistake of the compiler.
    if (!reporter.hasErrors) reporter.report(checked.main, 1000, { kind: String(error) });
    return undefined;
  }
}

/** The object; a program that does not fit the machine is reported. */
function emit({ checked, reporter, module }: Compiled, cpu: 2 | 3 | 4): Uint8Array | undefined {
  if (module === undefined) return undefined;
  try {
    optimize(module);
    return emitObject(module, { cpu });
  } catch (error) {
    const isOurs = error instanceof SkepError;
    const { line = 1, column = 1 } = isOurs ? error.place : {};
    const reason = isOurs ? error.message : String(error);
    reporter.reportAt(checked.main, line, column, isOurs ? 6005 : 6013, { reason });
    return undefined;
  }
}
