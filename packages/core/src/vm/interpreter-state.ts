import type { Memory } from '../maps/memory.ts';
import type { BoundHelper, LoadedProgram } from './program.ts';
import type { RegisterIndex, RegisterViews } from './registers.ts';

/** What the interpreter's loop works on, and what it leaves to others because it is rare. */
export interface InterpreterState {
  readonly views: RegisterViews;
  readonly memory: Memory;
  /** Program of the current function. */
  readonly program: LoadedProgram;
  /** Calls under way: 0 in the entry function. */
  readonly depth: number;
  /** Lowest address of the current stack frame. */
  readonly frame: number;
  /** Word of the code behind the instruction that is being executed. Set before whatever may fault. */
  next: number;
  /** Words executed since they were last booked. */
  executed: number;
  /** Words that may be executed before they are booked. */
  readonly limit: number;
  /** Part of memory around the last checked access that its kind of access may reach. */
  readonly windowLow: number;
  readonly windowLength: number;

  /** Checks a read at the sum of a register and an offset; gives its address, and opens the window around it. */
  readAccess(low: number, high: number, offset: number, size: number): number;
  /** Checks a write likewise. */
  writeAccess(low: number, high: number, offset: number, size: number): number;
  /** A legacy packet load of the opcode's size; its result goes into r0. False outside the packet. */
  loadPacket(opcode: number, offset: number, index: RegisterIndex): boolean;
  /** Books `words` that were executed. @throws a Fault where the budget is used up. */
  spend(words: number): void;
  /** Enters a function that returns to word `back`. @throws a Fault where too many are active. */
  enter(back: number): void;
  /** Leaves the current function and gives the word to return to. */
  leave(): number;
  /** Word at which the function in `slot` starts. @throws a Fault where none starts there. */
  functionStart(slot: number): number;
  callHelper(helper: BoundHelper): void;
  /** Calls the helper that the kernel knows by the number in a register. */
  callHelperByNumber(low: number, high: number): void;
  /** Switches to another program, which starts at word 0 in the same frame; false where there is none. */
  tailCall(): boolean;
  /** Counts one round of a may_goto loop; true once there were too many. */
  loopsTooOften(): boolean;
  /** The end marker behind the last instruction was reached. */
  endOfProgram(): never;
}
