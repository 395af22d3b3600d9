import { programTypes } from '@skep/core/abi';
import { atPlace, type Place, SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { LoadEnvironment } from '@skep/core/host';
import { applyCoreRelocations, coreFailures, type LineInfo, type ProgramSpec } from '@skep/core/object';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';
import type { KernelTypes } from '../btf/kernel-types.ts';
import type { LoadedBtf } from '../btf/loaded-btf.ts';
import { kernelName } from '../map/create-map.ts';
import { whyDenied } from './attach-target.ts';
import { debugInfo, FUNCTION_RECORD, LINE_RECORD } from './debug-info.ts';
import { KernelProgram } from './kernel-program.ts';
import { loadTarget } from './load-target.ts';
import { patchReferences } from './patch.ts';
import { summarizeLog } from './verifier-log.ts';

const text = new TextEncoder();
const EPERM = -1;
const ENOSPC = -28;
const EAGAIN = -11;
/** Loads that signals may interrupt before it is an error. */
const INTERRUPTIONS = 8;
const FIRST_LOG_SIZE = 1 << 16;
const LAST_LOG_SIZE = 1 << 24;

/** A program that the kernel's verifier rejected; `log` is what it printed, word for word. */
export class VerifierError extends SkepError {
  readonly log: string;

  constructor(what: string, details: { place: Place; reason: string; errno: string; log: string }) {
    const { log, ...rest } = details;
    super('SKEP_REJECTED', what, { ...rest, remedy: 'read the whole log: it is the field `log` of the error' });
    this.log = log;
  }

  override at(place: Place): VerifierError {
    const { message, reason = '', errno = '', log } = this;
    return new VerifierError(message, { place: { ...place, ...this.place }, reason, errno, log });
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), log: this.log };
  }
}

/** The types a program has to do with: its own in the kernel, and the kernel's. */
export interface ProgramTypes {
  readonly loaded: LoadedBtf;
  readonly kernel: KernelTypes;
}

/**
 * Loads a program: first without a log, which is fastest; where that fails, once more with a log that grows until it
 * fits, so that the error says what the verifier said.
 * @throws VerifierError, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
 */
export function loadProgram(
  bpf: Bpf,
  blueprint: ProgramSpec,
  environment: LoadEnvironment,
  { loaded, kernel }: ProgramTypes,
): KernelProgram {
  const spec = relocated(blueprint, environment.btf, kernel);
  const { code, modules } = patchReferences(spec, environment, kernel);
  const attr = bpf.attr('prog_load', {
    prog_type: programTypes[spec.type],
    insn_cnt: spec.code.length / 8,
    insns: code,
    fd_array: modules,
    license: text.encode(`${environment.license}\0`),
    prog_name: kernelName(spec.name),
    prog_flags: spec.flags,
    ...loadTarget(bpf, spec, environment.target, kernel),
  });
  setDebugInfo(attr, spec, environment.btf, loaded);
  const { logLevel = 0 } = environment;
  const { result, log } = logLevel === 0 ? { result: load(bpf, attr) } : loadWithLog(bpf, attr, logLevel);
  if (result >= 0) return new KernelProgram(bpf, spec, result, log, environment);
  throw missingPart(blueprint, environment.btf, kernel, rejection(bpf, spec, attr, result, logLevel || 1));
}

/** The program for this kernel's types, which are read only where it has relocations. */
function relocated(spec: ProgramSpec, btf: Btf | undefined, kernel: KernelTypes): ProgramSpec {
  if (btf === undefined || spec.coreRelocations.length === 0) return spec;
  return atPlace({ program: spec.name }, () => applyCoreRelocations(spec, btf, targetsOf(spec, btf, kernel)));
}

function targetsOf(spec: ProgramSpec, btf: Btf, kernel: KernelTypes): readonly Btf[] {
  return kernel.targets(
    btf,
    spec.coreRelocations.map(({ type }) => type),
  );
}

/** A call of a helper that does not exist stands where the kernel lacks what a relocation asks for: that is the reason. */
function missingPart(spec: ProgramSpec, btf: Btf | undefined, kernel: KernelTypes, error: SkepError): SkepError {
  if (btf === undefined || spec.coreRelocations.length === 0) return error;
  if (!/invalid func unknown#195896080/.test(error.reason ?? '')) return error;
  const { instruction } = error.place;
  const failures = coreFailures(spec, btf, targetsOf(spec, btf, kernel));
  return failures.find(({ place }) => place.instruction === instruction) ?? failures[0] ?? error;
}

/** Once more where a signal came while the verifier worked. */
function load(bpf: Bpf, attr: Attr<'prog_load'>): number {
  let result = bpf.call('prog_load', attr);
  for (let again = 0; result === EAGAIN && again < INTERRUPTIONS; again += 1) result = bpf.call('prog_load', attr);
  return result;
}

/** Loads with a log that grows until it fits, or is as long as a log may be. */
function loadWithLog(bpf: Bpf, attr: Attr<'prog_load'>, level: number): { result: number; log: string } {
  for (let size = FIRST_LOG_SIZE; ; size *= 8) {
    const buffer = new Uint8Array(size);
    attr.set('log_level', level);
    attr.set('log_size', size);
    attr.set('log_buf', buffer);
    const result = load(bpf, attr);
    if (result === ENOSPC && size < LAST_LOG_SIZE) continue;
    return { result, log: new TextDecoder().decode(buffer.subarray(0, Math.max(0, buffer.indexOf(0)))) };
  }
}

function rejection(bpf: Bpf, spec: ProgramSpec, attr: Attr<'prog_load'>, errno: number, level: number): SkepError {
  const what = `the kernel does not take program ${spec.name}`;
  const { result, log } = loadWithLog(bpf, attr, level);
  if (result >= 0) bpf.close(result);
  if (log !== '') return verifierError(spec, what, log, errno);
  if (errno === EPERM) return kernelError('prog_load', errno, what, whyDenied(spec));
  return kernelError('prog_load', errno, what, { code: 'SKEP_REJECTED', place: { program: spec.name } });
}

function verifierError(spec: ProgramSpec, what: string, log: string, errno: number): VerifierError {
  const { reason, instruction } = summarizeLog(log);
  const source = instruction === undefined ? undefined : lineAt(spec.lines, instruction);
  const place: Place = {
    ...(source === undefined ? {} : { file: source.file, line: source.line, column: source.column, text: source.text }),
    program: spec.name,
    ...(instruction === undefined ? {} : { instruction }),
  };
  return new VerifierError(what, { place, reason, errno: errnoName(errno), log });
}

/** The source line an instruction belongs to: the last entry at or before it. */
function lineAt(lines: readonly LineInfo[], slot: number): LineInfo | undefined {
  return lines.findLast((line) => line.slot <= slot);
}

/** Names functions and lines to the kernel, so that its log and its tools speak of the source. */
function setDebugInfo(attr: Attr<'prog_load'>, spec: ProgramSpec, btf: Btf | undefined, loaded: LoadedBtf): void {
  if (btf === undefined) return;
  const descriptor = loaded.descriptor(btf);
  const info = descriptor === undefined ? undefined : debugInfo(spec, loaded.strings(btf));
  if (descriptor === undefined || info === undefined) return;
  attr.set('prog_btf_fd', descriptor);
  attr.set('func_info', info.functions);
  attr.set('func_info_rec_size', FUNCTION_RECORD);
  attr.set('func_info_cnt', info.functions.length / FUNCTION_RECORD);
  attr.set('line_info', info.lines);
  attr.set('line_info_rec_size', LINE_RECORD);
  attr.set('line_info_cnt', info.lines.length / LINE_RECORD);
}
