import { type HelperName, helpers } from '../../abi/helpers.gen.ts';
import type { ProgramType } from '../../abi/program-types.gen.ts';
import type { Helper, Run } from '../run.ts';

/** A helper function of the VM. */
export interface HelperDefinition {
  /** The kernel's number: what a call instruction holds. */
  readonly id: number;
  readonly name: HelperName;
  /** Program types of the VM that may call it, as Linux 6.18 has it. */
  readonly programTypes: readonly ProgramType[];
  /** Only programs under a licence compatible with the GPL may call it. */
  readonly gplOnly: boolean;
  readonly helper: Helper;
}

/** Every program type of the VM. */
export const ALL: readonly ProgramType[] = [
  'xdp',
  'sched_cls',
  'socket_filter',
  'cgroup_skb',
  'cgroup_sock_addr',
  'sk_lookup',
];
/** XDP alone. */
export const XDP: readonly ProgramType[] = ['xdp'];
/** Traffic classifiers alone. */
export const TC: readonly ProgramType[] = ['sched_cls'];
/** The types whose context is a socket buffer. */
export const SKB: readonly ProgramType[] = ['sched_cls', 'socket_filter', 'cgroup_skb'];
/** The types that may change and send packets. */
export const XDP_TC: readonly ProgramType[] = ['xdp', 'sched_cls'];

/** Defines a helper under its kernel name. */
export function define(
  name: HelperName,
  programTypes: readonly ProgramType[],
  helper: Helper,
  options: { readonly gplOnly?: boolean } = {},
): HelperDefinition {
  return { id: helpers[name], name, programTypes, gplOnly: options.gplOnly ?? false, helper };
}

/** The helper whose result is a signed 32-bit number, 0 or more on success and a negative error number otherwise. */
export function signed(compute: (run: Run) => number): Helper {
  return (run) => run.returnSigned(compute(run));
}
