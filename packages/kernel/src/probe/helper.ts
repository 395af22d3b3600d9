import { type HelperName, helpers, type ProgramType, since } from '@skep/core/abi';
import type { ProbeResult } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';
import { no, yes } from './answer.ts';
import { NOTHING, type Trials, type Variant } from './trial.ts';

/** The words with which the verifiers of different kernels refuse a call as such. */
const refusedCall =
  /unknown func|invalid func|program of this type cannot use helper|cannot call GPL|func not supported/i;

/** call HELPER; r0 = 0; exit */
function callOf(name: HelperName): Uint8Array {
  const call = Uint8Array.of(0x85, 0, 0, 0, helpers[name] & 0xff, helpers[name] >> 8, 0, 0);
  return new Uint8Array([...call, ...NOTHING]);
}

/** Why programs of the variant may not call the helper; undefined where they may, `''` where it cannot be told. */
export function whyNoHelper(trials: Trials, variant: Variant, name: HelperName): string | undefined {
  const { result, log } = trials.explain(variant, callOf(name));
  if (result >= 0) return undefined;
  if (log === '') return errnoName(result);
  if (!refusedCall.test(log)) return undefined;
  const line = log.split('\n').find((line) => refusedCall.test(line));
  return line?.replace(/^\d+: \(85\) call .*?: /, '').replace(/#\d+$/, '');
}

/** Types whose programs may also be sleepable, which gives them further helpers. */
const sleepableToo: ReadonlySet<ProgramType> = new Set(['tracing', 'lsm', 'kprobe', 'struct_ops']);

/** A helper exists for a program type where the verifier complains of its arguments, not of the call. */
export function probeHelper(trials: Trials, name: HelperName, type: ProgramType): ProbeResult {
  const why = whyNoHelper(trials, { type }, name);
  if (why === undefined) return yes;
  if (sleepableToo.has(type) && whyNoHelper(trials, { type, sleepable: true }, name) === undefined) return yes;
  return no(why, since.helper(name));
}
