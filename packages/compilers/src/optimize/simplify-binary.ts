import type { BinaryOperator, Instruction, Value, Width } from '../ir/index.ts';
import { evaluateBinary } from './evaluate.ts';
import type { Simplifier } from './simplifier.ts';

const commutative: ReadonlySet<BinaryOperator> = new Set(['add', 'mul', 'and', 'or', 'xor']);
/** Operations whose low 32 bits come from the low 32 bits of their operands. */
const lowBitsOnly: ReadonlySet<BinaryOperator> = new Set(['add', 'sub', 'mul', 'and', 'or', 'xor']);
const U32 = (1n << 32n) - 1n;

/** A simpler value for a binary operation, or undefined. */
export function simplifyBinary(
  simplifier: Simplifier,
  instruction: Instruction,
  operator: BinaryOperator,
  width: Width,
): Value | undefined {
  const left = simplifier.operand(instruction, 0);
  const right = simplifier.operand(instruction, 1);
  const [a, b] = [simplifier.constantOf(left), simplifier.constantOf(right)];
  if (a !== undefined && b !== undefined) return simplifier.constant(evaluateBinary(operator, a, b, width));
  if (a !== undefined && commutative.has(operator)) return simplifier.binary(operator, right, left, width);
  if (left === right) {
    const same = withItself(simplifier, operator, left, width);
    if (same !== undefined) return same;
  }
  const byConstant = b === undefined ? undefined : withConstant(simplifier, operator, left, b, width);
  return byConstant ?? narrowed(simplifier, instruction, operator, left, right, width);
}

function withItself(simplifier: Simplifier, operator: BinaryOperator, value: Value, width: Width): Value | undefined {
  if (operator === 'sub' || operator === 'xor') return simplifier.constant(0n);
  return operator === 'and' || operator === 'or' ? asWidth(simplifier, value, width) : undefined;
}

/** The value as an operation of this width would leave it. */
function asWidth(simplifier: Simplifier, value: Value, width: Width): Value {
  return width === 64 || simplifier.fits(value, 0n, U32) ? value : simplifier.extend(value, 32, false);
}

function withConstant(
  simplifier: Simplifier,
  operator: BinaryOperator,
  left: Value,
  constant: bigint,
  width: Width,
): Value | undefined {
  const unsigned = BigInt.asUintN(width, constant);
  switch (operator) {
    case 'add':
      return unsigned === 0n ? asWidth(simplifier, left, width) : sumOfConstants(simplifier, left, constant, width);
    case 'sub':
      return simplifier.binary('add', left, normal(simplifier, -constant, width), width);
    case 'or':
      return unsigned === 0n ? asWidth(simplifier, left, width) : undefined;
    case 'xor':
      return unsigned === 0n ? asWidth(simplifier, left, width) : flippedTwice(simplifier, left, unsigned, width);
    case 'shl':
    case 'lshr':
    case 'ashr':
      return shiftBy(simplifier, operator, left, constant, width);
    case 'and':
      return mask(simplifier, left, unsigned, width);
    default:
      return multiplyOrDivide(simplifier, operator, left, unsigned, width);
  }
}

/** A constant as the instruction's immediate has it. */
function normal(simplifier: Simplifier, value: bigint, width: Width): Value {
  return simplifier.constant(width === 32 ? BigInt.asIntN(32, value) : value);
}

function sumOfConstants(simplifier: Simplifier, left: Value, constant: bigint, width: Width): Value | undefined {
  const { operation } = left;
  if (operation.kind !== 'binary' || operation.operator !== 'add' || operation.width !== width) return undefined;
  const inner = simplifier.constantOf(simplifier.operand(left, 1));
  if (inner === undefined || !simplifier.usedOnce(left)) return undefined;
  return simplifier.binary('add', simplifier.operand(left, 0), normal(simplifier, inner + constant, width), width);
}

function shiftBy(
  simplifier: Simplifier,
  operator: 'shl' | 'lshr' | 'ashr',
  left: Value,
  constant: bigint,
  width: Width,
): Value | undefined {
  if (BigInt.asUintN(64, constant) % BigInt(width) === 0n) return asWidth(simplifier, left, width);
  // A shift of bits that are not there to be signed is unsigned, of which the verifier knows more.
  if (operator === 'ashr' && simplifier.fits(left, 0n, width === 64 ? U32 : U32 / 2n)) {
    return simplifier.binary('lshr', left, simplifier.constant(constant), width);
  }
  return undefined;
}

function mask(simplifier: Simplifier, left: Value, bits: bigint, width: Width): Value | undefined {
  if (bits === 0n) return simplifier.constant(0n);
  if (bits === BigInt.asUintN(width, -1n)) return asWidth(simplifier, left, width);
  const isPrefix = (bits & (bits + 1n)) === 0n;
  if (isPrefix && simplifier.fits(left, 0n, bits)) return left;
  const { operation } = left;
  // Bits that the mask takes away need no extension before.
  if (operation.kind === 'extend' && bits < 1n << BigInt(operation.bits)) {
    return simplifier.binary('and', simplifier.operand(left, 0), simplifier.constant(bits), width);
  }
  const inner = operation.kind === 'binary' && operation.operator === 'and' ? simplifier.operand(left, 1) : undefined;
  const other = inner === undefined ? undefined : simplifier.constantOf(inner);
  if (other === undefined) return undefined;
  return simplifier.binary('and', simplifier.operand(left, 0), simplifier.constant(other & bits), width);
}

/** `((x ^ a) & m) ^ b` where `b` has no bits but those of `m`, without the first or the second. */
function flippedTwice(simplifier: Simplifier, left: Value, bits: bigint, width: Width): Value | undefined {
  const { operation } = left;
  if (operation.kind !== 'binary' || operation.width !== width || !simplifier.usedOnce(left)) return undefined;
  const inner = simplifier.operand(left, 0);
  const constant = simplifier.constantOf(simplifier.operand(left, 1));
  if (constant === undefined) return undefined;
  if (operation.operator === 'xor') {
    return simplifier.binary('xor', inner, normal(simplifier, constant ^ bits, width), width);
  }
  const flip = inner.operation;
  if (operation.operator !== 'and' || flip.kind !== 'binary' || flip.operator !== 'xor' || flip.width !== width) {
    return undefined;
  }
  const flipped = simplifier.constantOf(simplifier.operand(inner, 1));
  if (flipped === undefined || !simplifier.usedOnce(inner)) return undefined;
  const masked = simplifier.binary('and', simplifier.operand(inner, 0), normal(simplifier, constant, width), width);
  return simplifier.binary('xor', masked, normal(simplifier, (flipped & constant) ^ bits, width), width);
}

function multiplyOrDivide(
  simplifier: Simplifier,
  operator: BinaryOperator,
  left: Value,
  constant: bigint,
  width: Width,
): Value | undefined {
  if (constant === 0n) return operator === 'mul' ? simplifier.constant(0n) : undefined;
  if (constant === 1n) {
    if (operator === 'mul' || operator === 'udiv') return asWidth(simplifier, left, width);
    return operator === 'umod' ? simplifier.constant(0n) : undefined;
  }
  if (operator === 'umod' && simplifier.fits(left, 0n, constant - 1n)) return left;
  if ((constant & (constant - 1n)) !== 0n) return undefined;
  const power = simplifier.constant(BigInt(constant.toString(2).length - 1));
  if (operator === 'mul') return simplifier.binary('shl', left, power, width);
  if (operator === 'udiv') return simplifier.binary('lshr', left, power, width);
  return operator === 'umod' ? simplifier.binary('and', left, simplifier.constant(constant - 1n), width) : undefined;
}

/** The same operation on the low halves, where the result fits them: shorter constants, and no upper half to clear. */
function narrowed(
  simplifier: Simplifier,
  instruction: Instruction,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  width: Width,
): Value | undefined {
  if (width === 32 || !simplifier.fits(instruction, 0n, U32)) return undefined;
  const fromLowBits = lowBitsOnly.has(operator) || (operator === 'shl' && simplifier.fits(right, 0n, 31n));
  const operandsFit = simplifier.fits(left, 0n, U32) && simplifier.fits(right, 0n, U32);
  const divides = operator === 'udiv' || operator === 'umod';
  const shifts = operator === 'lshr' && simplifier.fits(right, 0n, 31n);
  if (!fromLowBits && !(operandsFit && (divides || shifts))) return undefined;
  return simplifier.binary(operator, left, lowConstant(simplifier, right), 32);
}

function lowConstant(simplifier: Simplifier, value: Value): Value {
  const constant = simplifier.constantOf(value);
  return constant === undefined ? value : simplifier.constant(BigInt.asIntN(32, constant));
}

/** The low 32 bits of a value, computed with 32 bits where that saves an instruction. */
export function lowHalf(simplifier: Simplifier, value: Value): Value | undefined {
  const { operation } = value;
  if (operation.kind !== 'binary' || operation.width !== 64 || !simplifier.usedOnce(value)) return undefined;
  const right = simplifier.operand(value, 1);
  const shifts = operation.operator === 'shl' && simplifier.fits(right, 0n, 31n);
  if (!lowBitsOnly.has(operation.operator) && !shifts) return undefined;
  return simplifier.binary(operation.operator, simplifier.operand(value, 0), lowConstant(simplifier, right), 32);
}
