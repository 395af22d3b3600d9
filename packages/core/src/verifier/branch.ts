import { Jump } from '../isa/opcode.ts';
import {
  equate,
  lowerSigned,
  lowerUnsigned,
  narrowSigned32,
  narrowUnsigned32,
  raiseSigned,
  raiseUnsigned,
  synchronize,
} from './bounds.ts';
import { isConstant, type Register } from './register.ts';
import { tristateMeet } from './tristate.ts';
import { below, differenceHigh, less, sumHigh } from './words.ts';

const SIGN = -0x80000000;

/** The comparison that holds where `operation` does not. JSET has none. */
const opposite: ReadonlyMap<number, number> = new Map([
  [Jump.JEQ, Jump.JNE],
  [Jump.JNE, Jump.JEQ],
  [Jump.JGT, Jump.JLE],
  [Jump.JLE, Jump.JGT],
  [Jump.JGE, Jump.JLT],
  [Jump.JLT, Jump.JGE],
  [Jump.JSGT, Jump.JSLE],
  [Jump.JSLE, Jump.JSGT],
  [Jump.JSGE, Jump.JSLT],
  [Jump.JSLT, Jump.JSGE],
]);

/**
 * What a comparison of two numbers gives: true, false, or undefined where both can be.
 * @param operation of {@link Jump}.
 * @param wide 64 bits; else the low halves are compared.
 */
export function decide(operation: number, wide: boolean, a: Register, b: Register): boolean | undefined {
  switch (operation) {
    case Jump.JEQ:
      return isEqual(wide, a, b);
    case Jump.JNE:
      return not(isEqual(wide, a, b));
    case Jump.JSET:
      return sharesBits(wide, a, b);
    case Jump.JGT:
      return isBelow(wide, b, a);
    case Jump.JLE:
      return not(isBelow(wide, b, a));
    case Jump.JLT:
      return isBelow(wide, a, b);
    case Jump.JGE:
      return not(isBelow(wide, a, b));
    case Jump.JSGT:
      return isLess(wide, b, a);
    case Jump.JSLE:
      return not(isLess(wide, b, a));
    case Jump.JSLT:
      return isLess(wide, a, b);
    case Jump.JSGE:
      return not(isLess(wide, a, b));
    default:
      return undefined;
  }
}

function not(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function isEqual(wide: boolean, a: Register, b: Register): boolean | undefined {
  if (isApart(wide, a, b) || (wide && isApart(false, a, b))) return false;
  const knownLow = ~(a.maskLow | b.maskLow);
  const knownHigh = wide ? ~(a.maskHigh | b.maskHigh) : 0;
  if (((a.valueLow ^ b.valueLow) & knownLow) !== 0 || ((a.valueHigh ^ b.valueHigh) & knownHigh) !== 0) return false;
  return knownLow === -1 && (!wide || knownHigh === -1) ? true : undefined;
}

/** True where no number is in the ranges of both. */
function isApart(wide: boolean, a: Register, b: Register): boolean {
  return (
    isBelow(wide, a, b) === true ||
    isBelow(wide, b, a) === true ||
    isLess(wide, a, b) === true ||
    isLess(wide, b, a) === true
  );
}

function isBelow(wide: boolean, a: Register, b: Register): boolean | undefined {
  if (wide) {
    if (below(a.umaxHigh, a.umaxLow, b.uminHigh, b.uminLow)) return true;
    return below(a.uminHigh, a.uminLow, b.umaxHigh, b.umaxLow) ? undefined : false;
  }
  if (a.umax32 >>> 0 < b.umin32 >>> 0) return true;
  return a.umin32 >>> 0 < b.umax32 >>> 0 ? undefined : false;
}

function isLess(wide: boolean, a: Register, b: Register): boolean | undefined {
  if (wide) {
    if (less(a.smaxHigh, a.smaxLow, b.sminHigh, b.sminLow)) return true;
    return less(a.sminHigh, a.sminLow, b.smaxHigh, b.smaxLow) ? undefined : false;
  }
  if (a.smax32 < b.smin32) return true;
  return a.smin32 < b.smax32 ? undefined : false;
}

/** As in Linux, only a constant operand decides. */
function sharesBits(wide: boolean, a: Register, b: Register): boolean | undefined {
  const constant = wide ? isConstant(a) || isConstant(b) : a.maskLow === 0 || b.maskLow === 0;
  if (!constant) return undefined;
  if ((a.valueLow & b.valueLow) !== 0 || (wide && (a.valueHigh & b.valueHigh) !== 0)) return true;
  const low = (a.valueLow | a.maskLow) & (b.valueLow | b.maskLow);
  const high = wide ? (a.valueHigh | a.maskHigh) & (b.valueHigh | b.maskHigh) : 0;
  return low === 0 && high === 0 ? false : undefined;
}

/**
 * Narrows both operands to the numbers for which the comparison gives `taken`. Both are fresh copies and may be
 * constants; the comparison must not be decided the other way ({@link decide}).
 */
export function refine(operation: number, wide: boolean, taken: boolean, a: Register, b: Register): void {
  const holds = taken ? operation : (opposite.get(operation) ?? operation);
  if (operation === Jump.JSET) refineSet(wide, taken, a, b);
  else if (holds === Jump.JEQ) refineEqual(wide, a, b);
  else if (holds === Jump.JNE) refineUnequal(wide, a, b);
  else refineOrder(holds, wide, a, b);
  synchronize(a);
  synchronize(b);
}

function refineEqual(wide: boolean, a: Register, b: Register): void {
  if (wide) {
    equate(a, b);
    return;
  }
  narrowUnsigned32(a, b.umin32, b.umax32);
  narrowSigned32(a, b.smin32, b.smax32);
  narrowUnsigned32(b, a.umin32, a.umax32);
  narrowSigned32(b, a.smin32, a.smax32);
  tristateMeet(a, 0, b.valueLow, -1, b.maskLow);
  tristateMeet(b, 0, a.valueLow, -1, a.maskLow);
}

/** A constant that is an end of the other's range is cut off. */
function refineUnequal(wide: boolean, a: Register, b: Register): void {
  if (wide && isConstant(b)) cutOff(a, b.valueHigh, b.valueLow);
  else if (wide && isConstant(a)) cutOff(b, a.valueHigh, a.valueLow);
  else if (!wide && b.maskLow === 0) cutOff32(a, b.valueLow);
  else if (!wide && a.maskLow === 0) cutOff32(b, a.valueLow);
}

function cutOff(out: Register, high: number, low: number): void {
  const upHigh = sumHigh(high, low, 0, 1);
  const up = (low + 1) | 0;
  const downHigh = differenceHigh(high, low, 0, 1);
  const down = (low - 1) | 0;
  if (out.uminHigh === high && out.uminLow === low) raiseUnsigned(out, upHigh, up);
  if (out.umaxHigh === high && out.umaxLow === low) lowerUnsigned(out, downHigh, down);
  if (out.sminHigh === high && out.sminLow === low) raiseSigned(out, upHigh, up);
  if (out.smaxHigh === high && out.smaxLow === low) lowerSigned(out, downHigh, down);
}

function cutOff32(out: Register, number: number): void {
  if (out.umin32 === number) narrowUnsigned32(out, number + 1, out.umax32);
  if (out.umax32 === number) narrowUnsigned32(out, out.umin32, number - 1);
  if (out.smin32 === number) narrowSigned32(out, Math.min(number + 1, 0x7fffffff), out.smax32);
  if (out.smax32 === number) narrowSigned32(out, out.smin32, Math.max(number - 1, SIGN));
}

/** Only a constant operand says something of bits. */
function refineSet(wide: boolean, taken: boolean, a: Register, b: Register): void {
  if (wide ? isConstant(b) : b.maskLow === 0) refineBits(wide, taken, a, b);
  else if (wide ? isConstant(a) : a.maskLow === 0) refineBits(wide, taken, b, a);
}

function refineBits(wide: boolean, taken: boolean, a: Register, bits: Register): void {
  const high = wide ? bits.valueHigh : 0;
  const low = bits.valueLow;
  if (!taken) tristateMeet(a, 0, 0, ~high, ~low);
  if (!taken) return;
  const single = (high === 0 && (low & (low - 1)) === 0) || (low === 0 && (high & (high - 1)) === 0);
  if (single) tristateMeet(a, high, low, ~high, ~low);
}

function refineOrder(holds: number, wide: boolean, a: Register, b: Register): void {
  switch (holds) {
    case Jump.JLE:
      atMost(wide, a, b, 0);
      break;
    case Jump.JLT:
      atMost(wide, a, b, 1);
      break;
    case Jump.JGE:
      atMost(wide, b, a, 0);
      break;
    case Jump.JGT:
      atMost(wide, b, a, 1);
      break;
    case Jump.JSLE:
      atMostSigned(wide, a, b, 0);
      break;
    case Jump.JSLT:
      atMostSigned(wide, a, b, 1);
      break;
    case Jump.JSGE:
      atMostSigned(wide, b, a, 0);
      break;
    default:
      atMostSigned(wide, b, a, 1);
  }
}

/** a + gap <= b, unsigned. */
function atMost(wide: boolean, a: Register, b: Register, gap: 0 | 1): void {
  if (wide) {
    lowerUnsigned(a, differenceHigh(b.umaxHigh, b.umaxLow, 0, gap), (b.umaxLow - gap) | 0);
    raiseUnsigned(b, sumHigh(a.uminHigh, a.uminLow, 0, gap), (a.uminLow + gap) | 0);
    return;
  }
  narrowUnsigned32(a, a.umin32, b.umax32 - gap);
  narrowUnsigned32(b, a.umin32 + gap, b.umax32);
}

/** a + gap <= b, signed. */
function atMostSigned(wide: boolean, a: Register, b: Register, gap: 0 | 1): void {
  if (wide) {
    lowerSigned(a, differenceHigh(b.smaxHigh, b.smaxLow, 0, gap), (b.smaxLow - gap) | 0);
    raiseSigned(b, sumHigh(a.sminHigh, a.sminLow, 0, gap), (a.sminLow + gap) | 0);
    return;
  }
  narrowSigned32(a, a.smin32, b.smax32 - gap);
  narrowSigned32(b, a.smin32 + gap, b.smax32);
}
