import type { Instruction } from './instruction.ts';
import type { Token } from './scan.ts';

/** What the name in an instruction stands for, to be filled in by whoever knows the labels. */
export interface SymbolReference {
  /**
   * `jump`: distance in slots in the 16-bit offset; `jump32`: the same in the immediate (gotol); `call`: a local
   * function, helper or kernel function; `address`: a 64-bit immediate load of a map, variable or function.
   */
  readonly use: 'jump' | 'jump32' | 'call' | 'address';
  readonly name: string;
  readonly addend: bigint;
  readonly token: Token;
}

/** One instruction as written; with a `reference`, the field it names is still zero. */
export interface ParsedInstruction {
  readonly instruction: Instruction;
  readonly reference?: SymbolReference;
}

/** An instruction with the fields given; the others are zero. */
export function instruction(opcode: number, fields: Partial<Instruction> = {}): Instruction {
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0, ...fields };
}
