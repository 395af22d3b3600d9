import { helpers } from '@skep/core/abi';
import { Alu, CALL, Call, Class } from '@skep/core/isa';
import type { Callee, Operation, Value } from '../ir/index.ts';
import { machine } from './machine.ts';
import { isMadeAnew, type Selection } from './selection.ts';

type CallOperation = Extract<Operation, { readonly kind: 'helper' | 'call' }>;

/** A call of a helper or of a function of the program: arguments in r1 to r5, the result in r0. */
export function selectCall(selection: Selection, value: Value, operation: CallOperation): void {
  const used = selection.isUsed(value);
  const count = value.operands.length;
  // Moves first: what is made anew then cannot take a register that an argument still waits in.
  for (const [index, operand] of value.operands.entries()) {
    if (!isMadeAnew(rootOf(selection, operand))) passArgument(selection, operand, index + 1);
  }
  for (const [index, operand] of value.operands.entries()) {
    if (isMadeAnew(rootOf(selection, operand))) passArgument(selection, operand, index + 1);
  }
  const { location } = selection;
  if (operation.kind === 'helper') {
    selection.emit(machine(CALL, location, { src: Call.HELPER, imm: helpers[operation.helper], arguments: count }));
  } else selection.emit(callInstruction(selection, operation.function, count));
  if (used) selection.move(selection.result(value), 0);
}

function callInstruction({ location }: Selection, target: Callee, count: number) {
  const reference = { kind: 'call', function: target } as const;
  return machine(CALL, location, { src: Call.LOCAL, imm: -1, arguments: count, reference });
}

function rootOf(selection: Selection, operand: Value): Value {
  return selection.rootOf(operand, 0).root;
}

/** Makes an argument in its register; constants that are added to a pointer are added there. */
function passArgument(selection: Selection, operand: Value, register: number): void {
  const { root, offset } = selection.rootOf(operand, 0);
  if (root.operation.kind === 'slot') {
    const slot = root.operation.slot;
    selection.move(register, 10);
    selection.emit(machine(Class.ALU64 | Alu.ADD, selection.location, { dst: register, imm: offset, slot }));
    return;
  }
  // A sum that later instructions use anyway is passed as it is.
  if (offset !== 0 && selection.isUsed(selection.through(operand))) {
    selection.into(operand, register);
    return;
  }
  selection.into(root, register);
  if (offset !== 0) selection.aluImmediate(Alu.ADD, 64, register, offset);
}
