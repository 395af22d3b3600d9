import type { Block } from '../ir/index.ts';

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
