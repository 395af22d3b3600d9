import { Block, Instruction, type IrFunction, type Operation, successors, type Value, within } from '../ir/index.ts';
import { rangesOf, verifierRangesOf } from './ranges.ts';

/** An offset that the program keeps within limits, of which the verifier does not know. */
interface Unbounded {
  readonly instruction: Instruction;
  readonly offset: Value;
  readonly max: bigint;
}

/**
 * Tells the verifier what is proven of offsets into memory and what it cannot find out by itself: by a mask where that
 * says it exactly, else by a comparison that is always true.
 */
export function boundOffsets(target: IrFunction): void {
  for (const unbounded of findUnbounded(target)) {
    if (isMask(unbounded.max)) maskOffset(target, unbounded);
    else compareOffset(target, unbounded);
  }
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

/** Splits the block before the instruction; control never takes the new way out. */
function compareOffset(target: IrFunction, { instruction, offset, max }: Unbounded): void {
  const { block } = instruction;
  if (block === undefined) return;
  const at = block.instructions.indexOf(instruction);
  const otherwise = new Block(target.nextBlockId++, `${block.name}.bounded`);
  const then = new Block(target.nextBlockId++, 'unbounded');
  target.blocks.splice(target.blocks.indexOf(block) + 1, 0, otherwise);
  target.blocks.push(then);
  moveTail(block, at, otherwise);
  const limit = make(target, instruction, { kind: 'constant', value: max }, []);
  limit.block = block;
  block.instructions.push(limit);
  block.terminator = {
    kind: 'branch',
    condition: { kind: 'compare', operator: 'ugt', width: 64 },
    operands: [offset, limit],
    then,
    otherwise,
    location: instruction.location,
  };
  otherwise.predecessors.push(block);
  then.predecessors.push(block);
  const zero = new Instruction(target.nextId++, { kind: 'constant', value: 0n }, 'i64', [], then, instruction.location);
  then.instructions.push(zero);
  then.terminator = { kind: 'return', value: zero, location: instruction.location };
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
