import { type Block, Instruction, type IrFunction, removeUnreachable, type Value } from '../ir/index.ts';
import { retarget } from './edges.ts';

/**
 * Returns where it is decided what to return: a block that returns one of several values is copied to where these come
 * from, and blocks that return the same constant are one. True where anything changed.
 */
export function shareReturns(target: IrFunction): boolean {
  const split = target.blocks.filter((block) => splitReturn(block)).length > 0;
  const merged = mergeReturns(target);
  if (merged) removeUnreachable(target);
  return merged || split;
}

/** Predecessors that only come here return by themselves. */
function splitReturn(block: Block): boolean {
  const { terminator, phis, instructions } = block;
  const [phi, ...others] = phis;
  if (terminator?.kind !== 'return' || phi === undefined || terminator.value !== phi) return false;
  if (others.length > 0 || instructions.length > 0) return false;
  let changed = false;
  for (let index = block.predecessors.length - 1; index >= 0; index -= 1) {
    const predecessor = block.predecessors[index];
    const value: Value | undefined = phi.operands[index];
    if (predecessor?.terminator?.kind !== 'jump' || value === undefined || value === phi) continue;
    predecessor.terminator = { kind: 'return', value, location: predecessor.terminator.location };
    block.predecessors.splice(index, 1);
    phi.operands.splice(index, 1);
    changed = true;
  }
  const [last] = phi.operands;
  if (phi.operands.length === 1 && last !== undefined && last !== phi) {
    block.terminator = { ...terminator, value: last };
    phis.splice(0);
  }
  return changed;
}

/** Blocks that do nothing but return a constant, by that constant: the first takes the edges of the others. */
function mergeReturns(target: IrFunction): boolean {
  const byConstant = new Map<bigint, Block>();
  let changed = false;
  for (const block of target.blocks) {
    const constant = returnedConstant(block, target);
    const first = constant === undefined ? undefined : byConstant.get(constant);
    if (constant !== undefined && first === undefined) byConstant.set(constant, block);
    if (first === undefined || block.predecessors.length === 0) continue;
    ownConstant(target, first);
    for (const predecessor of block.predecessors.splice(0)) retarget(predecessor, block, first);
    changed = true;
  }
  return changed;
}

function returnedConstant(block: Block, target: IrFunction): bigint | undefined {
  const { terminator, phis, instructions } = block;
  if (terminator?.kind !== 'return' || phis.length > 0 || block === target.blocks[0]) return undefined;
  const { value } = terminator;
  if (value?.operation.kind !== 'constant') return undefined;
  return instructions.every(({ operation }) => operation.kind === 'constant') ? value.operation.value : undefined;
}

/** The constant may stand in a block that does not come before all that will come here: this one gets its own. */
function ownConstant(target: IrFunction, block: Block): void {
  const { terminator, instructions } = block;
  if (terminator?.kind !== 'return' || terminator.value === undefined) return;
  const { operation, type, location } = terminator.value;
  if (terminator.value === instructions[0]) return;
  const constant = new Instruction(target.nextId++, operation, type, [], block, location);
  instructions.splice(0, instructions.length, constant);
  terminator.value = constant;
}
