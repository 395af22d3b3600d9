import { type Block, type IrFunction, successors } from './function.ts';

/**
 * The dominator tree of a function: a block dominates another if every path from the entry to the other goes through
 * it (Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm", 2001).
 */
export class Dominators {
  /** Blocks so that each comes before its successors, but for edges that go back. */
  readonly order: readonly Block[];
  readonly #parent = new Map<Block, Block>();
  readonly #children = new Map<Block, Block[]>();
  /** Numbers of a walk over the tree: a block dominates those whose span lies within its own. */
  readonly #enter = new Map<Block, number>();
  readonly #leave = new Map<Block, number>();

  constructor(target: IrFunction) {
    this.order = reversePostorder(target);
    this.#compute();
    const [entry] = this.order;
    if (entry !== undefined) this.#number(entry);
  }

  /** The closest block that dominates `block`; undefined for the entry. */
  parent(block: Block): Block | undefined {
    return this.#parent.get(block);
  }
  /** The blocks whose parent is `block`. */
  children(block: Block): readonly Block[] {
    return this.#children.get(block) ?? [];
  }
  /** Whether `upper` dominates `lower`; a block dominates itself. */
  dominates(upper: Block, lower: Block): boolean {
    const enter = this.#enter.get(lower) ?? -1;
    return enter >= (this.#enter.get(upper) ?? Infinity) && enter <= (this.#leave.get(upper) ?? -1);
  }

  #compute(): void {
    const index = new Map(this.order.map((block, at) => [block, at]));
    const parents: number[] = this.order.map((_, at) => (at === 0 ? 0 : -1));
    for (let changed = true; changed; ) {
      changed = false;
      for (const [at, block] of this.order.entries()) {
        if (at === 0) continue;
        const found = closest(block, index, parents);
        if (found !== parents[at]) {
          parents[at] = found;
          changed = true;
        }
      }
    }
    for (const [at, block] of this.order.entries()) {
      const parent = this.order[parents[at] ?? 0];
      if (at === 0 || parent === undefined) continue;
      this.#parent.set(block, parent);
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [block]);
      else siblings.push(block);
    }
  }

  #number(entry: Block): void {
    let count = 0;
    const stack: { block: Block; next: number }[] = [{ block: entry, next: 0 }];
    this.#enter.set(entry, count++);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = this.children(top.block)[top.next++];
      if (child === undefined) {
        this.#leave.set(top.block, count - 1);
        stack.pop();
      } else {
        this.#enter.set(child, count++);
        stack.push({ block: child, next: 0 });
      }
    }
  }
}

/** The common dominator of the predecessors that have one already. */
function closest(block: Block, index: ReadonlyMap<Block, number>, parents: readonly number[]): number {
  let found = -1;
  for (const predecessor of block.predecessors) {
    const at = index.get(predecessor);
    if (at === undefined || parents[at] === -1) continue;
    found = found === -1 ? at : common(found, at, parents);
  }
  return found;
}

function common(left: number, right: number, parents: readonly number[]): number {
  let [low, high] = [left, right];
  while (low !== high) {
    while (low > high) low = parents[low] ?? 0;
    while (high > low) high = parents[high] ?? 0;
  }
  return low;
}

/** Blocks that the entry reaches, each before its successors but for edges that go back. */
export function reversePostorder(target: IrFunction): Block[] {
  const [entry] = target.blocks;
  if (entry === undefined) return [];
  const seen = new Set<Block>([entry]);
  const done: Block[] = [];
  const stack: { block: Block; next: number }[] = [{ block: entry, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const following = successors(top.block)[top.next++];
    if (following === undefined) {
      done.push(top.block);
      stack.pop();
    } else if (!seen.has(following)) {
      seen.add(following);
      stack.push({ block: following, next: 0 });
    }
  }
  return done.reverse();
}
