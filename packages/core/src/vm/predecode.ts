import type { Instruction } from '../isa/instruction.ts';
import { Alu, Atomic, CALL, CALLX, Call, Class, classOf, EXIT, Jump, LDDW, Mode, Source } from '../isa/opcode.ts';
import { Operation, WORDS } from './operation.ts';

/** Code as the interpreter reads it, with the tables that lead from it to slots and back. */
export interface Predecoded {
  readonly code: Int32Array;
  readonly exit: number;
  readonly slots: Int32Array;
  readonly starts: Int32Array;
}

/** Number of the helper that changes the running program; the interpreter does it. */
export const TAIL_CALL_HELPER = 12;

/** Gives the number that the call of a helper or kernel function in a slot shall hold. */
export type NumberCall = (call: Instruction, slot: number) => number;

/** Turns validated instructions, by slot, into flat words for the interpreter. References must be resolved. */
export function predecode(instructions: readonly (Instruction | undefined)[], numberCall: NumberCall): Predecoded {
  const starts = new Int32Array(instructions.length + 1).fill(-1);
  const slots: number[] = [];
  instructions.forEach((instruction, slot) => {
    if (instruction === undefined) return;
    starts[slot] = slots.length * WORDS;
    slots.push(slot);
  });
  starts[instructions.length] = slots.length * WORDS;
  const code = new Int32Array((slots.length + 2) * WORDS);
  slots.forEach((slot, index) => {
    const instruction = instructions[slot];
    if (instruction === undefined) return;
    const distance = callsOutside(instruction)
      ? numberCall(instruction, slot)
      : jumpDistance(instruction, slot, starts);
    code.set(wordsOf(instruction, distance), index * WORDS);
  });
  const exit = (slots.length + 1) * WORDS;
  code[exit - WORDS] = Operation.END;
  code[exit] = EXIT;
  return { code, exit, slots: Int32Array.from([...slots, instructions.length]), starts };
}

/** Whether it calls a helper or kernel function, other than the one the interpreter does itself. */
function callsOutside({ opcode, src, imm }: Instruction): boolean {
  return opcode === CALL && src !== Call.LOCAL && !(src === Call.HELPER && imm === TAIL_CALL_HELPER);
}

/** Words from the instruction behind a jump or local call in `slot` to its target; 0 for other instructions. */
function jumpDistance(instruction: Instruction, slot: number, starts: Int32Array): number {
  const delta = slotDelta(instruction);
  if (delta === undefined) return 0;
  const target = starts[slot + 1 + delta] ?? -1;
  // A target outside the program does not pass validation; the end marker faults should one come here.
  return (target < 0 ? (starts.at(-1) ?? 0) : target) - ((starts[slot] ?? 0) + WORDS);
}

function slotDelta({ opcode, src, imm, offset }: Instruction): number | undefined {
  if (opcode === CALL) return src === Call.LOCAL ? imm : undefined;
  const instructionClass = classOf(opcode);
  if (instructionClass === Class.JMP32) return (opcode & 0xf0) === Jump.JA ? imm : offset;
  return instructionClass === Class.JMP ? offset : undefined;
}

type Words = [operationAndDst: number, operand: number, offset: number, extra: number];

function words(operation: number, dst: number, operand: number, offset = 0, extra = 0): Words {
  return [operation | (dst << 17), operand, offset, extra];
}

function wordsOf(instruction: Instruction, jump: number): Words {
  switch (classOf(instruction.opcode)) {
    case Class.LD:
      return loadWords(instruction);
    case Class.LDX:
      return words(instruction.opcode, instruction.dst, instruction.src * 2, instruction.offset);
    case Class.ST:
      return words(instruction.opcode, instruction.dst, instruction.imm, instruction.offset);
    case Class.STX:
      return storeWords(instruction);
    case Class.JMP:
    case Class.JMP32:
      return jumpWords(instruction, jump);
    default:
      return aluWords(instruction);
  }
}

/** 64-bit immediates and the legacy packet loads. */
function loadWords({ opcode, dst, src, imm, immHigh = 0 }: Instruction): Words {
  return opcode === LDDW ? words(opcode, dst, imm, immHigh) : words(opcode, src, src * 2, imm);
}

/** Stores and atomic operations; on little-endian hosts without threads the ordered ones are plain. */
function storeWords({ opcode, dst, src, offset, imm }: Instruction): Words {
  if ((opcode & 0xe0) !== Mode.ATOMIC) return words(opcode, dst, src * 2, offset);
  const size = opcode & 0x18;
  if (imm === Atomic.LOAD_ACQ) return words(Class.LDX | Mode.MEM | size, dst, src * 2, offset);
  if (imm === Atomic.STORE_REL) return words(Class.STX | Mode.MEM | size, dst, src * 2, offset);
  return words(opcode, dst, src * 2, offset, imm);
}

function jumpWords(instruction: Instruction, jump: number): Words {
  const { opcode, dst, src, imm } = instruction;
  if (opcode === CALL) return callWords(instruction, jump);
  if (opcode === CALLX) return words(opcode, dst, dst * 2);
  if (opcode === (Class.JMP32 | Jump.JA)) return words(Class.JMP | Jump.JA, dst, 0, jump);
  return words(opcode, dst, (opcode & Source.X) !== 0 ? src * 2 : imm, jump);
}

function callWords(instruction: Instruction, jump: number): Words {
  if (instruction.src === Call.LOCAL) return words(Operation.CALL_LOCAL, 0, 0, jump);
  return callsOutside(instruction) ? words(instruction.opcode, 0, jump) : words(Operation.TAIL_CALL, 0, 0);
}

function aluWords(instruction: Instruction): Words {
  const { opcode, dst, src, imm } = instruction;
  const operand = (opcode & Source.X) !== 0 ? src * 2 : imm;
  if ((opcode & 0xf0) === Alu.END) return words(endianOperation(instruction), dst, 0);
  return words(variant(instruction), dst, operand);
}

/** Operation of arithmetic that the offset field changes: sign-extending moves, signed division and modulo. */
function variant({ opcode, offset }: Instruction): number {
  const code = opcode & 0xf0;
  const narrow = classOf(opcode) === Class.ALU;
  if (offset === 0 || (code !== Alu.DIV && code !== Alu.MOD && code !== Alu.MOV)) return opcode;
  if (code === Alu.MOV) {
    if (offset === 8) return narrow ? Operation.MOVE_8_32 : Operation.MOVE_8;
    if (offset === 16) return narrow ? Operation.MOVE_16_32 : Operation.MOVE_16;
    return Operation.MOVE_32;
  }
  const first = code === Alu.DIV ? Operation.DIVIDE_SIGNED_K : Operation.MODULO_SIGNED_K;
  return first + (narrow ? 4 : 0) + ((opcode & Source.X) !== 0 ? 1 : 0);
}

/** Byte order conversions; memory is little-endian, so that only the widths of `le` cut something off. */
function endianOperation({ opcode, imm }: Instruction): number {
  const little = classOf(opcode) === Class.ALU && (opcode & Source.X) === 0;
  if (little) return imm === 16 ? Operation.LITTLE_16 : imm === 32 ? Operation.LITTLE_32 : Operation.NOTHING;
  return imm === 16 ? Operation.SWAP_16 : imm === 32 ? Operation.SWAP_32 : Operation.SWAP_64;
}
