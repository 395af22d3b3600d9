import { Alu, CALL, Class, Jump, Source } from '@skep/core/isa';
import {
  definition,
  FIRST_SAVED,
  type MachineBlock,
  type MachineCode,
  type MachineInstruction,
  machineSuccessors,
} from './machine.ts';

/** Instructions that a copy of a loop's test may have in front of it. */
const MAX_COPIED = 1;

/**
 * Tests a loop at its end: a jump back to a block that does nothing but a test becomes that test. What is left at the
 * loop's start is then passed once, and goes where its outcome is known.
 */
export function rotateLoops(code: MachineCode): void {
  const position = new Map(code.blocks.map((block, index) => [block, index]));
  for (const [index, block] of code.blocks.entries()) {
    const { end } = block;
    if (end.kind !== 'jump' || (position.get(end.target) ?? 0) > index) continue;
    const head = end.target;
    if (head === block || head.end.kind !== 'branch' || head.instructions.length > MAX_COPIED) continue;
    block.instructions.push(...head.instructions.map((instruction) => ({ ...instruction })));
    block.end = { ...head.end, test: { ...head.end.test } };
  }
  decideTests(code);
}

/** Replaces tests of registers that hold known constants. */
function decideTests(code: MachineCode): void {
  const predecessors = new Map<MachineBlock, MachineBlock[]>();
  for (const block of code.blocks) {
    for (const next of machineSuccessors(block)) predecessors.set(next, [...(predecessors.get(next) ?? []), block]);
  }
  for (const block of code.blocks) {
    const { end } = block;
    if (end.kind !== 'branch' || (end.test.opcode & Source.X) !== 0) continue;
    const constant = constantIn(block, end.test.dst, predecessors);
    const outcome = constant === undefined ? undefined : decide(end.test, constant);
    if (outcome === undefined) continue;
    block.end = { kind: 'jump', target: outcome ? end.taken : end.otherwise, location: end.test.location };
  }
}

/** What a register holds at the end of a block, if that is a small constant that is not negative. */
function constantIn(
  from: MachineBlock,
  register: number,
  predecessors: ReadonlyMap<MachineBlock, readonly MachineBlock[]>,
): number | undefined {
  const seen = new Set<MachineBlock>();
  for (let block: MachineBlock | undefined = from; block !== undefined && !seen.has(block); ) {
    seen.add(block);
    for (let index = block.instructions.length - 1; index >= 0; index -= 1) {
      const instruction = block.instructions[index];
      if (instruction === undefined || !writes(instruction, register)) continue;
      const constant = instruction.opcode === (Class.ALU | Alu.MOV) && instruction.imm >= 0;
      return constant ? instruction.imm : undefined;
    }
    const before: readonly MachineBlock[] = predecessors.get(block) ?? [];
    block = before.length === 1 ? before[0] : undefined;
  }
  return undefined;
}

function writes(instruction: MachineInstruction, register: number): boolean {
  // Calls lose r0 to r5.
  if (instruction.opcode === CALL && register < FIRST_SAVED) return true;
  return definition(instruction) === register;
}

function decide({ opcode, imm }: MachineInstruction, value: number): boolean | undefined {
  if (imm < 0) return undefined;
  switch (opcode & 0xf0) {
    case Jump.JEQ:
      return value === imm;
    case Jump.JNE:
      return value !== imm;
    case Jump.JGT:
    case Jump.JSGT:
      return value > imm;
    case Jump.JGE:
    case Jump.JSGE:
      return value >= imm;
    case Jump.JLT:
    case Jump.JSLT:
      return value < imm;
    case Jump.JLE:
    case Jump.JSLE:
      return value <= imm;
    default:
      return undefined;
  }
}
