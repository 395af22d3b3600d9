import type { Instruction, IrFunction, StackSlot, Value } from '../ir/index.ts';

/** Takes out what nothing depends on: values without use, stores to slots that nothing reads, and such slots. */
export function removeDeadCode(target: IrFunction): void {
  removeDeadStores(target);
  const live = liveInstructions(target);
  for (const block of target.blocks) {
    keep(block.phis, (phi) => live.has(phi));
    keep(block.instructions, (instruction) => live.has(instruction));
  }
  const slots = new Set<StackSlot>();
  for (const { operation } of live) if (operation.kind === 'slot') slots.add(operation.slot);
  keep(target.slots, (slot) => slots.has(slot));
}

function keep<T>(list: T[], wanted: (item: T) => boolean): void {
  list.splice(0, list.length, ...list.filter(wanted));
}

/** Whether the instruction does something besides giving its value. */
function hasEffect({ operation }: Instruction): boolean {
  switch (operation.kind) {
    case 'store':
    case 'copy':
    case 'zero':
    case 'atomic':
    case 'call':
    case 'require':
      return true;
    case 'helper':
      return operation.effects.writes || operation.effects.packet;
    default:
      return false;
  }
}

function liveInstructions(target: IrFunction): Set<Instruction> {
  const live = new Set<Instruction>();
  for (const { instructions, terminator } of target.blocks) {
    for (const instruction of instructions) if (hasEffect(instruction)) live.add(instruction);
    if (terminator?.kind === 'branch') for (const operand of terminator.operands) live.add(operand);
    if (terminator?.kind === 'return' && terminator.value !== undefined) live.add(terminator.value);
  }
  for (const instruction of live) for (const operand of instruction.operands) live.add(operand);
  return live;
}

/** Stores to a slot whose address is used for stores alone. */
function removeDeadStores(target: IrFunction): void {
  const read = new Set<StackSlot>();
  const see = (value: Value) => {
    if (value.operation.kind === 'slot') read.add(value.operation.slot);
  };
  for (const { phis, instructions, terminator } of target.blocks) {
    for (const instruction of [...phis, ...instructions]) readSlots(instruction).forEach(see);
    if (terminator?.kind === 'branch') terminator.operands.forEach(see);
    if (terminator?.kind === 'return' && terminator.value !== undefined) see(terminator.value);
  }
  for (const block of target.blocks) {
    keep(block.instructions, ({ operation, operands: [pointer] }) => {
      const stores = operation.kind === 'store' || operation.kind === 'zero' || operation.kind === 'copy';
      return !(stores && pointer?.operation.kind === 'slot' && !read.has(pointer.operation.slot));
    });
  }
}

/** Operands of an instruction that need what a slot holds, or its address. */
function readSlots({ operation, operands }: Instruction): readonly Value[] {
  return operation.kind === 'store' || operation.kind === 'zero' || operation.kind === 'copy'
    ? operands.slice(1)
    : operands;
}
