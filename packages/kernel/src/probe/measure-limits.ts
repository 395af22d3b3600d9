import type { PlatformLimits } from '@skep/core/abi/platform';
import { leave } from './measure-program.ts';
import type { Trials } from './trial.ts';

const XDP = { type: 'xdp' } as const;

/** Limits of the verifier, by programs that just pass and just fail. */
export function measureLimits(trials: Trials): PlatformLimits {
  return {
    instructions: largest([4096, 1_000_000, 2_000_000], (count) => trials.loads(XDP, longProgram(count))),
    stack: largest([256, 512, 1024, 2048, 4096], (bytes) => trials.loads(XDP, stackProgram(bytes))),
    frames: largest([4, 8, 16, 32], (depth) => trials.loads(XDP, nestedProgram(depth))),
  };
}

/** The last of the growing candidates that passes, after which one more than it fails. */
function largest(candidates: readonly number[], passes: (candidate: number) => boolean): number {
  let known = 0;
  for (const candidate of candidates) if (passes(candidate)) known = candidate;
  return known === 0 || !passes(known + 1) ? known : 0;
}

/** `r0 = 0` again and again, and `exit`. */
function longProgram(count: number): Uint8Array {
  const code = new Uint8Array(count * 8);
  for (let at = 0; at < code.length - 8; at += 8) code[at] = 0xb7;
  code[code.length - 8] = 0x95;
  return code;
}

/** Stores a byte at the lowest byte of a stack of that size. */
function stackProgram(bytes: number): Uint8Array {
  const code = new Uint8Array([0x72, 0x0a, 0, 0, 0, 0, 0, 0, ...leave(0)]);
  new DataView(code.buffer).setInt16(2, -bytes, true);
  return code;
}

/** A program whose functions call each other until there are `depth` frames. */
function nestedProgram(depth: number): Uint8Array {
  const PSEUDO_CALL = 0x10;
  // Each function is `call next; exit`; next stands behind the exit.
  const call = [0x85, PSEUDO_CALL, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0];
  return new Uint8Array([...Array.from({ length: depth - 1 }, () => call).flat(), ...leave(0)]);
}
