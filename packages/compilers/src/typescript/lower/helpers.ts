import type { HelperName } from '@skep/core/abi';
import type TypeScript from 'typescript-js';
import type { Effects, Type, Value } from '../../ir/index.ts';
import type { Lowering } from './lowering.ts';

/** Helpers that only programs with a GPL-compatible licence may call. */
const gplOnly: ReadonlySet<string> = new Set(['trace_printk', 'trace_vprintk']);
/** Licences that the kernel takes as compatible (linux/license.h). */
const compatible: ReadonlySet<string> = new Set([
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
]);

/** Looks something up: no memory changes. */
export const READS: Effects = { reads: true, writes: false, packet: false };
/** Changes maps or what its pointers name. */
export const WRITES: Effects = { reads: true, writes: true, packet: false };
/** Moves the packet. */
export const MOVES: Effects = { reads: true, writes: true, packet: true };
export const PURE: Effects = { reads: false, writes: false, packet: false };

/** Calls a helper of the kernel. */
export function callHelper(
  l: Lowering,
  helper: HelperName,
  values: readonly Value[],
  effects: Effects,
  node: TypeScript.Node,
  type?: Type,
): Value {
  if (l.locked) l.fail(node, 4013, { name: helper });
  if (gplOnly.has(helper) && !compatible.has(l.module.license ?? '')) {
    l.fail(node, 6007, { helper });
  }
  if (effects.writes) l.flush();
  return l.builder.helper(helper, values, effects, type);
}
