import { Alu, Class, Source } from '@skep/core/isa';
import type { Value, Width } from '../ir/index.ts';
import { machine } from './machine.ts';
import type { Selection } from './selection.ts';

/**
 * Signed division that rounds to zero. Before cpu v4 it is done on absolute values: with s = x >> 63, which is 0 or
 * -1, (x ^ s) - s is |x|, and the same gives the result its sign back.
 */
export function selectSignedDivision(
  selection: Selection,
  value: Value,
  operator: 'sdiv' | 'smod',
  width: Width,
): void {
  const [left, right] = value.operands;
  if (left === undefined || right === undefined) return;
  const dst = selection.result(value);
  const code = operator === 'sdiv' ? Alu.DIV : Alu.MOD;
  if (selection.cpu >= 4) {
    const divisor = selection.use(right);
    selection.into(left, dst);
    const opcode = (width === 32 ? Class.ALU : Class.ALU64) | code | Source.X;
    selection.emit(machine(opcode, selection.location, { dst, src: divisor, offset: 1 }));
    return;
  }
  const divisor = selection.code.register();
  selection.into(right, divisor);
  selection.into(left, dst);
  const sign = absolute(selection, dst, width);
  const other = absolute(selection, divisor, width);
  selection.alu(code, width, dst, divisor);
  if (operator === 'sdiv') selection.alu(Alu.XOR, width, sign, other);
  selection.alu(Alu.XOR, width, dst, sign);
  selection.alu(Alu.SUB, width, dst, sign);
}

/** Makes a register's value absolute. Gives a register with its sign: 0 or -1. */
function absolute(selection: Selection, register: number, width: Width): number {
  const sign = selection.code.register();
  selection.move(sign, register);
  selection.aluImmediate(Alu.ARSH, width, sign, width - 1);
  selection.alu(Alu.XOR, width, register, sign);
  selection.alu(Alu.SUB, width, register, sign);
  return sign;
}
