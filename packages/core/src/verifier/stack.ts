import { synchronize } from './bounds.ts';
import { constantScalar, forgetNumber, isConstant, Kind, type Register, unknownScalar } from './register.ts';
import { tristateMeet } from './tristate.ts';

/** What 8 bytes of the stack hold. Never changed: a write makes a new one. */
export interface StackSlot {
  /** The register that was stored whole (8 bytes), or as the low 4 bytes (numbers only). */
  readonly spilled: Register | undefined;
  /** 8, 4 or 0. */
  readonly size: number;
  /** Bit of each byte that is known to be 0. */
  readonly zeros: number;
}

/** Slots from the top of the stack down: number 0 holds bytes -8..-1. */
export type Stack = readonly (StackSlot | undefined)[];

/** Number of the slot that a negative offset lies in. */
function slotOf(offset: number): number {
  return (-offset - 1) >> 3;
}

/** The stack after a store of `size` bytes at a constant offset; the access is inside and aligned. */
export function writeStack(stack: Stack, offset: number, size: number, from: Register): Stack {
  const index = slotOf(offset);
  const first = offset & 7;
  const mask = ((1 << size) - 1) << first;
  const after = stack.slice();
  const whole = size === 8 || (size === 4 && first === 0 && from.kind === Kind.SCALAR && from.umaxHigh === 0);
  const isZero = from.kind === Kind.SCALAR && isConstant(from) && from.valueLow === 0 && from.valueHigh === 0;
  const kept = zerosBeside(stack[index]) & ~mask;
  after[index] = {
    spilled: whole ? from : undefined,
    size: whole ? size : 0,
    zeros: isZero ? kept | mask : kept,
  };
  return after;
}

/** Zeros that outlive a store to a part of the slot: as in Linux, those of a register stored whole do not. */
function zerosBeside(slot: StackSlot | undefined): number {
  if (slot === undefined) return 0;
  return slot.zeros & ~((1 << slot.size) - 1);
}

/**
 * What a load of `size` bytes at a constant offset gives. A part of a pointer has no meaning; undefined is given for
 * it. Bytes that were never written may be read with privileges (Linux 6.3): nothing is known of them.
 */
export function readStack(stack: Stack, offset: number, size: number): Register | undefined {
  const slot = stack[slotOf(offset)];
  const first = offset & 7;
  const mask = ((1 << size) - 1) << first;
  if (slot === undefined) return numberOfSize(unknownScalar(), size);
  const { spilled } = slot;
  if (spilled !== undefined && slot.size === 8 && size === 8) return spilled;
  if (spilled !== undefined && spilled.kind !== Kind.SCALAR) return undefined;
  if (spilled !== undefined && first === 0 && size <= slot.size) {
    const part = spilled.copy();
    part.id = size === slot.size ? spilled.id : 0;
    return numberOfSize(part, size);
  }
  if ((slot.zeros & mask) === mask) return constantScalar(0, 0);
  return numberOfSize(unknownScalar(), size);
}

/** Cuts a number to its low `size` bytes. */
export function numberOfSize(out: Register, size: number): Register {
  if (size === 8) return out;
  const mask = size === 4 ? -1 : (1 << (size * 8)) - 1;
  const fits = out.umaxHigh === 0 && out.umaxLow >>> 0 <= mask >>> 0;
  if (fits) return out;
  const bits = out.copy();
  forgetNumber(out);
  tristateMeet(out, 0, 0, 0, mask);
  tristateMeet(out, 0, bits.valueLow & mask, 0, bits.maskLow & mask);
  if (size === 4) keepLow(out, bits);
  synchronize(out);
  return out;
}

/** The ranges of the low half stay what they are. */
function keepLow(out: Register, from: Register): void {
  out.umin32 = from.umin32;
  out.umax32 = from.umax32;
  out.smin32 = from.smin32;
  out.smax32 = from.smax32;
}
