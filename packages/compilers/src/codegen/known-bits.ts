import type { Value } from '../ir/index.ts';

/** How deep operands are followed: enough for what front ends write, and linear in the program. */
const MAX_DEPTH = 6;

/** Number of low bits that can be set in a value; the bits above are known to be zero. 64 where nothing is known. */
export function knownBits(value: Value, depth: number = MAX_DEPTH): number {
  const { operation, operands } = value;
  // A phi has many operands, and those of loops come round again.
  const cost = operation.kind === 'phi' ? 4 : 1;
  const of = (index: number): number => {
    const operand = operands[index];
    return operand === undefined || depth <= 0 ? 64 : knownBits(operand, depth - cost);
  };
  switch (operation.kind) {
    case 'constant':
      return operation.value < 0n ? 64 : operation.value.toString(2).length;
    case 'load':
      return operation.signed || value.type !== 'i64' ? 64 : operation.size * 8;
    case 'compare':
      return 1;
    case 'byte-swap':
      return operation.bits;
    case 'extend':
      return operation.signed ? 64 : Math.min(operation.bits, of(0));
    case 'negate':
      return operation.width;
    case 'atomic':
      return operation.size * 8;
    case 'phi':
      return operands.reduce((most, _, index) => (most === 64 ? 64 : Math.max(most, of(index))), 0);
    case 'binary':
      return Math.min(operation.width, binaryBits(value, of));
    default:
      return 64;
  }
}

function binaryBits({ operation, operands }: Value, of: (index: number) => number): number {
  if (operation.kind !== 'binary') return 64;
  const right = operands[1]?.operation;
  const amount = right?.kind === 'constant' ? Number(right.value & BigInt(operation.width - 1)) : undefined;
  switch (operation.operator) {
    case 'and':
      return Math.min(of(0), of(1));
    case 'or':
    case 'xor':
      return Math.max(of(0), of(1));
    case 'add':
      return Math.min(64, Math.max(of(0), of(1)) + 1);
    case 'mul':
      return Math.min(64, of(0) + of(1));
    case 'udiv':
      return of(0);
    case 'umod':
      return Math.min(of(0), of(1));
    case 'lshr':
      return amount === undefined ? of(0) : Math.max(0, Math.min(operation.width, of(0)) - amount);
    case 'shl':
      return amount === undefined ? 64 : Math.min(64, of(0) + amount);
    default:
      return 64;
  }
}
