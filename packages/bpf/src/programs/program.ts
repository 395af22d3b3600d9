import { ProgramBlueprint } from '../runtime/program.ts';
import type { verdict } from '../symbols.ts';

export type ProgramKind =
  | 'xdp'
  | 'tc'
  | 'socket_filter'
  | 'cgroup_skb'
  | 'cgroup_connect4'
  | 'cgroup_connect6'
  | 'sk_lookup'
  | 'tracepoint'
  | 'tp_btf'
  | 'kprobe'
  | 'kretprobe'
  | 'fentry'
  | 'fexit'
  | 'lsm';

/** A program. Its kind decides the attach options that userland sees; `Verdict` is what it returns. */
export interface Program<Kind extends ProgramKind, Verdict> {
  readonly kind: Kind;
  readonly [verdict]: Verdict;
}

export interface ProgramOptions {
  /** May sleep (fentry, fexit, lsm). */
  readonly sleepable?: boolean;
  /** Takes packets in several buffers (xdp). */
  readonly frags?: boolean;
}

/** Makes the blueprint of a program. */
export function program<Kind extends ProgramKind, Verdict>(
  kind: Kind,
  run: (...args: never[]) => unknown,
  options?: ProgramOptions,
  target?: string,
): Program<Kind, Verdict> {
  return new ProgramBlueprint(kind, run, options, target) as unknown as Program<Kind, Verdict>;
}
