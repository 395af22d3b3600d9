import { type Block, type IrFunction, successors } from '../ir/index.ts';

/** Blocks in an order in which a block stands behind what dominates it: reverse postorder. */
export function reversePostorder({ blocks: [entry] }: IrFunction): Block[] {
  const seen = new Set<Block>();
  const order: Block[] = [];
  const stack: { block: Block; next: Block[] }[] = [];
  const push = (block: Block): void => {
    seen.add(block);
    stack.push({ block, next: successors(block) });
  };
  if (entry !== undefined) push(entry);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next.pop();
    if (next === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(next)) push(next);
  }
  return order.reverse();
}

/**
 * Number of loops around each block. A loop is what lies between the target of a jump back and the jump, as
 * predecessors tell.
 */
export function loopDepths(order: readonly Block[]): Map<Block, number> {
  const position = new Map(order.map((block, index) => [block, index]));
  const depths = new Map(order.map((block) => [block, 0]));
  for (const header of order) {
    const at = position.get(header) ?? 0;
    const latches = header.predecessors.filter((from) => (position.get(from) ?? -1) >= at);
    if (latches.length === 0) continue;
    const body = new Set<Block>([header, ...latches]);
    for (const block of body) {
      if (block === header) continue;
      for (const from of block.predecessors) if ((position.get(from) ?? -1) >= at) body.add(from);
    }
    for (const block of body) depths.set(block, (depths.get(block) ?? 0) + 1);
  }
  return depths;
}
