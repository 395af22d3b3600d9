import type { Block, CompareOperator, Condition, Dominators, Terminator, Value } from '../ir/index.ts';
import { oppositeOf } from './comparison.ts';
import { evaluateCompare } from './evaluate.ts';

type Comparison = Condition & { readonly kind: 'compare' };

/**
 * What a comparison with a constant answers at the end of `block`, where a branch above has asked whether the same value
 * is equal to a constant. Orders are not decided here: the verifier may need to be told once more.
 */
export function answeredAbove(
  condition: Comparison,
  left: Value,
  right: Value,
  block: Block,
  dominators: Dominators,
): boolean | undefined {
  if (!isEquality(condition.operator)) return undefined;
  let below = block;
  for (let above = dominators.parent(block); above !== undefined; above = dominators.parent(above)) {
    if (below.predecessors.length === 1 && below.predecessors[0] === above) {
      const answer = answeredOnEdge(condition, left, right, above, below);
      if (answer !== undefined) return answer;
    }
    below = above;
  }
  return undefined;
}

/** As {@link answeredAbove}, from the branch at the end of `from` alone, where it leads to `to`. */
export function answeredOnEdge(
  { operator, width }: Comparison,
  left: Value,
  right: Value,
  from: Block,
  to: Block,
): boolean | undefined {
  const holds = holdingOnEdge(from.terminator, to);
  if (holds === undefined || holds.left !== left || !isEquality(operator)) return undefined;
  const [asked, known] = [constantOf(right), constantOf(holds.right)];
  if (asked === undefined || known === undefined) return undefined;
  if (holds.operator === 'eq' && holds.width >= width) return evaluateCompare(operator, known, asked, width);
  // Where low halves differ, so do the numbers.
  if (holds.operator === 'ne' && holds.width <= width && known === asked) return operator === 'ne';
  return undefined;
}

function holdingOnEdge(end: Terminator | undefined, to: Block) {
  if (end?.kind !== 'branch' || end.condition.kind !== 'compare' || end.then === end.otherwise) return undefined;
  const { operator, width } = end.condition;
  const [left, right] = end.operands;
  return { operator: end.then === to ? operator : oppositeOf(operator), width, left, right };
}

function isEquality(operator: CompareOperator): boolean {
  return operator === 'eq' || operator === 'ne';
}

function constantOf({ operation }: Value): bigint | undefined {
  return operation.kind === 'constant' ? operation.value : undefined;
}
