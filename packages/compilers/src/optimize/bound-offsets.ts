import { Block, Instruction, type IrFunction, type Operation, successors, type Value, within } from '../ir/index.ts';
import { rangesOf, verifierRangesOf } from './ranges.ts';

/** An offset that the program keeps within limits, of which the verifier does not know. */
interface Unbounded {
  readonly instruction: Instruction;
  readonly offset: Value;
  readonly max: bigint;
  /** The verifier is told behind the instruction, not before it. */
  readonly behind?: boolean;
}

/** Loops of more rounds are calls of a helper, which the verifier does not count. */
const MOST_ROUNDS = 8192n;

/**
 * Tells the verifier what is proven of offsets into memory and what it cannot find out by itself: by a mask where that
 * says it exactly, else by a comparison that is always true.
 */
export function boundOffsets(target: IrFunction): void {
  for (const unbounded of findUnbounded(target)) {
    if (isMask(unbounded.max)) maskOffset(target, unbounded);
    else compareOffset(target, unbounded);
  }
  for (const count of findCounts(target)) compareOffset(target, count);
}

/** Quotients and remainders that loops count to, or from: the verifier would follow the loop for ever. */
function findCounts(target: IrFunction): Unbounded[] {
  const counts = target.blocks.flatMap(({ instructions }) =>
    instructions.filter(
      ({ operation }) =>
        operation.kind === 'binary' && (operation.operator === 'udiv' || operation.operator === 'umod'),
    ),
  );
  const used = counts.filter((count) => isCount(target, count));
  if (used.length === 0) return [];
  const known = rangesOf(target);
  return used.flatMap((instruction) => {
    const { max } = known.at(instruction, instruction.block);
    return max !== undefined && max < MOST_ROUNDS ? [{ instruction, offset: instruction, max, behind: true }] : [];
  });
}

/** Whether a value is compared with one that changes, or changes in a loop itself. */
function isCount({ blocks }: IrFunction, value: Value): boolean {
  return blocks.some(({ phis, terminator }) => {
    if (phis.some(({ operands }) => operands.includes(value))) return true;
    if (terminator?.kind !== 'branch' || terminator.condition.kind !== 'compare') return false;
    const [left, right] = terminator.operands;
    return (left === value || right === value) && [left, right].every(({ operation }) => operation.kind !== 'constant');
  });
}

function findUnbounded(target: IrFunction): Unbounded[] {
  const adds = target.blocks.flatMap(({ instructions }) =>
    instructions.filter(
      ({ operation, operands: [, offset] }) =>
        operation.kind === 'pointer-add' && offset !== undefined && offset.operation.kind !== 'constant',
    ),
  );
  if (adds.length === 0) return [];
  const [known, seen] = [rangesOf(target), verifierRangesOf(target)];
  return adds.flatMap((instruction) => {
    const { block } = instruction;
    const [, offset] = instruction.operands;
    if (block === undefined || offset === undefined) return [];
    const { min, max } = known.at(offset, block);
    const isProven = min !== undefined && min >= 0n && max !== undefined;
    return isProven && !within(seen.at(offset, block), 0n, max) ? [{ instruction, offset, max }] : [];
  });
}

function isMask(max: bigint): boolean {
  return (max & (max + 1n)) === 0n && max < 1n << 31n;
}

function make(target: IrFunction, near: Instruction, operation: Operation, operands: Value[]): Instruction {
  return new Instruction(target.nextId++, operation, 'i64', operands, near.block, near.location);
}

function maskOffset(target: IrFunction, { instruction, offset, max }: Unbounded): void {
  const list = instruction.block?.instructions ?? [];
  const mask = make(target, instruction, { kind: 'constant', value: max }, []);
  const masked = make(target, instruction, { kind: 'binary', operator: 'and', width: 64 }, [offset, mask]);
  list.splice(list.indexOf(instruction), 0, mask, masked);
  instruction.operands = instruction.operands.map((operand) => (operand === offset ? masked : operand));
}

/**
 * Splits the block before the instruction: an offset above the limit, which there is none, becomes the limit. Leaving the
 * program instead would not do where it holds a lock or a record.
 */
function compareOffset(target: IrFunction, { instruction, offset, max, behind = false }: Unbounded): void {
  const { block, location } = instruction;
  if (block === undefined) return;
  const at = block.instructions.indexOf(instruction) + (behind ? 1 : 0);
  const otherwise = new Block(target.nextBlockId++, `${block.name}.bounded`);
  const then = new Block(target.nextBlockId++, 'unbounded');
  target.blocks.splice(target.blocks.indexOf(block) + 1, 0, then, otherwise);
  moveTail(block, at, otherwise);
  const limit = make(target, instruction, { kind: 'constant', value: max }, []);
  limit.block = block;
  block.instructions.push(limit);
  const condition = { kind: 'compare', operator: 'ugt', width: 64 } as const;
  block.terminator = { kind: 'branch', condition, operands: [offset, limit], then, otherwise, location };
  then.terminator = { kind: 'jump', target: otherwise, location };
  then.predecessors.push(block);
  otherwise.predecessors.push(block, then);
  const bounded = new Instruction(target.nextId++, { kind: 'phi' }, 'i64', [offset, limit], otherwise, location);
  if (behind) replaceUses(target, offset, bounded, block);
  else instruction.operands = instruction.operands.map((operand) => (operand === offset ? bounded : operand));
  otherwise.phis.push(bounded);
}

/** Puts a value in the place of another everywhere but at the end of one block. */
function replaceUses(target: IrFunction, before: Value, after: Value, except: Block): void {
  const swap = (operand: Value) => (operand === before ? after : operand);
  for (const block of target.blocks) {
    for (const user of [...block.phis, ...block.instructions]) user.operands = user.operands.map(swap);
    const { terminator } = block;
    if (block === except) continue;
    if (terminator?.kind === 'branch') {
      const [left, right] = terminator.operands;
      terminator.operands = [swap(left), swap(right)];
    }
    if (terminator?.kind === 'return' && terminator.value !== undefined) terminator.value = swap(terminator.value);
  }
}

function moveTail(block: Block, at: number, rest: Block): void {
  for (const moved of block.instructions.splice(at)) {
    moved.block = rest;
    rest.instructions.push(moved);
  }
  rest.terminator = block.terminator;
  for (const next of successors(rest)) {
    next.predecessors.forEach((predecessor, index) => {
      if (predecessor === block) next.predecessors[index] = rest;
    });
  }
}
