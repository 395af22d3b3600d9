import {
  type CompareOperator,
  type DataType,
  everything,
  type Instruction,
  type Interval,
  type IrFunction,
  interval,
} from '../ir/index.ts';
import { binaryRange } from './arithmetic.ts';
import { compareRange } from './comparison.ts';
import { signed, signedLimits, unsigned, unsignedLimits } from './views.ts';

/** The interval of what an instruction gives, from those of its operands. Phis are not its business. */
export function transfer(instruction: Instruction, operands: readonly Interval[], inside: IrFunction): Interval {
  const { operation } = instruction;
  const [left = everything, right = everything] = operands;
  switch (operation.kind) {
    case 'constant':
      return interval(operation.value, operation.value);
    case 'parameter':
      return declaredRange(inside.parameters[operation.index]?.declared);
    case 'binary':
      if (isPacketLength(instruction)) return unsignedLimits(32);
      return binaryRange(operation.operator, left, right, operation.width);
    case 'negate':
      return binaryRange('sub', interval(0n, 0n), left, operation.width);
    case 'extend':
      return operation.signed ? signed(left, operation.bits) : unsigned(left, operation.bits);
    case 'byte-swap':
      return unsignedLimits(operation.bits);
    case 'compare':
      return compareResult(operation.operator, left, right, operation.width);
    case 'load':
      return operation.signed ? signedLimits(operation.size * 8) : unsignedLimits(operation.size * 8);
    case 'atomic':
      return unsignedLimits(operation.size * 8);
    case 'helper':
      return helperRanges[operation.helper] ?? everything;
    case 'call':
      return declaredRange(operation.function.result.declared);
    default:
      return everything;
  }
}

/** Whether the instruction gives the distance from the start of a packet to its end. */
export function isPacketLength({ operation, operands: [left, right] }: Instruction): boolean {
  const subtracts = operation.kind === 'binary' && operation.operator === 'sub';
  return subtracts && left?.type === 'packet_end' && right?.type === 'packet';
}

/** Results of helpers that always have fewer than 64 bits. */
const helperRanges: Readonly<Record<string, Interval>> = {
  get_prandom_u32: unsignedLimits(32),
  get_smp_processor_id: unsignedLimits(32),
  ktime_get_ns: unsignedLimits(64),
  ktime_get_boot_ns: unsignedLimits(64),
  jiffies64: unsignedLimits(64),
};

function compareResult(operator: CompareOperator, left: Interval, right: Interval, width: 32 | 64): Interval {
  const known = compareRange(operator, left, right, width);
  return known === undefined ? interval(0n, 1n) : interval(known ? 1n : 0n, known ? 1n : 0n);
}

/** The interval of a declared integer type. */
export function declaredRange(type: DataType | undefined): Interval {
  if (type?.kind === 'typedef') return declaredRange(type.type);
  if (type?.kind !== 'int') return everything;
  if (type.encoding === 'bool') return interval(0n, 1n);
  return type.encoding === 'signed' ? signedLimits(type.size * 8) : unsignedLimits(type.size * 8);
}
