import { instructionText, Names } from './instruction-text.ts';
import type { MachineBlock, MachineCode } from './machine.ts';

/**
 * Lets blocks that end alike share their end: the instructions that the most of them have in common behind each other
 * become a block of their own.
 */
export function shareTails(code: MachineCode): void {
  const names = new Names();
  for (let changed = true; changed; ) {
    changed = false;
    for (const group of endingAlike(code, names)) if (shareTail(code, group, names)) changed = true;
  }
}

/** Blocks whose last instruction and whose way on are the same. */
function endingAlike({ blocks }: MachineCode, names: Names): MachineBlock[][] {
  const groups = new Map<string, MachineBlock[]>();
  for (const block of blocks) {
    const last = block.instructions.at(-1);
    const { end } = block;
    if (last === undefined || end.kind === 'branch') continue;
    const way = end.kind === 'jump' ? end.target.id : 'exit';
    const key = `${way} ${instructionText(last, names)}`;
    groups.set(key, [...(groups.get(key) ?? []), block]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function shareTail(code: MachineCode, group: readonly MachineBlock[], names: Names): boolean {
  const [first, ...others] = group;
  if (first === undefined) return false;
  const textAt = (block: MachineBlock, fromEnd: number): string | undefined => {
    const instruction = block.instructions.at(-fromEnd);
    return instruction === undefined ? undefined : instructionText(instruction, names);
  };
  let length = 1;
  while (textAt(first, length + 1) !== undefined) {
    const text = textAt(first, length + 1);
    if (others.some((block) => textAt(block, length + 1) !== text)) break;
    length += 1;
  }
  const whole = group.find((block) => block.instructions.length === length && block !== code.blocks[0]);
  const tail = whole ?? code.block(first.depth);
  if (whole === undefined) {
    tail.instructions = first.instructions.slice(-length);
    tail.end = { ...first.end };
    code.blocks.push(tail);
  }
  for (const block of group) {
    if (block === tail) continue;
    block.instructions.splice(-length);
    block.end = { kind: 'jump', target: tail, location: block.end.kind === 'branch' ? undefined : block.end.location };
  }
  return true;
}
