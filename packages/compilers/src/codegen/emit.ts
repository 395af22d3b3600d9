import { SkepError } from '@skep/core/base';
import { Class, EXIT, type Instruction, Jump, slotsOf } from '@skep/core/isa';
import { type MachineBlock, type MachineCode, type MachineInstruction, machine } from './machine.ts';
import type { CodeInstruction } from './machine-function.ts';
import { invert } from './select-branch.ts';

/** A jump whose distance is known once all blocks have their places. */
interface Line {
  readonly from: MachineInstruction;
  readonly target?: MachineBlock;
}

const JUMP = Class.JMP | Jump.JA;
const FAR_JUMP = Class.JMP32 | Jump.JA;

/** Writes the blocks behind each other, with the jumps between them. */
export function emitCode(code: MachineCode, far: boolean): CodeInstruction[] {
  const lines: Line[] = [];
  const starts = new Map<MachineBlock, number>();
  for (const [index, block] of code.blocks.entries()) {
    starts.set(block, lines.length);
    for (const from of block.instructions) lines.push({ from });
    lines.push(...endLines(block, code.blocks[index + 1]));
  }
  const slots: number[] = [0];
  for (const { from } of lines) slots.push((slots.at(-1) ?? 0) + slotsOf(from as Instruction));
  return lines.map(({ from, target }, index) => {
    const at = slots[index + 1] ?? 0;
    const to = target === undefined ? 0 : (slots[starts.get(target) ?? 0] ?? 0);
    return finished(code, from, target === undefined ? undefined : to - at, far);
  });
}

/** The jumps at the end of a block, as far as what follows in memory is not where control goes. */
function endLines({ end }: MachineBlock, next: MachineBlock | undefined): Line[] {
  const exit = { from: machine(EXIT, end.kind === 'branch' ? end.test.location : end.location) };
  if (end.kind === 'exit') return next !== undefined && isExit(next) ? [] : [exit];
  if (end.kind === 'jump' && end.target !== next && isExit(end.target)) return [exit];
  if (end.kind === 'jump')
    return end.target === next ? [] : [{ from: machine(JUMP, end.location), target: end.target }];
  const { test, taken, otherwise } = end;
  if (taken === next) {
    const opposite = invert(test);
    if (opposite !== undefined) return [{ from: opposite, target: otherwise }];
  }
  const jump = { from: test, target: taken };
  return otherwise === next ? [jump] : [jump, { from: machine(JUMP, test.location), target: otherwise }];
}

/** Whether a block does nothing but leave. */
function isExit({ instructions, end }: MachineBlock): boolean {
  return instructions.length === 0 && end.kind === 'exit';
}

function finished(
  { name }: MachineCode,
  { opcode, dst, src, offset, imm, immHigh, reference, location }: MachineInstruction,
  distance: number | undefined,
  far: boolean,
): CodeInstruction {
  const rest = { location, ...(reference === undefined ? {} : { reference }) };
  if (distance !== undefined && Math.abs(distance) > 0x7fff) {
    if (!far || opcode !== JUMP) throw tooFar(name);
    return { instruction: { opcode: FAR_JUMP, dst, src, offset: 0, imm: distance }, ...rest };
  }
  const instruction = {
    opcode,
    dst,
    src,
    offset: distance ?? offset,
    imm,
    ...(immHigh === undefined ? {} : { immHigh }),
  };
  return { instruction, ...rest };
}

function tooFar(name: string): SkepError {
  return new SkepError('SKEP_COMPILE', `function ${name} is too long`, {
    reason: 'a jump reaches at most 32767 instructions',
    remedy: 'split it into functions or programs',
  });
}
