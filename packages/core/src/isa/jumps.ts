import type { Instruction } from './instruction.ts';
import { CALL, CALLX, Class, classOf, EXIT, Jump } from './opcode.ts';

/**
 * How far an instruction may jump, in slots from the next one; undefined for what does not jump. Calls and exit are
 * no jumps.
 */
export function jumpDistance({ opcode, offset, imm }: Instruction): number | undefined {
  const instructionClass = classOf(opcode);
  if (instructionClass !== Class.JMP && instructionClass !== Class.JMP32) return undefined;
  if (opcode === CALL || opcode === CALLX || opcode === EXIT) return undefined;
  return opcode === (Class.JMP32 | Jump.JA) ? imm : offset;
}

/** True where the next instruction in line may follow: for all but exit and unconditional jumps. */
export function fallsThrough({ opcode }: Instruction): boolean {
  return opcode !== EXIT && opcode !== (Class.JMP | Jump.JA) && opcode !== (Class.JMP32 | Jump.JA);
}
