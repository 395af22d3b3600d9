import type { Place } from '../base/errors.ts';
import { SkepError } from '../base/errors.ts';
import { disassembleInstruction } from '../isa/disassemble.ts';
import { functionAt, type LoadedProgram, lineAt } from './program.ts';

/** What is known of a fault besides its sentence. */
export interface FaultDetails {
  /** Why it is one: the address explained, the limit that was reached. */
  readonly reason?: string;
  readonly remedy?: string;
  /** Address of the access, where it was one. */
  readonly address?: bigint;
  /** r0..r10, unsigned. */
  readonly registers: readonly bigint[];
  /** Instructions that the run had executed. */
  readonly executed: number;
}

/**
 * A run that was stopped because its program did what it may not: an access outside its memory, a call it may not
 * make, more instructions than the budget. The maps keep what the run wrote before.
 */
export class Fault extends SkepError {
  readonly program: string;
  /** Function of the program, where the object names it. */
  readonly functionName: string | undefined;
  /** Slot of the instruction, from 0. */
  readonly slot: number;
  /** The instruction as the disassembler writes it. */
  readonly instruction: string;
  readonly address: bigint | undefined;
  readonly registers: readonly bigint[];
  readonly executed: number;

  constructor(program: LoadedProgram, slot: number, what: string, details: FaultDetails) {
    const instruction = instructionText(program, slot);
    super('SKEP_FAULT', what, {
      place: placeOf(program, slot, instruction),
      reason: [details.reason, `instruction ${slot}${inFunction(program, slot)}: ${instruction}`]
        .filter((part) => part !== undefined)
        .join('; '),
      ...(details.remedy === undefined ? {} : { remedy: details.remedy }),
    });
    this.program = program.name;
    this.functionName = functionAt(program, slot);
    this.slot = slot;
    this.instruction = instruction;
    this.address = details.address;
    this.registers = details.registers;
    this.executed = details.executed;
  }

  /** Itself: a fault knows its place best. */
  override at(_place: Place): SkepError {
    return this;
  }

  override toJSON(): Record<string, unknown> {
    const { functionName, slot, instruction, address, registers, executed } = this;
    return { ...super.toJSON(), function: functionName, slot, instruction, address, registers, executed };
  }
}

function instructionText(program: LoadedProgram, slot: number): string {
  const instruction = program.instructions[slot];
  return instruction === undefined ? 'end of the program' : disassembleInstruction(instruction, {}, slot);
}

function inFunction(program: LoadedProgram, slot: number): string {
  const name = functionAt(program, slot);
  return name === undefined || name === program.name ? '' : ` in ${name}`;
}

function placeOf(program: LoadedProgram, slot: number, instruction: string): Place {
  const line = lineAt(program, slot);
  if (line === undefined) return { program: program.name, instruction: slot, text: instruction };
  return {
    program: program.name,
    instruction: slot,
    file: line.file,
    line: line.line,
    text: line.text === '' ? instruction : line.text,
    ...(line.column === 0 ? {} : { column: line.column }),
  };
}
