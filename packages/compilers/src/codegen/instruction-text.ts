import type { MachineInstruction } from './machine.ts';
import type { Reference } from './reference.ts';

/** Numbers for objects, so that equal ones can be told by text. */
export class Names {
  readonly #numbers = new Map<object, number>();

  of(item: object | undefined): number {
    if (item === undefined) return -1;
    const number = this.#numbers.get(item) ?? this.#numbers.size;
    this.#numbers.set(item, number);
    return number;
  }
}

/** A text that is equal for instructions that do the same; their locations may differ. */
export function instructionText(instruction: MachineInstruction, names: Names): string {
  const { opcode, dst, src, offset, imm, immHigh, slot, reference } = instruction;
  return `${opcode} ${dst} ${src} ${offset} ${imm} ${immHigh} ${names.of(slot)} ${referenceText(reference, names)}`;
}

function referenceText(reference: Reference | undefined, names: Names): string {
  if (reference === undefined) return '';
  switch (reference.kind) {
    case 'map':
      return `map ${names.of(reference.map)}`;
    case 'variable':
      return `variable ${names.of(reference.variable)} ${reference.offset}`;
    default:
      return `${reference.kind} ${names.of(reference.function)}`;
  }
}
