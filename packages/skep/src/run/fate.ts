import type { ProgramType } from '@skep/core/abi';
import type { RunResult } from '@skep/core/host';

/** Verdicts under which a packet goes on: up the stack, or out again on the same interface. */
const goesOn: ReadonlySet<string> = new Set([
  'XDP_PASS',
  'XDP_TX',
  'TC_ACT_UNSPEC',
  'TC_ACT_OK',
  'TC_ACT_RECLASSIFY',
  'TC_ACT_PIPE',
  'PASS',
  'PASS_CN',
]);

/**
 * The packet that comes out of a program, for a capture of what it let through; undefined where it was dropped, taken
 * or redirected. A socket filter says how many bytes of the packet the socket gets.
 */
export function survivor(type: ProgramType, { verdict, code, data }: RunResult): Uint8Array | undefined {
  if (type === 'socket_filter') return code === 0 ? undefined : data.subarray(0, code);
  return goesOn.has(verdict) ? data : undefined;
}
