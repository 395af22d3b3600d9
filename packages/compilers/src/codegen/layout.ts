import { type MachineBlock, type MachineCode, machineSuccessors } from './machine.ts';

/**
 * Puts the blocks in the order in which they stand in memory: what follows a block is one of its successors where
 * possible, loops stay together, and short ways out come last.
 */
export function layOutBlocks(code: MachineCode): void {
  const [entry] = code.blocks;
  if (entry === undefined) return;
  const placed = new Set<MachineBlock>();
  const waiting: MachineBlock[] = [entry];
  const order: MachineBlock[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (let block: MachineBlock | undefined = next; block !== undefined && !placed.has(block); ) {
      placed.add(block);
      order.push(block);
      const [first, ...others]: MachineBlock[] = ranked(block).filter((successor) => !placed.has(successor));
      waiting.push(...others);
      block = first ?? (block.end.kind === 'exit' ? bareExit(code, placed) : undefined);
    }
  }
  code.blocks = order;
}

/** A block that does nothing but leave: behind another that leaves, one `exit` does for both. */
function bareExit({ blocks }: MachineCode, placed: ReadonlySet<MachineBlock>): MachineBlock | undefined {
  return blocks.find(
    (block) =>
      block.end.kind === 'exit' && block.instructions.length === 0 && !placed.has(block) && block !== blocks[0],
  );
}

/** The successors of a block, the one that should stand behind it first. */
function ranked(block: MachineBlock): MachineBlock[] {
  const { end } = block;
  const successors = machineSuccessors(block);
  if (end.kind !== 'branch') return successors;
  const score = (successor: MachineBlock): number => successor.depth * 2 + (successor.end.kind === 'exit' ? 0 : 1);
  return score(end.taken) > score(end.otherwise) ? successors : successors.reverse();
}
