import type { ProgramType } from '../abi/program-types.gen.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { FunctionInfo, LineInfo } from '../object/program-spec.ts';
import { WORDS } from './operation.ts';
import type { Helper } from './run.ts';

/** A helper function that a program calls. */
export interface BoundHelper {
  readonly id: number;
  readonly name: string;
  readonly helper: Helper;
}

/** A program ready to run: pre-decoded code, and what a fault needs to say where it is. */
export interface LoadedProgram {
  readonly name: string;
  /** Absent for bare bytecode. */
  readonly type: ProgramType | undefined;
  /** Pre-decoded instructions, {@link WORDS} words each, then an end marker and an exit. */
  readonly code: Int32Array;
  /** Word of an exit instruction that stands behind the end marker. */
  readonly exit: number;
  /** Slot of each pre-decoded instruction. */
  readonly slots: Int32Array;
  /** Word at which the instruction in a slot starts; -1 in the second slot of a 64-bit immediate load. */
  readonly starts: Int32Array;
  /** As loaded, by slot, for messages. */
  readonly instructions: readonly (Instruction | undefined)[];
  /** Helpers by the number that calls hold in their second word. */
  readonly helpers: readonly BoundHelper[];
  /** Helpers that a call through a register may name by the kernel's number. */
  readonly helperById: (id: number) => BoundHelper | undefined;
  /** Slots at which functions start: where a function reference may lead. */
  readonly entries: ReadonlySet<number>;
  readonly functions: readonly FunctionInfo[];
  readonly lines: readonly LineInfo[];
}

/** High half of a function reference; its low half is the slot. No address has a high half, so none can be one. */
export const FUNCTION_TAG = 0x6675_6e63;

/** Slot of the instruction before word `next` of the code. */
export function slotBefore(program: LoadedProgram, next: number): number {
  return program.slots[next / WORDS - 1] ?? 0;
}

/** Last record that starts at or before `slot`; records are in order of slots. */
function coveringRecord<T extends { readonly slot: number }>(records: readonly T[], slot: number): T | undefined {
  return records.findLast((record) => record.slot <= slot);
}

/** Name of the function that holds `slot`, or undefined where the program does not say. */
export function functionAt(program: LoadedProgram, slot: number): string | undefined {
  return coveringRecord(program.functions, slot)?.name;
}

/** Source line of `slot`, where the program has line information. */
export function lineAt(program: LoadedProgram, slot: number): LineInfo | undefined {
  return coveringRecord(program.lines, slot);
}

/** Stands where no program runs. */
export const noProgram: LoadedProgram = {
  name: '',
  type: undefined,
  code: new Int32Array(0),
  exit: 0,
  slots: new Int32Array(0),
  starts: new Int32Array(0),
  instructions: [],
  helpers: [],
  helperById: () => undefined,
  entries: new Set(),
  functions: [],
  lines: [],
};
