/** What a register holds. All but `SCALAR` and `NONE` are pointers. */
export const Kind = {
  /** Never written, or clobbered by a call. */
  NONE: 0,
  SCALAR: 1,
  CONTEXT: 2,
  STACK: 3,
  PACKET: 4,
  PACKET_END: 5,
  PACKET_META: 6,
  MAP: 7,
  MAP_VALUE: 8,
  MAP_VALUE_OR_NULL: 9,
} as const;

const SIGN = -0x80000000;
const LARGEST = 0x7fffffff;

/**
 * What is known of a register or a spilled register. One class for all kinds, so that V8 sees one shape; a record
 * that stands in a state is shared and never changed.
 *
 * A number is bounded three ways at once: by bits that are known (`value` where `mask` is 0: a tristate number), by
 * an unsigned and a signed range of 64 bits, and by such ranges of its low 32 bits. Of a pointer these bound the
 * variable part of its offset. Halves are int32, those of unsigned numbers too.
 */
export class Register {
  kind: number;
  valueHigh = 0;
  valueLow = 0;
  maskHigh = -1;
  maskLow = -1;
  uminHigh = 0;
  uminLow = 0;
  umaxHigh = -1;
  umaxLow = -1;
  sminHigh: number = SIGN;
  sminLow = 0;
  smaxHigh: number = LARGEST;
  smaxLow = -1;
  umin32 = 0;
  umax32 = -1;
  smin32: number = SIGN;
  smax32: number = LARGEST;
  /** Constant part of a pointer's offset. */
  offset = 0;
  /** Registers of one id hold the same number (scalars) or the same variable part (pointers); 0: none. */
  id = 0;
  /** Bytes behind the variable part of a packet pointer that are proven to be there. */
  range = 0;
  /** Number of the map that it points to or into. */
  map = -1;

  constructor(kind: number) {
    this.kind = kind;
  }

  /** A record of the same content that may be changed until it is put into a state. */
  copy(): Register {
    const to = new Register(this.kind);
    copyNumber(to, this);
    to.offset = this.offset;
    to.id = this.id;
    to.range = this.range;
    to.map = this.map;
    return to;
  }
}

/** Takes over what is known of the number. */
export function copyNumber(to: Register, from: Register): void {
  to.valueHigh = from.valueHigh;
  to.valueLow = from.valueLow;
  to.maskHigh = from.maskHigh;
  to.maskLow = from.maskLow;
  to.uminHigh = from.uminHigh;
  to.uminLow = from.uminLow;
  to.umaxHigh = from.umaxHigh;
  to.umaxLow = from.umaxLow;
  to.sminHigh = from.sminHigh;
  to.sminLow = from.sminLow;
  to.smaxHigh = from.smaxHigh;
  to.smaxLow = from.smaxLow;
  to.umin32 = from.umin32;
  to.umax32 = from.umax32;
  to.smin32 = from.smin32;
  to.smax32 = from.smax32;
}

/** Forgets the 64-bit unsigned range. */
export function forgetUnsigned(out: Register): void {
  out.uminHigh = out.uminLow = 0;
  out.umaxHigh = out.umaxLow = -1;
}

/** Forgets the 64-bit signed range. */
export function forgetSigned(out: Register): void {
  out.sminHigh = SIGN;
  out.sminLow = 0;
  out.smaxHigh = LARGEST;
  out.smaxLow = -1;
}

/** Forgets the unsigned range of the low half. */
export function forgetUnsigned32(out: Register): void {
  out.umin32 = 0;
  out.umax32 = -1;
}

/** Forgets the signed range of the low half. */
export function forgetSigned32(out: Register): void {
  out.smin32 = SIGN;
  out.smax32 = LARGEST;
}

/** Forgets all that is known of the number. */
export function forgetNumber(out: Register): void {
  out.valueHigh = out.valueLow = 0;
  out.maskHigh = out.maskLow = -1;
  forgetUnsigned(out);
  forgetSigned(out);
  forgetUnsigned32(out);
  forgetSigned32(out);
}

/** Makes the number a constant. */
export function setConstant(out: Register, high: number, low: number): void {
  out.valueHigh = out.uminHigh = out.umaxHigh = out.sminHigh = out.smaxHigh = high;
  out.valueLow = out.uminLow = out.umaxLow = out.sminLow = out.smaxLow = low;
  out.maskHigh = out.maskLow = 0;
  out.umin32 = out.umax32 = out.smin32 = out.smax32 = low;
}

/** A number of which nothing is known. */
export function unknownScalar(): Register {
  return new Register(Kind.SCALAR);
}

/** A constant number. */
export function constantScalar(high: number, low: number): Register {
  const out = new Register(Kind.SCALAR);
  setConstant(out, high, low);
  return out;
}

/** True where all 64 bits of the number are known. */
export function isConstant(register: Register): boolean {
  return register.maskHigh === 0 && register.maskLow === 0;
}
