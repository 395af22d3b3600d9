import type { BinaryOperator, CompareOperator, Width } from '../ir/index.ts';

/** Result of an operation on two registers (RFC 9669, section 4.1), as a signed 64-bit number. */
export function evaluateBinary(operator: BinaryOperator, left: bigint, right: bigint, width: Width): bigint {
  const [a, b] = [BigInt.asUintN(width, left), BigInt.asUintN(width, right)];
  return BigInt.asIntN(64, BigInt.asUintN(width, binary(operator, a, b, width)));
}

function binary(operator: BinaryOperator, a: bigint, b: bigint, width: Width): bigint {
  const shift = b % BigInt(width);
  const [signedA, signedB] = [BigInt.asIntN(width, a), BigInt.asIntN(width, b)];
  switch (operator) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'udiv':
      return b === 0n ? 0n : a / b;
    case 'umod':
      return b === 0n ? a : a % b;
    case 'sdiv':
      return b === 0n ? 0n : signedA / signedB;
    case 'smod':
      return b === 0n ? a : signedA % signedB;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'shl':
      return a << shift;
    case 'lshr':
      return a >> shift;
    case 'ashr':
      return signedA >> shift;
  }
}

/** Answer of a comparison of two registers (RFC 9669, section 4.3). */
export function evaluateCompare(operator: CompareOperator, left: bigint, right: bigint, width: Width): boolean {
  const read = operator.startsWith('s') ? BigInt.asIntN : BigInt.asUintN;
  const [a, b] = [read(width, left), read(width, right)];
  switch (operator) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'ult':
    case 'slt':
      return a < b;
    case 'ule':
    case 'sle':
      return a <= b;
    case 'ugt':
    case 'sgt':
      return a > b;
    case 'uge':
    case 'sge':
      return a >= b;
  }
}

/** The low bits with their bytes reversed. */
export function reverseBytes(value: bigint, bits: 16 | 32 | 64): bigint {
  let result = 0n;
  for (let at = 0n; at < BigInt(bits); at += 8n) result = (result << 8n) | ((value >> at) & 0xffn);
  return result;
}

export function evaluateExtend(value: bigint, bits: 8 | 16 | 32, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
