import {
  type Block,
  Dominators,
  type Instruction,
  type Interval,
  type IrFunction,
  type Value,
  within,
} from '../ir/index.ts';
import { escapingSlots, isConstantMemory, type MemoryLocation, mayOverlap, writtenBy } from './memory-location.ts';
import { type Ranges, rangesOf } from './ranges.ts';
import { Rewriter } from './rewriter.ts';
import { signedLimits, unsignedLimits } from './views.ts';

/** A value that memory is known to hold, as a load of it would give it. */
interface Known extends MemoryLocation {
  readonly signed: boolean;
  readonly value: Value;
}

/** Takes the value that was stored, or loaded before, instead of loading it once more. True where it could. */
export function forwardLoads(target: IrFunction): boolean {
  const loads = target.blocks.some(({ instructions }) =>
    instructions.some(({ operation }) => operation.kind === 'load'),
  );
  return loads && new Forwarding(target).run();
}

class Forwarding {
  readonly #target: IrFunction;
  #ranges: Ranges | undefined;
  readonly #escaping: ReadonlySet<Value>;
  readonly #rewriter = new Rewriter();
  readonly #after = new Map<Block, Known[]>();

  constructor(target: IrFunction) {
    this.#target = target;
    this.#escaping = escapingSlots(target.blocks.flatMap(({ phis, instructions }) => [...phis, ...instructions]));
  }

  run(): boolean {
    for (const block of new Dominators(this.#target).order) {
      let known = this.#before(block);
      for (const instruction of block.instructions) known = this.#step(instruction, block, known);
      this.#after.set(block, known);
    }
    this.#rewriter.apply(this.#target);
    return this.#rewriter.changed;
  }

  /** What is known at the start of a block: what all its predecessors know. */
  #before(block: Block): Known[] {
    const [first, ...others] = block.predecessors.map((predecessor) => this.#after.get(predecessor));
    if (first === undefined) return [];
    return first.filter((known) => others.every((other) => other?.some((entry) => sameKnowledge(entry, known))));
  }

  #step(instruction: Instruction, block: Block, known: Known[]): Known[] {
    const { operation } = instruction;
    if (operation.kind === 'load') return this.#load(instruction, known);
    if (operation.kind === 'call') return known.filter((entry) => this.#survivesCall(entry, true, true));
    if (operation.kind === 'helper') {
      const { writes, packet } = operation.effects;
      return known.filter((entry) => this.#survivesCall(entry, writes, packet));
    }
    const written = writtenBy(instruction);
    if (written === undefined) return known;
    const pointer = this.#rewriter.resolve(written.pointer);
    const kept = known.filter((entry) => !mayOverlap(entry, { ...written, pointer }));
    return operation.kind === 'store' ? [...kept, ...this.#stored(instruction, pointer, block)] : kept;
  }

  #load(instruction: Instruction, known: Known[]): Known[] {
    const { operation } = instruction;
    const [address] = instruction.operands;
    if (operation.kind !== 'load' || address === undefined) return known;
    const pointer = this.#rewriter.resolve(address);
    const { size, offset, signed } = operation;
    const found = known.find((entry) => sameLoad(entry, { pointer, size, offset, signed }));
    if (found !== undefined && found.value.type === instruction.type) {
      this.#rewriter.replace(instruction, found.value);
      return known;
    }
    return [...known, { pointer, size, offset, signed, value: instruction }];
  }

  /** A stored value is what a load gives where it fits the size. */
  #stored(instruction: Instruction, pointer: Value, block: Block): Known[] {
    const { operation } = instruction;
    const [, operand] = instruction.operands;
    if (operation.kind !== 'store' || operand === undefined) return [];
    const value = this.#rewriter.resolve(operand);
    const { size, offset } = operation;
    const fits = ({ min = 0n, max = 0n }) => within(this.#range(value, block), min, max);
    const whole = size === 8;
    const known = { pointer, size, offset, value };
    return [
      ...(whole || fits(limits(size, false)) ? [{ ...known, signed: false }] : []),
      ...(whole || fits(limits(size, true)) ? [{ ...known, signed: true }] : []),
    ];
  }

  /** Computed where it is needed first: many functions store whole words only. */
  #range(value: Value, block: Block): Interval {
    this.#ranges ??= rangesOf(this.#target);
    return this.#ranges.at(value, block);
  }

  #survivesCall({ pointer, value }: Known, writes: boolean, packet: boolean): boolean {
    if (pointer.operation.kind === 'slot' && !this.#escaping.has(pointer)) return true;
    if (isConstantMemory(pointer)) return true;
    const inPacket = pointer.type === 'packet' || pointer.type === 'packet_meta';
    const toPacket = value.type === 'packet' || value.type === 'packet_end' || value.type === 'packet_meta';
    if (packet && (inPacket || toPacket || pointer.type === 'context')) return false;
    if (inPacket || pointer.type === 'context') return true;
    return !writes;
  }
}

function limits(size: number, signed: boolean): { min?: bigint; max?: bigint } {
  const { min, max } = signed ? signedLimits(size * 8) : unsignedLimits(size * 8);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function sameLoad(entry: Known, load: MemoryLocation & { readonly signed: boolean }): boolean {
  return (
    entry.pointer === load.pointer &&
    entry.offset === load.offset &&
    entry.size === load.size &&
    (entry.signed === load.signed || load.size === 8)
  );
}

function sameKnowledge(left: Known, right: Known): boolean {
  return sameLoad(left, right) && left.value === right.value;
}
