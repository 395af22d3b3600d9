import type { Instruction } from '../../../src/isa/instruction.ts';
import { Alu, CALL, Class, EXIT, Mode, Size, Source } from '../../../src/isa/opcode.ts';
import { comparisons, dice, operations } from './concrete.ts';

/**
 * A program of arithmetic, comparisons that jump forward, and accesses to stack and context. r6 is the context and
 * r7..r9 are numbers at first; a few instructions are wrong or depend on the path to be right.
 */
export function randomWalk(seed: number, length: number): Instruction[] {
  const roll = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const code: Instruction[] = [];
  const put = (opcode: number, dst: number, src = 0, imm = 0, offset = 0) =>
    code.push({ opcode, dst, src, offset, imm });
  const number = () => pick([7, 8, 9, 7, 8, 9, 7, 8, 9, ...(roll(100) === 0 ? [1, 2, 6, 10] : [])]);
  const constant = () => pick([() => roll(64), () => roll(2 ** 32) | 0, () => roll(300) - 150, () => 1 << roll(32)])();
  const size = () => pick([Size.B, Size.H, Size.W, Size.DW]);
  const bytes = (code: number) => ({ [Size.B]: 1, [Size.H]: 2, [Size.W]: 4 })[code] ?? 8;
  const stackOffset = (code: number) =>
    roll(200) === 0 ? roll(1100) - 540 : -8 * (1 + roll(6)) + roll(8 / bytes(code)) * bytes(code);
  const store = (opcode: number, src: number, imm: number) => {
    const code = size();
    put(opcode | Mode.MEM | code, 10, src, imm, stackOffset(code));
  };
  const arithmetic = () => {
    const [, operation, offset] = pick(operations);
    const dst = pick([7, 8, 9]);
    const opcode = operation | pick([Class.ALU, Class.ALU64]);
    if (operation === Alu.NEG) return put(opcode, dst);
    if (operation === Alu.MOV) {
      if (offset === 32 && (opcode & 7) === Class.ALU) return;
      return put(opcode | Source.X, dst, number(), 0, offset);
    }
    const shifts = operation === Alu.LSH || operation === Alu.RSH || operation === Alu.ARSH;
    if (shifts) return put(opcode, dst, 0, roll((opcode & 7) === Class.ALU ? 32 : 64));
    if (roll(2) === 0) return put(opcode | Source.X, dst, number());
    put(opcode, dst, 0, roll(150) === 0 ? 0 : constant() || 1);
  };
  const comparison = () => {
    const opcode = pick(comparisons)[1] | pick([Class.JMP, Class.JMP32]);
    const offset = roll(5) + 1;
    if (roll(2) === 0) put(opcode, number(), 0, constant(), offset);
    else put(opcode | Source.X, pick([7, 8, 9]), pick([7, 8, 9]), 0, offset);
  };
  const actions: readonly (() => void)[] = [
    arithmetic,
    arithmetic,
    arithmetic,
    comparison,
    () => store(Class.STX, number(), 0),
    () => store(Class.ST, 0, pick([0, constant()])),
    () => {
      const code = size();
      put(Class.LDX | Mode.MEM | code, pick([7, 8, 9]), 10, 0, stackOffset(code));
    },
    () => put(Class.LDX | Mode.MEM | pick([Size.W, Size.H, Size.B]), pick([7, 8, 9]), 6, 0, pick([0, 4, 8, 16])),
    () => roll(60) === 0 && put(Class.LDX | Mode.MEM | size(), 7, 6, 0, roll(200)),
    () => roll(3) === 0 && put(CALL, 0, 0, 7),
  ];
  put(Class.ALU64 | Alu.MOV | Source.X, 6, 1);
  for (const register of [7, 8, 9]) {
    if (roll(50) === 0) continue;
    if (roll(3) === 0) put(Class.ALU64 | Alu.MOV, register, 0, constant());
    else put(Class.LDX | Mode.MEM | Size.W, register, 6, 0, pick([0, 4, 8]));
  }
  while (code.length < length) pick(actions)();
  // Jumps of the last instructions reach these.
  for (let at = 0; at < 6; at++) put(Class.ALU64 | Alu.MOV, 0, 0, at);
  put(EXIT, 0);
  return code;
}
