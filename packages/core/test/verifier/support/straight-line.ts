import type { Instruction } from '../../../src/isa/instruction.ts';
import { Alu, CALL, Class, EXIT, isAluClass, Source } from '../../../src/isa/opcode.ts';
import { applyAlu } from '../../../src/verifier/alu.ts';
import { decide, refine } from '../../../src/verifier/branch.ts';
import { constantScalar, type Register, unknownScalar } from '../../../src/verifier/register.ts';
import { comparisons, dice, operations } from './concrete.ts';

const REGISTERS = [6, 7, 8, 9];
const PRANDOM = 7;

/**
 * A program of four random numbers, operations on them, and comparisons that leave at once where they hold. No
 * register is copied to another: none shares its bounds.
 */
export function straightLine(seed: number, length: number): Instruction[] {
  const roll = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const code: Instruction[] = [];
  const put = (opcode: number, dst: number, src = 0, imm = 0, offset = 0) =>
    code.push({ opcode, dst, src, offset, imm });
  for (const register of REGISTERS) {
    put(CALL, 0, 0, PRANDOM);
    // Copies have an id in common with r0, which the next call clobbers.
    put(Class.ALU64 | Alu.MOV | Source.X, register, 0);
  }
  put(CALL, 0, 0, PRANDOM);
  const constant = () => pick([() => roll(64), () => roll(2 ** 32) | 0, () => roll(300) - 150, () => 1 << roll(32)])();
  const arithmetic = () => {
    const [, operation, offset] = pick(operations.filter(([name]) => name !== 'mov'));
    const instructionClass = pick([Class.ALU, Class.ALU64]);
    const dst = pick(REGISTERS);
    if (operation === Alu.NEG) return put(operation | instructionClass, dst);
    if (operation === Alu.MOV) {
      if (offset === 32 && instructionClass === Class.ALU) return;
      return put(operation | instructionClass | Source.X, dst, dst, 0, offset);
    }
    const shifts = operation === Alu.LSH || operation === Alu.RSH || operation === Alu.ARSH;
    if (shifts) return put(operation | instructionClass, dst, 0, roll(instructionClass === Class.ALU ? 32 : 64));
    if (roll(2) === 0) return put(operation | instructionClass | Source.X, dst, pick(REGISTERS));
    put(operation | instructionClass, dst, 0, constant() || 1);
  };
  const comparison = () => {
    const [, operation] = pick(comparisons);
    const opcode = operation | pick([Class.JMP, Class.JMP32]);
    const dst = pick(REGISTERS);
    if (roll(3) > 0) return put(opcode, dst, 0, constant(), -1);
    const others = REGISTERS.filter((register) => register !== dst);
    put(opcode | Source.X, dst, pick(others), 0, -1);
  };
  while (code.length < length) {
    if (roll(4) === 0) comparison();
    else arithmetic();
  }
  put(Class.ALU64 | Alu.MOV, 0);
  put(EXIT, 0);
  const exit = code.length - 2;
  return code.map((one, slot) => (one.offset === -1 ? { ...one, offset: exit - slot - 1 } : one));
}

/** Follows the program past its comparisons until one surely holds; tells the bounds behind each instruction. */
export function followStraightLine(
  code: readonly Instruction[],
  seen: (slot: number, register: number, bounds: Register) => void,
): void {
  const registers = Array.from({ length: 11 }, unknownScalar);
  const at = (register: number) => registers[register] ?? unknownScalar();
  for (const [slot, { opcode, dst, src, offset, imm }] of code.entries()) {
    if (opcode === EXIT) return;
    if (opcode === CALL) {
      registers[0] = unknownScalar();
      continue;
    }
    const a = at(dst).copy();
    const b = (opcode & Source.X) !== 0 ? at(src).copy() : constantScalar(imm >> 31, imm);
    if (isAluClass(opcode)) applyAlu(opcode, offset, a, b);
    else {
      const wide = (opcode & 7) === Class.JMP;
      const answer = decide(opcode & 0xf0, wide, a, b);
      if (answer === true) return;
      if (answer === undefined) refine(opcode & 0xf0, wide, false, a, b);
      if ((opcode & Source.X) !== 0) registers[src] = b;
    }
    registers[dst] = a;
    seen(slot, dst, a);
    if (isAluClass(opcode) || (opcode & Source.X) === 0) continue;
    seen(slot, src, b);
  }
}
