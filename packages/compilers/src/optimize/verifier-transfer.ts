import { everything, type Instruction, type Interval, type IrFunction, single, within } from '../ir/index.ts';
import { isPacketLength, transfer } from './transfer.ts';
import { unsignedLimits } from './views.ts';

const forgets: ReadonlySet<string> = new Set(['udiv', 'umod', 'sdiv', 'smod']);
const U32 = (1n << 32n) - 1n;

/**
 * The interval that every kernel's verifier from 6.1 on keeps of a result: of quotients, remainders and reversed bytes
 * nothing but their width, of parameters, results of functions and shifts by what is not known nothing.
 */
export function verifierTransfer(
  instruction: Instruction,
  operands: readonly Interval[],
  inside: IrFunction,
): Interval {
  const { operation } = instruction;
  switch (operation.kind) {
    case 'parameter':
    case 'helper':
    case 'call':
    case 'byte-swap':
    case 'negate':
      return everything;
    case 'binary':
      if (isPacketLength(instruction) || isUnknown(operation.operator, operands)) return everything;
      if (forgets.has(operation.operator) || multipliesLarge(operation.operator, operands)) {
        return operation.width === 32 ? unsignedLimits(32) : everything;
      }
      return transfer(instruction, operands, inside);
    default:
      return transfer(instruction, operands, inside);
  }
}

/** Before Linux 6.10 these say nothing of a result unless one side is known, or, for shifts, the amount. */
function isUnknown(operator: string, [left = everything, right = everything]: readonly Interval[]): boolean {
  if (operator === 'shl' || operator === 'lshr' || operator === 'ashr') return single(right) === undefined;
  const combines = operator === 'mul' || operator === 'or' || operator === 'xor';
  return combines && single(left) === undefined && single(right) === undefined;
}

function multipliesLarge(operator: string, operands: readonly Interval[]): boolean {
  return operator === 'mul' && !operands.every((operand) => within(operand, 0n, U32));
}
