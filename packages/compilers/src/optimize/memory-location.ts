import type { Instruction, Value } from '../ir/index.ts';

/** Bytes that an instruction reads or writes. */
export interface MemoryLocation {
  readonly pointer: Value;
  readonly offset: number;
  readonly size: number;
}

/** What a store, zero, copy or atomic writes; undefined for others. */
export function writtenBy({ operation, operands }: Instruction): MemoryLocation | undefined {
  const [pointer] = operands;
  if (pointer === undefined) return undefined;
  switch (operation.kind) {
    case 'store':
    case 'zero':
    case 'atomic':
      return { pointer, offset: operation.offset, size: operation.size };
    case 'copy':
      return { pointer, offset: operation.targetOffset, size: operation.size };
    default:
      return undefined;
  }
}

/** What a load, copy or atomic reads; undefined for others. */
export function readBy({ operation, operands }: Instruction): MemoryLocation | undefined {
  const pointer = operands[operation.kind === 'copy' ? 1 : 0];
  if (pointer === undefined) return undefined;
  if (operation.kind === 'load' || operation.kind === 'atomic') {
    return { pointer, offset: operation.offset, size: operation.size };
  }
  return operation.kind === 'copy' ? { pointer, offset: operation.sourceOffset, size: operation.size } : undefined;
}

/** Whether two locations may have a byte in common. */
export function mayOverlap(left: MemoryLocation, right: MemoryLocation): boolean {
  if (left.pointer.type !== right.pointer.type) return false;
  if (left.pointer === right.pointer) {
    return left.offset < right.offset + right.size && right.offset < left.offset + left.size;
  }
  return !areApart(left.pointer, right.pointer);
}

/** Whether the program can only read what the pointer points to: it stays the same. */
export function isConstantMemory({ operation }: Value): boolean {
  return operation.kind === 'variable' && operation.variable.section === '.rodata';
}

/** Two slots, or two variables, never overlap; nor does anything that is written overlap constants. */
function areApart(first: Value, second: Value): boolean {
  if (isConstantMemory(first) || isConstantMemory(second)) return true;
  const [left, right] = [first.operation, second.operation];
  if (left.kind === 'slot' && right.kind === 'slot') return left.slot !== right.slot;
  return left.kind === 'variable' && right.kind === 'variable' && left.variable !== right.variable;
}

/** The slots whose address is known beyond loads and stores of this function: a call may read or write them. */
export function escapingSlots(instructions: Iterable<Instruction>): Set<Value> {
  const escaping = new Set<Value>();
  for (const instruction of instructions) {
    const { operation, operands } = instruction;
    const harmless = operation.kind === 'load' || operation.kind === 'zero' || operation.kind === 'copy';
    operands.forEach((operand, index) => {
      const addressOnly = harmless || ((operation.kind === 'store' || operation.kind === 'atomic') && index === 0);
      if (operand.operation.kind === 'slot' && !addressOnly) escaping.add(operand);
    });
  }
  return escaping;
}
