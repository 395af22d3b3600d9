import type { CompareOperator, Value, Width } from '../ir/index.ts';
import { mirrorOf, oppositeOf } from './comparison.ts';
import { evaluateCompare, reverseBytes } from './evaluate.ts';
import type { Simplifier } from './simplifier.ts';

/** A comparison with its sides. */
export interface Comparison {
  readonly operator: CompareOperator;
  readonly width: Width;
  readonly left: Value;
  readonly right: Value;
}

const U32 = (1n << 32n) - 1n;
const I64 = (1n << 63n) - 1n;
const unsignedOf: Readonly<Partial<Record<CompareOperator, CompareOperator>>> = {
  slt: 'ult',
  sle: 'ule',
  sgt: 'ugt',
  sge: 'uge',
};

/** The same comparison said more simply: as often as that is possible. */
export function simplifyComparison(simplifier: Simplifier, comparison: Comparison): Comparison {
  let found = comparison;
  for (let next = simpler(simplifier, found); next !== undefined; next = simpler(simplifier, found)) found = next;
  return found;
}

/** The answer, where both sides are constants. */
export function decided(simplifier: Simplifier, { operator, width, left, right }: Comparison): boolean | undefined {
  const [a, b] = [simplifier.constantOf(left), simplifier.constantOf(right)];
  return a === undefined || b === undefined ? undefined : evaluateCompare(operator, a, b, width);
}

function simpler(simplifier: Simplifier, comparison: Comparison): Comparison | undefined {
  const { operator, width, left, right } = comparison;
  const constant = simplifier.constantOf(right);
  if (constant === undefined && simplifier.constantOf(left) !== undefined) {
    return { operator: mirrorOf(operator), width, left: right, right: left };
  }
  return (
    withoutSign(simplifier, comparison) ??
    ofComparison(simplifier, comparison, constant) ??
    withoutShift(simplifier, comparison, constant) ??
    withoutByteSwap(simplifier, comparison, constant) ??
    withShortConstant(simplifier, comparison, constant)
  );
}

/** What cannot be negative is compared unsigned: the verifier learns both limits. */
function withoutSign(simplifier: Simplifier, comparison: Comparison): Comparison | undefined {
  const operator = unsignedOf[comparison.operator];
  const limit = comparison.width === 32 ? U32 >> 1n : I64;
  const fits = (value: Value) => simplifier.fits(value, 0n, limit);
  if (operator === undefined || !fits(comparison.left) || !fits(comparison.right)) return undefined;
  return { ...comparison, operator };
}

/** `(a < b) != 0` is `a < b`. */
function ofComparison(
  simplifier: Simplifier,
  { operator, left }: Comparison,
  constant: bigint | undefined,
): Comparison | undefined {
  const { operation } = left;
  if (operation.kind !== 'compare' || constant === undefined) return undefined;
  if ((operator !== 'eq' && operator !== 'ne') || (constant !== 0n && constant !== 1n)) return undefined;
  const keeps = (operator === 'ne') === (constant === 0n);
  return {
    operator: keeps ? operation.operator : oppositeOf(operation.operator),
    width: operation.width,
    left: simplifier.operand(left, 0),
    right: simplifier.operand(left, 1),
  };
}

/** `(swap(x) >> n) == 0` asks whether the bits above are zero: a mask tells, also before bytes are reversed. */
function withoutShift(
  simplifier: Simplifier,
  comparison: Comparison,
  constant: bigint | undefined,
): Comparison | undefined {
  const { operator, left } = comparison;
  const { operation } = left;
  if (constant !== 0n || (operator !== 'eq' && operator !== 'ne')) return undefined;
  if (operation.kind !== 'binary' || operation.operator !== 'lshr' || !simplifier.usedOnce(left)) return undefined;
  const [value, amount] = [simplifier.operand(left, 0), simplifier.constantOf(simplifier.operand(left, 1))];
  if (value.operation.kind !== 'byte-swap' || value.operation.bits === 64 || amount === undefined) return undefined;
  const size = BigInt(value.operation.bits);
  if (amount < 0n || amount >= size) return undefined;
  const mask = simplifier.constant(((1n << size) - 1n) ^ ((1n << amount) - 1n));
  return { ...comparison, width: 64, left: simplifier.binary('and', value, mask, 64) };
}

/** Bytes need not be reversed to be equal: the constant is, when it is compiled. */
function withoutByteSwap(
  simplifier: Simplifier,
  comparison: Comparison,
  constant: bigint | undefined,
): Comparison | undefined {
  const { operator, width, left, right } = comparison;
  if (operator !== 'eq' && operator !== 'ne') return undefined;
  const first = reversed(simplifier, left);
  // A comparison of fewer bits reads other bytes once they are reversed.
  if (first === undefined || first.bits > width) return undefined;
  const second = constant === undefined ? reversed(simplifier, right) : undefined;
  if (second !== undefined && second.bits === first.bits && !second.mask && !first.mask) {
    return { ...comparison, left: first.value, right: second.value };
  }
  if (constant === undefined || constant < 0n || constant >= 1n << BigInt(first.bits)) return undefined;
  return { ...comparison, left: first.make(), right: simplifier.constant(reverseBytes(constant, first.bits)) };
}

interface Reversed {
  readonly value: Value;
  readonly bits: 16 | 32 | 64;
  readonly mask: boolean;
  make(): Value;
}

/** What a value is before its bytes are reversed, also under a mask. */
function reversed(simplifier: Simplifier, value: Value): Reversed | undefined {
  const { operation } = value;
  if (operation.kind === 'byte-swap') {
    const inner = simplifier.operand(value, 0);
    if (operation.bits !== 64 && !simplifier.fits(inner, 0n, (1n << BigInt(operation.bits)) - 1n)) return undefined;
    return { value: inner, bits: operation.bits, mask: false, make: () => inner };
  }
  if (operation.kind !== 'binary' || operation.operator !== 'and') return undefined;
  const bits = simplifier.constantOf(simplifier.operand(value, 1));
  const inner = reversed(simplifier, simplifier.operand(value, 0));
  if (bits === undefined || inner === undefined || inner.mask || bits < 0n || bits >= 1n << BigInt(inner.bits)) {
    return undefined;
  }
  const make = () =>
    simplifier.binary('and', inner.value, simplifier.constant(reverseBytes(bits, inner.bits)), operation.width);
  return { value: inner.value, bits: inner.bits, mask: true, make };
}

/** Constants from 2^31 need no register of their own where 32 bits are compared. */
function withShortConstant(
  simplifier: Simplifier,
  comparison: Comparison,
  constant: bigint | undefined,
): Comparison | undefined {
  const { operator, width, left } = comparison;
  if (width === 32 || operator.startsWith('s') || constant === undefined) return undefined;
  if (constant <= U32 >> 1n || constant > U32 || !simplifier.fits(left, 0n, U32)) return undefined;
  return { ...comparison, width: 32, right: simplifier.constant(BigInt.asIntN(32, constant)) };
}
