import {
  type Block,
  Dominators,
  equalIntervals,
  everything,
  type Instruction,
  type Interval,
  type IrFunction,
  interval,
  join,
  type Value,
  within,
} from '../ir/index.ts';
import { refineLeft } from './comparison.ts';
import { reverseBytes } from './evaluate.ts';
import { type Fact, Facts } from './facts.ts';
import { transfer } from './transfer.ts';
import { verifierTransfer } from './verifier-transfer.ts';

/** Rounds over the function before intervals that still grow are widened, and rounds after that tighten them again. */
const EXACT_ROUNDS = 3;
const TIGHTENING_ROUNDS = 3;
/** What integer types end at: a loop's variable is widened to one of these before it is given up. */
const limits: readonly bigint[] = [7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n].map((bits) => (1n << bits) - 1n);

/**
 * The intervals of a function's integers: loops are followed until nothing grows, and branches narrow what they
 * compare. An interval holds mathematical integers; the register is equal modulo 2^64.
 */
export class Ranges {
  readonly dominators: Dominators;
  readonly #function: IrFunction;
  readonly #facts: Facts;
  readonly #known = new Map<Value, Interval>();
  /** Edges that no value can take, by the block they leave: `then` is true, `otherwise` false. */
  readonly #reached = new Set<Block>();
  readonly #thresholds: readonly bigint[];
  readonly #transfer: typeof transfer;

  constructor(target: IrFunction, rule: typeof transfer) {
    this.#function = target;
    this.#transfer = rule;
    this.dominators = new Dominators(target);
    this.#facts = new Facts(target, this.dominators);
    this.#thresholds = thresholdsOf(target);
    this.#iterate();
  }

  /** Whether `value` was part of the function, and reached, when the intervals were computed. */
  knows(value: Value): boolean {
    return value.operation.kind === 'constant' || this.#known.has(value);
  }

  /** The interval of `value`, narrowed by the branches above `block` where that is given. */
  at(value: Value, block?: Block): Interval {
    return (block === undefined ? this.#base(value) : this.#refined(value, block)) ?? everything;
  }

  /** Whether control can come to `block`. */
  reaches(block: Block): boolean {
    return this.#reached.has(block);
  }

  #base(value: Value): Interval | undefined {
    const { operation } = value;
    return operation.kind === 'constant' ? interval(operation.value, operation.value) : this.#known.get(value);
  }

  /** Undefined where `value` has no possible value in `block`. */
  #refined(value: Value, block: Block): Interval | undefined {
    const range = this.#apply(this.#base(value), this.#facts.at(value, block));
    return value.operation.kind === 'byte-swap' ? this.#withSource(value, value.operation.bits, range, block) : range;
  }

  /** Bytes that are reversed are equal to a constant, or not, where they were so before with its bytes reversed. */
  #withSource(value: Value, bits: 16 | 32 | 64, start: Interval | undefined, block: Block): Interval | undefined {
    const [source] = value.operands;
    let range = start;
    if (source === undefined) return range;
    const inside = this.#base(source);
    if (inside === undefined || !within(inside, 0n, (1n << BigInt(bits)) - 1n)) return range;
    for (const { operator, other, width, shift: by } of this.#facts.at(source, block)) {
      const constant = other.operation.kind === 'constant' ? other.operation.value : undefined;
      const equality = (operator === 'eq' || operator === 'ne') && by === 0n && width >= bits;
      if (range === undefined || constant === undefined || !equality) continue;
      const reversed = reverseBytes(BigInt.asUintN(bits, constant), bits);
      range = refineLeft(operator, range, interval(reversed, reversed), 64);
    }
    return range;
  }

  #apply(start: Interval | undefined, facts: readonly Fact[]): Interval | undefined {
    let range = start;
    if (facts.length === 0) return range;
    for (const fact of facts) {
      const other = this.#base(fact.other);
      if (range === undefined || other === undefined) return range;
      const shifted = refineLeft(fact.operator, shift(range, fact.shift), other, fact.width);
      range = shifted === undefined ? undefined : shift(shifted, -fact.shift);
    }
    return range;
  }

  #iterate(): void {
    const [entry] = this.#function.blocks;
    if (entry === undefined) return;
    for (let round = 0, changed = true; changed; round += 1) changed = this.#round(entry, round >= EXACT_ROUNDS, false);
    for (let round = 0; round < TIGHTENING_ROUNDS; round += 1) this.#round(entry, false, true);
  }

  #round(entry: Block, widen: boolean, tighten: boolean): boolean {
    let changed = this.#reach(entry);
    for (const block of this.dominators.order) {
      if (!this.#reached.has(block)) continue;
      for (const phi of block.phis) if (this.#update(phi, this.#phi(phi, block), widen, tighten)) changed = true;
      for (const instruction of block.instructions) {
        if (instruction.type !== 'i64') continue;
        const operands = instruction.operands.map((operand) => this.#refined(operand, block) ?? everything);
        if (this.#update(instruction, this.#transfer(instruction, operands, this.#function), false, tighten))
          changed = true;
      }
      for (const next of this.#targets(block)) if (this.#reach(next)) changed = true;
    }
    return changed;
  }

  #reach(block: Block): boolean {
    if (this.#reached.has(block)) return false;
    this.#reached.add(block);
    return true;
  }

  /** Successors that the intervals do not rule out. */
  #targets(block: Block): Block[] {
    const { terminator } = block;
    if (terminator?.kind === 'jump') return [terminator.target];
    if (terminator?.kind !== 'branch') return [];
    return [terminator.then, terminator.otherwise].filter((target) => this.#possible(block, target));
  }

  #possible(from: Block, to: Block): boolean {
    const { terminator } = from;
    if (terminator?.kind !== 'branch') return true;
    return terminator.operands.every((operand) => {
      const range = this.#refined(operand, from);
      return range === undefined || this.#apply(range, this.#facts.edge(operand, from, to)) !== undefined;
    });
  }

  #phi(phi: Instruction, block: Block): Interval | undefined {
    let range: Interval | undefined;
    for (const [index, operand] of phi.operands.entries()) {
      const from = block.predecessors[index];
      if (from === undefined || !this.#reached.has(from) || !this.#possible(from, block)) continue;
      const incoming = this.#apply(this.#refined(operand, from), this.#facts.edge(operand, from, block));
      if (incoming !== undefined) range = range === undefined ? incoming : join(range, incoming);
    }
    return range;
  }

  #update(instruction: Instruction, found: Interval | undefined, widen: boolean, tighten: boolean): boolean {
    if (found === undefined || instruction.type !== 'i64') return false;
    const before = this.#known.get(instruction);
    if (before !== undefined && equalIntervals(before, found)) return false;
    const grown = before === undefined || tighten ? found : join(before, found);
    const next = widen && before !== undefined ? this.#widen(before, grown) : grown;
    if (before !== undefined && equalIntervals(before, next)) return false;
    this.#known.set(instruction, next);
    return true;
  }

  /** Ends that grew go to the next limit, so that the rounds end. */
  #widen(before: Interval, grown: Interval): Interval {
    const { min, max } = grown;
    return {
      min: min === before.min || min === undefined ? min : this.#thresholds.findLast((limit) => limit <= min),
      max: max === before.max || max === undefined ? max : this.#thresholds.find((limit) => limit >= max),
    };
  }
}

/** The intervals of all integers of a function. */
export function rangesOf(target: IrFunction): Ranges {
  return new Ranges(target, transfer);
}

/** What the kernel's verifier is certain to find out about them, which is less. */
export function verifierRangesOf(target: IrFunction): Ranges {
  return new Ranges(target, verifierTransfer);
}

function shift(range: Interval, by: bigint): Interval {
  if (by === 0n) return range;
  const { min, max } = range;
  return { min: min === undefined ? undefined : min + by, max: max === undefined ? undefined : max + by };
}

/** Where widening stops: the ends of types, and the constants of the function with their neighbours. */
function thresholdsOf(target: IrFunction): bigint[] {
  const found = new Set<bigint>([0n]);
  for (const limit of limits) found.add(limit).add(-limit - 1n);
  for (const block of target.blocks) {
    for (const { operation } of block.instructions) {
      if (operation.kind !== 'constant') continue;
      found
        .add(operation.value - 1n)
        .add(operation.value)
        .add(operation.value + 1n);
    }
  }
  return [...found].sort((left, right) => (left < right ? -1 : 1));
}
