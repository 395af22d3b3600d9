import { type ProgramType, since } from '@skep/core/abi';
import type { ProbeResult } from '@skep/core/host';
import { no, refused, yes } from './answer.ts';
import type { Trials } from './trial.ts';

/**
 * Whether the kernel has a program type: it loads a program that does nothing, or its verifier begins to read it,
 * which it does for types that it knows.
 */
export function probeProgramType(trials: Trials, type: ProgramType): ProbeResult {
  if (type === 'unspec') return no('it is no type', undefined);
  const { result, log } = trials.explain({ type });
  if (result >= 0 || (log !== '' && !log.includes('BTF is malformed'))) return yes;
  return refused(result, 'a small program of that type', since.programType(type));
}
