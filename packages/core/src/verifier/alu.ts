import { Alu, Class } from '../isa/opcode.ts';
import {
  add,
  add32,
  and,
  multiply,
  multiply32,
  negate,
  negate32,
  or,
  shiftLeft,
  shiftLeft32,
  shiftRight,
  shiftRight32,
  shiftRightSigned,
  shiftRightSigned32,
  subtract,
  subtract32,
  xor,
  zeroExtend,
} from './arithmetic.ts';
import { synchronize } from './bounds.ts';
import { copyNumber, forgetNumber, isConstant, type Register } from './register.ts';
import { tristateMeet } from './tristate.ts';
import { signedRightLow } from './words.ts';

/**
 * `out = out OPERATION b` on numbers, as an arithmetic instruction does it.
 *
 * Nothing is known of the results of division, remainder and shifts by a count that is no constant below
 * the width: Linux up to 6.18 does not bound them either.
 * @param opcode of class ALU or ALU64.
 * @param b second operand; for byte swaps the number of bits, a constant.
 * @param offset of the instruction: 8, 16 or 32 make a move a sign extension, 1 a division a signed one.
 */
export function applyAlu(opcode: number, offset: number, out: Register, b: Register): void {
  const wide = (opcode & 0x07) === Class.ALU64;
  const operation = opcode & 0xf0;
  const bounded = isBounded(operation, wide, b);
  if (!bounded) forgetNumber(out);
  else if (operation === Alu.END) swapBytes(out, b.valueLow);
  else if (operation === Alu.MOV) move(out, b, offset, wide);
  else if (wide) apply64(operation, out, b);
  else apply32(operation, out, b);
  if (!wide && bounded && operation !== Alu.END) zeroExtend(out);
  synchronize(out);
}

/** False where nothing is known of the result, not even of the upper half of a 32-bit one. */
function isBounded(operation: number, wide: boolean, b: Register): boolean {
  switch (operation) {
    case Alu.DIV:
    case Alu.MOD:
      return false;
    case Alu.LSH:
    case Alu.RSH:
    case Alu.ARSH:
      return wide
        ? isConstant(b) && b.valueHigh === 0 && b.valueLow >>> 0 < 64
        : b.maskLow === 0 && b.valueLow >>> 0 < 32;
    default:
      return true;
  }
}

function move(out: Register, b: Register, offset: number, wide: boolean): void {
  copyNumber(out, b);
  if (offset !== 0) signExtend(out, offset, wide);
}

/** Of swapped bytes only their number is known: 16, 32 or 64 bits. */
function swapBytes(out: Register, bits: number): void {
  forgetNumber(out);
  if (bits < 64) tristateMeet(out, 0, 0, 0, bits === 32 ? -1 : 0xffff);
}

function apply64(operation: number, out: Register, b: Register): void {
  switch (operation) {
    case Alu.ADD:
      add(out, b);
      break;
    case Alu.SUB:
      subtract(out, b);
      break;
    case Alu.MUL:
      multiply(out, b);
      break;
    case Alu.AND:
      and(out, b);
      break;
    case Alu.OR:
      or(out, b);
      break;
    case Alu.XOR:
      xor(out, b);
      break;
    case Alu.NEG:
      negate(out);
      break;
    case Alu.LSH:
      shiftLeft(out, b.valueLow);
      break;
    case Alu.RSH:
      shiftRight(out, b.valueLow);
      break;
    default:
      shiftRightSigned(out, b.valueLow);
  }
}

function apply32(operation: number, out: Register, b: Register): void {
  switch (operation) {
    case Alu.ADD:
      add32(out, b);
      break;
    case Alu.SUB:
      subtract32(out, b);
      break;
    case Alu.MUL:
      multiply32(out, b);
      break;
    case Alu.AND:
      and(out, b);
      break;
    case Alu.OR:
      or(out, b);
      break;
    case Alu.XOR:
      xor(out, b);
      break;
    case Alu.NEG:
      negate32(out);
      break;
    case Alu.LSH:
      shiftLeft32(out, b.valueLow);
      break;
    case Alu.RSH:
      shiftRight32(out, b.valueLow);
      break;
    default:
      shiftRightSigned32(out, b.valueLow);
  }
}

/**
 * Repeats bit 7, 15 or 31 in all above it, up to bit 63 or (32-bit moves) 31. Where all bits from that one on are the
 * same at both ends of the signed range, they are the same between them, and the order stays. Else Linux knows no
 * more of the result than its width, whatever bits were known; no more is kept here, so that verdicts agree.
 */
function signExtend(out: Register, bits: number, wide: boolean): void {
  const spare = 32 - bits;
  const sameTop = wide ? sameTop64(out, bits - 1) : out.smin32 >> (bits - 1) === out.smax32 >> (bits - 1);
  const from = wide ? out.sminLow : out.smin32;
  const to = wide ? out.smaxLow : out.smax32;
  const min = sameTop ? (from << spare) >> spare : -0x80000000 >> spare;
  const max = sameTop ? (to << spare) >> spare : 0x7fffffff >> spare;
  forgetNumber(out);
  out.smin32 = min;
  out.smax32 = max;
  if (!wide) return;
  out.sminHigh = min >> 31;
  out.sminLow = min;
  out.smaxHigh = max >> 31;
  out.smaxLow = max;
}

function sameTop64({ sminHigh, sminLow, smaxHigh, smaxLow }: Register, count: number): boolean {
  return sminHigh === smaxHigh && signedRightLow(sminHigh, sminLow, count) === signedRightLow(smaxHigh, smaxLow, count);
}
