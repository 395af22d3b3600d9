import {
  type Block,
  Dominators,
  type IrFunction,
  removeUnreachable,
  successors,
  type Terminator,
  type Value,
} from '../ir/index.ts';
import { answeredAbove } from './answered.ts';
import { evaluateCompare } from './evaluate.ts';

/** Takes out branches that are decided, and blocks that only lead on. */
export function simplifyControlFlow(target: IrFunction): void {
  foldBranches(target);
  removeUnreachable(target);
  mergeChains(target);
  skipEmptyBlocks(target);
}

function foldBranches(target: IrFunction): void {
  const dominators = new Dominators(target);
  for (const block of target.blocks) {
    const { terminator } = block;
    if (terminator?.kind !== 'branch') continue;
    const answer = terminator.then === terminator.otherwise ? true : decide(terminator, block, dominators);
    if (answer === undefined) continue;
    const [taken, left] = answer ? [terminator.then, terminator.otherwise] : [terminator.otherwise, terminator.then];
    dropEdge(block, left);
    block.terminator = { kind: 'jump', target: taken, location: terminator.location };
  }
}

/** Answers that constants give, an equality that was asked above, or a wider check of the same packet that control has passed. */
function decide(
  terminator: Terminator & { kind: 'branch' },
  block: Block,
  dominators: Dominators,
): boolean | undefined {
  const { condition, operands } = terminator;
  const [left, right] = operands;
  if (condition.kind === 'packet') {
    return isPassed(left, right, condition.size, block, dominators) ? true : undefined;
  }
  if (right.operation.kind !== 'constant') return undefined;
  if (left.operation.kind !== 'constant') return answeredAbove(condition, left, right, block, dominators);
  return evaluateCompare(condition.operator, left.operation.value, right.operation.value, condition.width);
}

function isPassed(pointer: Value, end: Value, size: number, block: Block, dominators: Dominators): boolean {
  let below: Block = block;
  for (let above = dominators.parent(block); above !== undefined; above = dominators.parent(above)) {
    const { terminator } = above;
    if (terminator?.kind === 'branch' && terminator.condition.kind === 'packet') {
      const same = terminator.operands[0] === pointer && terminator.operands[1] === end;
      const onlyFromThere = terminator.then === below && below.predecessors.length === 1;
      if (same && terminator.condition.size >= size && onlyFromThere) return true;
    }
    below = above;
  }
  return false;
}

/** One edge from `block` to `target` is no more. */
function dropEdge(block: Block, target: Block): void {
  const index = target.predecessors.indexOf(block);
  target.predecessors.splice(index, 1);
  for (const phi of target.phis) phi.operands.splice(index, 1);
}

/** A block with one predecessor that goes nowhere else is part of it. */
function mergeChains(target: IrFunction): void {
  for (const block of target.blocks) {
    for (let next = onlySuccessor(block); next !== undefined; next = onlySuccessor(block)) absorb(block, next);
  }
  removeUnreachable(target);
}

function onlySuccessor(block: Block): Block | undefined {
  if (block.terminator?.kind !== 'jump') return undefined;
  const { target } = block.terminator;
  return target.predecessors.length === 1 && target.phis.length === 0 && target !== block ? target : undefined;
}

/** Leads edges past blocks that do nothing. */
function skipEmptyBlocks(target: IrFunction): void {
  for (const block of target.blocks) {
    const { terminator, phis, instructions, predecessors } = block;
    const [from, ...others] = predecessors;
    if (terminator?.kind !== 'jump' || phis.length > 0 || instructions.length > 0) continue;
    const next = terminator.target;
    if (from === undefined || others.length > 0 || from === block || next === block) continue;
    // Two edges from one block to another cannot be told apart by phis.
    if (next.predecessors.includes(from)) continue;
    next.predecessors[next.predecessors.indexOf(block)] = from;
    predecessors.splice(0);
    const { terminator: end } = from;
    if (end?.kind === 'jump') end.target = next;
    if (end?.kind === 'branch') {
      const then = end.then === block ? next : end.then;
      const otherwise = end.otherwise === block ? next : end.otherwise;
      from.terminator = { ...end, then, otherwise };
    }
    block.terminator = { kind: 'unreachable', location: undefined };
  }
  removeUnreachable(target);
}

function absorb(block: Block, next: Block): void {
  for (const instruction of next.instructions) {
    instruction.block = block;
    block.instructions.push(instruction);
  }
  next.instructions.splice(0);
  block.terminator = next.terminator;
  next.terminator = { kind: 'unreachable', location: undefined };
  next.predecessors.splice(0);
  for (const following of successors(block)) {
    following.predecessors.forEach((predecessor, index) => {
      if (predecessor === next) following.predecessors[index] = block;
    });
  }
}
