import { Block, Dominators, type Instruction, type IrFunction, type Terminator, type Value } from '../ir/index.ts';
import { answeredAbove, answeredOnEdge } from './answered.ts';
import { retarget } from './edges.ts';
import { evaluateCompare } from './evaluate.ts';
import { SecondDefinition } from './second-definition.ts';

type Branch = Terminator & { readonly kind: 'branch' };

/** Edges that are led on in one function at most. */
const MAX_THREADS = 1000;

/** An edge into a block that only asks what is known where the edge starts. */
interface Thread {
  readonly block: Block;
  readonly index: number;
  readonly target: Block;
}

/**
 * Leads an edge past a question that it has answered: where a value is looked up, and inserted if it is missing, the
 * path on which it was there need not ask again; nor one on which a flag was just set. True where anything changed.
 */
export function threadJumps(target: IrFunction): boolean {
  let count = 0;
  for (let thread = findThread(target); thread !== undefined && count < MAX_THREADS; thread = findThread(target)) {
    follow(target, thread);
    count += 1;
  }
  return count > 0;
}

function findThread(target: IrFunction): Thread | undefined {
  const candidates = target.blocks.filter(asksOfPhi);
  if (candidates.length === 0) return undefined;
  const dominators = new Dominators(target);
  for (const block of candidates) {
    // The test of a loop stays in its place.
    if (block.predecessors.some((from) => dominators.dominates(block, from))) continue;
    const thread = threadThrough(block, dominators);
    if (thread !== undefined) return thread;
  }
  return undefined;
}

/** Whether a block does nothing but compare one of its phis with a constant. */
function asksOfPhi({ phis, instructions, terminator, predecessors }: Block): boolean {
  return (
    terminator?.kind === 'branch' &&
    terminator.condition.kind === 'compare' &&
    terminator.then !== terminator.otherwise &&
    phis.includes(terminator.operands[0]) &&
    terminator.operands[1].operation.kind === 'constant' &&
    instructions.every(({ operation }) => operation.kind === 'constant') &&
    predecessors.length > 1
  );
}

function threadThrough(block: Block, dominators: Dominators): Thread | undefined {
  const { terminator, predecessors } = block;
  if (terminator?.kind !== 'branch') return undefined;
  const phi = block.phis.find((other) => other === terminator.operands[0]);
  for (const [index, operand] of (phi?.operands ?? []).entries()) {
    const from = predecessors[index];
    if (from === undefined || predecessors.indexOf(from) !== predecessors.lastIndexOf(from)) continue;
    const answer = answerOf(terminator, operand, from, block, dominators);
    if (answer !== undefined) return { block, index, target: answer ? terminator.then : terminator.otherwise };
  }
  return undefined;
}

/** What the branch answers where `operand` comes from `from`: a constant tells, or a branch on the way here. */
function answerOf(
  branch: Branch,
  operand: Value,
  from: Block,
  block: Block,
  dominators: Dominators,
): boolean | undefined {
  const { condition } = branch;
  const [, right] = branch.operands;
  if (condition.kind !== 'compare' || right.operation.kind !== 'constant') return undefined;
  if (operand.operation.kind === 'constant') {
    return evaluateCompare(condition.operator, operand.operation.value, right.operation.value, condition.width);
  }
  return (
    answeredOnEdge(condition, operand, right, from, block) ?? answeredAbove(condition, operand, right, from, dominators)
  );
}

/** Leads the edge on through a block of its own, where the phis have the values that it brought. */
function follow(target: IrFunction, { block, index, target: next }: Thread): void {
  const from = block.predecessors[index];
  if (from === undefined) return;
  liftConstants(block, new Dominators(target).parent(block));
  const way = new Block(target.nextBlockId++, `${block.name}.known`);
  target.blocks.splice(target.blocks.indexOf(block) + 1, 0, way);
  block.predecessors.splice(index, 1);
  retarget(from, block, way);
  way.terminator = { kind: 'jump', target: next, location: block.terminator?.location };
  const brought = new Map<Instruction, Value>();
  for (const phi of block.phis) brought.set(phi, ...(phi.operands.splice(index, 1) as [Value]));
  const fromBlock = next.predecessors.indexOf(block);
  next.predecessors.push(way);
  for (const phi of next.phis) phi.operands.push(...phi.operands.slice(fromBlock, fromBlock + 1));
  for (const [phi, value] of brought) new SecondDefinition(target, phi, way, value).apply();
}

/** Constants that what follows shares must stand where both ways come from. */
function liftConstants(block: Block, above: Block | undefined): void {
  if (above === undefined) return;
  for (const constant of block.instructions.splice(0)) {
    constant.block = above;
    above.instructions.push(constant);
  }
}
