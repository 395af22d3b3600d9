import type { Instruction, Value } from '../ir/index.ts';
import { evaluateExtend, reverseBytes } from './evaluate.ts';
import type { Simplifier } from './simplifier.ts';
import { lowHalf } from './simplify-binary.ts';

/** A simpler value for an extension, or undefined. */
export function simplifyExtend(
  simplifier: Simplifier,
  instruction: Instruction,
  bits: 8 | 16 | 32,
  signed: boolean,
): Value | undefined {
  const value = simplifier.operand(instruction, 0);
  const constant = simplifier.constantOf(value);
  if (constant !== undefined) return simplifier.constant(evaluateExtend(constant, bits, signed));
  const size = 1n << BigInt(bits);
  if (signed ? simplifier.fits(value, -size / 2n, size / 2n - 1n) : simplifier.fits(value, 0n, size - 1n)) return value;
  const { operation } = value;
  if (operation.kind === 'extend' && operation.bits >= bits) {
    return simplifier.extend(simplifier.operand(value, 0), bits, signed);
  }
  if (signed) return undefined;
  return bits === 32 ? lowHalf(simplifier, value) : simplifier.binary('and', value, simplifier.constant(size - 1n), 32);
}

/** A simpler value for reversed bytes, or undefined. */
export function simplifyByteSwap(
  simplifier: Simplifier,
  instruction: Instruction,
  bits: 16 | 32 | 64,
): Value | undefined {
  const value = simplifier.operand(instruction, 0);
  const constant = simplifier.constantOf(value);
  if (constant !== undefined) return simplifier.constant(reverseBytes(constant, bits));
  const { operation } = value;
  if (operation.kind === 'byte-swap' && operation.bits === bits) {
    const inner = simplifier.operand(value, 0);
    return bits === 64 ? inner : simplifier.extend(inner, bits, false);
  }
  // Bits that the reversal does not read need not be taken away before.
  if (operation.kind === 'extend' && operation.bits >= bits) {
    return simplifier.make({ kind: 'byte-swap', bits }, 'i64', [simplifier.operand(value, 0)]);
  }
  return undefined;
}
