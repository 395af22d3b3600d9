import type { Instruction } from '@skep/core/isa';
import type { Location } from '../ir/index.ts';
import type { Reference } from './reference.ts';

/** An instruction of the finished code. */
export interface CodeInstruction {
  /** Jumps have their distance; immediates of references are 0, or -1 in calls. */
  readonly instruction: Instruction;
  readonly reference?: Reference;
  readonly location: Location | undefined;
}

/** The finished code of a function. */
export interface MachineFunction {
  readonly name: string;
  readonly instructions: readonly CodeInstruction[];
  /** Bytes of its stack frame. */
  readonly stack: number;
}
