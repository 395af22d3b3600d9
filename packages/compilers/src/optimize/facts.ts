import type { Block, CompareOperator, Dominators, Instruction, IrFunction, Value, Width } from '../ir/index.ts';
import { mirrorOf, oppositeOf } from './comparison.ts';

/** A comparison that holds for `value` wherever `block` dominates. */
export interface Fact {
  readonly block: Block;
  readonly operator: CompareOperator;
  readonly other: Value;
  readonly width: Width;
  /** The fact is about `value + shift`: of a sum with a constant it says something of what was added to. */
  readonly shift: bigint;
}

const none: readonly never[] = [];

/** What the branches of a function say about its values. */
export class Facts {
  readonly #byValue = new Map<Value, Fact[]>();
  readonly #dominators: Dominators;
  readonly #thenEdges = new Map<Block, readonly SubjectFact[]>();
  readonly #otherwiseEdges = new Map<Block, readonly SubjectFact[]>();

  constructor(target: IrFunction, dominators: Dominators) {
    this.#dominators = dominators;
    for (const block of target.blocks) this.#collect(block);
  }

  /** Facts about `value` that hold in `block`, outermost first. */
  at(value: Value, block: Block): readonly Fact[] {
    const facts = this.#byValue.get(value);
    return facts === undefined ? none : facts.filter((fact) => this.#dominators.dominates(fact.block, block));
  }

  /** Facts about `value` that hold on the edge from `from` to `to` alone. */
  edge(value: Value, from: Block, to: Block): readonly Fact[] {
    const facts = this.#onEdge(from, to);
    if (facts.every(({ subject }) => subject !== value)) return none;
    return facts.flatMap(({ subject, fact }) => (subject === value ? [fact] : []));
  }

  #onEdge(from: Block, to: Block): readonly SubjectFact[] {
    if (from.terminator?.kind !== 'branch') return none;
    const edges = from.terminator.then === to ? this.#thenEdges : this.#otherwiseEdges;
    let facts = edges.get(from);
    if (facts === undefined) {
      facts = edgeFacts(from, to);
      edges.set(from, facts);
    }
    return facts;
  }

  #collect(block: Block): void {
    const [predecessor, ...others] = block.predecessors;
    if (predecessor === undefined || others.length > 0) return;
    for (const { subject, fact } of this.#onEdge(predecessor, block)) {
      const facts = this.#byValue.get(subject);
      if (facts === undefined) this.#byValue.set(subject, [fact]);
      else facts.push(fact);
    }
  }
}

interface SubjectFact {
  readonly subject: Value;
  readonly fact: Fact;
}

function edgeFacts(from: Block, to: Block): SubjectFact[] {
  const { terminator } = from;
  if (terminator?.kind !== 'branch' || terminator.condition.kind !== 'compare') return [];
  if (terminator.then === terminator.otherwise) return [];
  const { operator, width } = terminator.condition;
  const [left, right] = terminator.operands;
  const holds = terminator.then === to ? operator : oppositeOf(operator);
  return [
    ...about(left, { block: to, operator: holds, other: right, width, shift: 0n }),
    ...about(right, { block: to, operator: mirrorOf(holds), other: left, width, shift: 0n }),
  ];
}

/** The fact itself, and what it says of the value that the subject was made from. */
function about(subject: Value, fact: Fact): SubjectFact[] {
  const source = sourceOf(subject);
  const facts = [{ subject, fact }];
  return source === undefined
    ? facts
    : [...facts, ...about(source.value, { ...fact, shift: fact.shift + source.shift })];
}

function sourceOf({ operation, operands }: Instruction): { value: Value; shift: bigint } | undefined {
  const [left, right] = operands;
  if (left === undefined || operation.kind !== 'binary' || operation.width !== 64) return undefined;
  const amount = right?.operation.kind === 'constant' ? right.operation.value : undefined;
  if (amount === undefined) return undefined;
  if (operation.operator === 'add') return { value: left, shift: amount };
  return operation.operator === 'sub' ? { value: left, shift: -amount } : undefined;
}
