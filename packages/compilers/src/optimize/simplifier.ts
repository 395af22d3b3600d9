import {
  type BinaryOperator,
  type Block,
  everything,
  Instruction,
  type Interval,
  type IrFunction,
  type Operation,
  type Type,
  type Value,
  type Width,
  within,
} from '../ir/index.ts';
import { type Ranges, rangesOf } from './ranges.ts';
import { Rewriter } from './rewriter.ts';
import { transfer } from './transfer.ts';

/**
 * What rules of simplification work with: the instruction at hand, the values as they are after the rules before, and
 * the means to make new ones in its place.
 */
export class Simplifier {
  readonly rewriter = new Rewriter();
  readonly #function: IrFunction;
  readonly #ranges: Ranges;
  readonly #uses: ReadonlyMap<Value, number>;
  readonly #madeRanges = new Map<Value, Interval>();
  #block: Block | undefined;
  #pending: Instruction[] = [];
  #origin: Instruction | undefined;

  constructor(target: IrFunction) {
    this.#function = target;
    this.#ranges = rangesOf(target);
    this.#uses = countUses(target);
  }

  /** Starts with `instruction` of `block`. */
  start(block: Block, instruction: Instruction | undefined): void {
    this.#block = block;
    this.#origin = instruction;
    this.#pending = [];
  }
  /** Instructions made since {@link start}, to be put before the one at hand. */
  get made(): readonly Instruction[] {
    return this.#pending;
  }

  /** The value in place of operand `index`. */
  operand(instruction: Instruction, index: number): Value {
    const operand = instruction.operands[index];
    if (operand === undefined) throw new Error(`instruction ${instruction.id} has no operand ${index}`);
    return this.rewriter.resolve(operand);
  }
  /** The number that a value always is, as a signed 64-bit number. */
  constantOf(value: Value): bigint | undefined {
    return value.operation.kind === 'constant' ? value.operation.value : undefined;
  }
  range(value: Value): Interval {
    if (this.#ranges.knows(value)) return this.#ranges.at(value, this.#block);
    return value.operation.kind === 'phi' ? everything : this.#rangeOfMade(value);
  }
  /** Of values that were not there when the ranges were computed. */
  #rangeOfMade(value: Value): Interval {
    let range = this.#madeRanges.get(value);
    if (range === undefined) {
      const operands = value.operands.map((operand) => this.range(this.rewriter.resolve(operand)));
      range = transfer(value, operands, this.#function);
      this.#madeRanges.set(value, range);
    }
    return range;
  }
  fits(value: Value, min: bigint, max: bigint): boolean {
    return within(this.range(value), min, max);
  }
  /** Whether nothing but the instruction at hand uses `value`. */
  usedOnce(value: Value): boolean {
    return (this.#uses.get(value) ?? 0) <= 1;
  }

  make(operation: Operation, type: Type, operands: Value[]): Value {
    const made = new Instruction(
      this.#function.nextId++,
      operation,
      type,
      operands,
      this.#block,
      this.#origin?.location ?? this.#block?.terminator?.location,
    );
    this.#pending.push(made);
    return made;
  }
  constant(value: bigint): Value {
    return this.make({ kind: 'constant', value: BigInt.asIntN(64, value) }, 'i64', []);
  }
  binary(operator: BinaryOperator, left: Value, right: Value, width: Width): Value {
    return this.make({ kind: 'binary', operator, width }, 'i64', [left, right]);
  }
  extend(value: Value, bits: 8 | 16 | 32, signed: boolean): Value {
    return this.make({ kind: 'extend', bits, signed }, 'i64', [value]);
  }
}

function countUses(target: IrFunction): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value) => void uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const block of target.blocks) {
    for (const { operands } of block.phis) operands.forEach(count);
    for (const { operands } of block.instructions) operands.forEach(count);
    const { terminator } = block;
    if (terminator?.kind === 'branch') terminator.operands.forEach(count);
    if (terminator?.kind === 'return' && terminator.value !== undefined) count(terminator.value);
  }
  return uses;
}
