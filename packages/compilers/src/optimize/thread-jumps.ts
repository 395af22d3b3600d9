import {
  type Block,
  type CompareOperator,
  Dominators,
  Instruction,
  type IrFunction,
  type Terminator,
  type Value,
} from '../ir/index.ts';
import { oppositeOf } from './comparison.ts';
import { retarget } from './edges.ts';
import { evaluateCompare } from './evaluate.ts';

type Branch = Terminator & { readonly kind: 'branch' };

/** An edge into a block that only asks what is known where the edge starts. */
interface Thread {
  readonly block: Block;
  readonly phi: Instruction;
  readonly index: number;
  readonly target: Block;
}

/**
 * Leads an edge past a question that it has answered: where a value is looked up, and inserted if it is missing, the
 * path on which it was there need not ask again. True where anything changed.
 */
export function threadJumps(target: IrFunction): boolean {
  let changed = false;
  for (let thread = findThread(target); thread !== undefined; thread = findThread(target)) {
    follow(target, thread);
    changed = true;
  }
  return changed;
}

function findThread(target: IrFunction): Thread | undefined {
  const candidates = target.blocks.filter(asksOfPhi);
  if (candidates.length === 0) return undefined;
  const dominators = new Dominators(target);
  for (const block of candidates) {
    const thread = threadThrough(target, block, dominators);
    if (thread !== undefined) return thread;
  }
  return undefined;
}

/** Whether a block has one phi and nothing else but a comparison of it with a constant. */
function asksOfPhi({ phis, instructions, terminator, predecessors }: Block): boolean {
  const [phi] = phis;
  return (
    terminator?.kind === 'branch' &&
    terminator.condition.kind === 'compare' &&
    terminator.operands[0] === phi &&
    terminator.operands[1].operation.kind === 'constant' &&
    instructions.every(({ operation }) => operation.kind === 'constant') &&
    phis.length === 1 &&
    predecessors.length > 1
  );
}

function threadThrough(target: IrFunction, block: Block, dominators: Dominators): Thread | undefined {
  const [phi] = block.phis;
  const { terminator } = block;
  if (phi === undefined || terminator?.kind !== 'branch') return undefined;
  for (const [index, operand] of phi.operands.entries()) {
    const from = block.predecessors[index];
    const answer = from === undefined ? undefined : answerOf(terminator, operand, from, block);
    if (answer === undefined) continue;
    const next = answer ? terminator.then : terminator.otherwise;
    if (next.phis.length > 0 || terminator.then === terminator.otherwise) continue;
    if (usesStayDominated(target, phi, block, terminator, dominators)) return { block, phi, index, target: next };
  }
  return undefined;
}

/** What the branch answers where `operand` comes from `from`: a constant tells, or the branch that leads here. */
function answerOf(branch: Branch, operand: Value, from: Block, block: Block): boolean | undefined {
  const { condition } = branch;
  const right = branch.operands[1].operation;
  if (condition.kind !== 'compare' || right.kind !== 'constant') return undefined;
  if (operand.operation.kind === 'constant') {
    return evaluateCompare(condition.operator, operand.operation.value, right.value, condition.width);
  }
  const known = knownOnEdge(from, block, operand, right.value);
  if (known === undefined || (condition.operator !== 'eq' && condition.operator !== 'ne')) return undefined;
  return known === condition.operator;
}

/** Whether the edge says that `value` is equal, or not equal, to the constant. */
function knownOnEdge(from: Block, to: Block, value: Value, constant: bigint): CompareOperator | undefined {
  const { terminator } = from;
  if (terminator?.kind !== 'branch' || terminator.condition.kind !== 'compare') return undefined;
  const { operator, width } = terminator.condition;
  const [left, right] = terminator.operands;
  const same = left === value && right.operation.kind === 'constant' && right.operation.value === constant;
  if (!same || width !== 64 || (operator !== 'eq' && operator !== 'ne')) return undefined;
  if (terminator.then === terminator.otherwise) return undefined;
  return terminator.then === to ? operator : oppositeOf(operator);
}

/** Whether each use of the phi stands behind one of the two ways out, so that it can be replaced there. */
function usesStayDominated(
  target: IrFunction,
  phi: Instruction,
  block: Block,
  branch: Branch,
  dominators: Dominators,
): boolean {
  const sides = [branch.then, branch.otherwise].filter((side) => side.predecessors.length === 1);
  const behind = (user: Block) => user === block || sides.some((side) => dominators.dominates(side, user));
  return target.blocks.every((user) => {
    const inside = user.instructions.some(({ operands }) => operands.includes(phi)) || endUses(user, phi);
    if (inside && !behind(user)) return false;
    return user.phis.every(({ operands }) =>
      operands.every((operand, index) => {
        const from = user.predecessors[index];
        return operand !== phi || from === undefined || (from !== block && behind(from));
      }),
    );
  });
}

function endUses({ terminator }: Block, value: Value): boolean {
  if (terminator?.kind === 'branch') return terminator.operands.includes(value);
  return terminator?.kind === 'return' && terminator.value === value;
}

function follow(target: IrFunction, { block, phi, index, target: next }: Thread): void {
  const from = block.predecessors[index];
  const value = phi.operands[index];
  if (from === undefined || value === undefined) return;
  const dominators = new Dominators(target);
  const below = target.blocks.filter((other) => dominators.dominates(next, other));
  liftConstants(block, dominators.parent(block));
  block.predecessors.splice(index, 1);
  phi.operands.splice(index, 1);
  retarget(from, block, next);
  // Where the block had other predecessors, the phi is not used behind it.
  if (next.predecessors.length > 2) return;
  const merged = new Instruction(target.nextId++, { kind: 'phi' }, phi.type, [phi, value], next, phi.location);
  for (const user of below) replaceIn(user, phi, merged);
  replaceAtEdges(target, new Set(below), phi, merged);
  next.phis.push(merged);
}

/** Constants that what follows shares must stand where both ways come from. */
function liftConstants(block: Block, above: Block | undefined): void {
  if (above === undefined) return;
  for (const constant of block.instructions.splice(0)) {
    constant.block = above;
    above.instructions.push(constant);
  }
}

/** What phis take from the end of these blocks. */
function replaceAtEdges({ blocks }: IrFunction, ends: ReadonlySet<Block>, before: Value, after: Value): void {
  for (const { phis, predecessors } of blocks) {
    for (const phi of phis) {
      phi.operands = phi.operands.map((operand, index) => {
        const from = predecessors[index];
        return operand === before && from !== undefined && ends.has(from) ? after : operand;
      });
    }
  }
}

function replaceIn(block: Block, before: Value, after: Value): void {
  const swap = (operand: Value) => (operand === before ? after : operand);
  for (const instruction of block.instructions) instruction.operands = instruction.operands.map(swap);
  const { terminator } = block;
  if (terminator?.kind === 'branch') {
    const [left, right] = terminator.operands;
    terminator.operands = [swap(left), swap(right)];
  }
  if (terminator?.kind === 'return' && terminator.value !== undefined) terminator.value = swap(terminator.value);
}
