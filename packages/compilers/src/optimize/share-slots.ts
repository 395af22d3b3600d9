import {
  type Block,
  Instruction,
  type IrFunction,
  reversePostorder,
  type StackSlot,
  successors,
  type Value,
} from '../ir/index.ts';
import { readBy, writtenBy } from './memory-location.ts';
import { Rewriter } from './rewriter.ts';

/** Bytes of a slot that are followed one by one; of larger ones any access counts as one of all. */
const MAX_SIZE = 64;

/** Bytes of stack up to which slots are kept apart where that saves stores. */
const PLENTY = 256;

type LiveBytes = Map<StackSlot, bigint>;

/**
 * Lets slots of one size that never hold something at the same time be one slot: keys of map calls above all. What is
 * stored for one call may then still be there for the next, and the same work on two paths is the same code.
 */
export function shareSlots(target: IrFunction): void {
  const shareable = findShareable(target);
  if (shareable.size < 2) return;
  const conflicts = new Conflicts(target, shareable).find();
  const places = choosePlaces(target, shareable, conflicts);
  const rewriter = new Rewriter();
  for (const block of target.blocks) {
    for (const address of [...block.instructions]) {
      const slot = address.operation.kind === 'slot' ? places.get(address.operation.slot) : undefined;
      if (slot === undefined || (address.operation.kind === 'slot' && slot === address.operation.slot)) continue;
      const made = new Instruction(target.nextId++, { kind: 'slot', slot }, address.type, [], block, address.location);
      block.instructions.splice(block.instructions.indexOf(address), 0, made);
      rewriter.replace(address, made);
    }
  }
  rewriter.apply(target);
  const kept = target.slots.filter((slot) => (places.get(slot) ?? slot) === slot);
  target.slots.splice(0, target.slots.length, ...kept);
}

/** The slot that an address lies in, at a distance that is known. */
export function slotOf(pointer: Value): { slot: StackSlot; offset: number } | undefined {
  if (pointer.operation.kind === 'slot') return { slot: pointer.operation.slot, offset: 0 };
  const [base, amount] = pointer.operands;
  if (pointer.operation.kind !== 'pointer-add' || base === undefined || amount?.operation.kind !== 'constant')
    return undefined;
  const inner = slotOf(base);
  return inner === undefined ? undefined : { slot: inner.slot, offset: inner.offset + Number(amount.operation.value) };
}

/** Slots whose addresses go nowhere but into accesses and the arguments of helpers, which do not keep them. */
export function findShareable(target: IrFunction): Set<StackSlot> {
  const shareable = new Set(target.slots);
  const refuse = (value: Value): void => {
    const found = slotOf(value);
    if (found !== undefined) shareable.delete(found.slot);
  };
  for (const { phis, instructions, terminator } of target.blocks) {
    for (const phi of phis) phi.operands.forEach(refuse);
    for (const instruction of instructions) {
      const { kind } = instruction.operation;
      if (kind === 'store' || kind === 'atomic') instruction.operands.slice(1).forEach(refuse);
      else if (!isHarmless(instruction)) instruction.operands.forEach(refuse);
    }
    if (terminator?.kind === 'branch') terminator.operands.forEach(refuse);
    if (terminator?.kind === 'return' && terminator.value !== undefined) refuse(terminator.value);
  }
  return shareable;
}

function isHarmless(instruction: Instruction): boolean {
  const { kind } = instruction.operation;
  if (kind === 'pointer-add') return slotOf(instruction) !== undefined;
  return kind === 'load' || kind === 'zero' || kind === 'copy' || kind === 'helper';
}

/** Finds the slots that hold something at the same time, by liveness of their bytes. */
class Conflicts {
  readonly #order: readonly Block[];
  readonly #shareable: ReadonlySet<StackSlot>;
  readonly #liveIn = new Map<Block, LiveBytes>();
  readonly #found = new Map<StackSlot, Set<StackSlot>>();

  constructor(target: IrFunction, shareable: ReadonlySet<StackSlot>) {
    this.#order = reversePostorder(target).reverse();
    this.#shareable = shareable;
    for (const slot of shareable) this.#found.set(slot, new Set());
  }

  find(): ReadonlyMap<StackSlot, ReadonlySet<StackSlot>> {
    for (let changed = true; changed; ) {
      changed = false;
      for (const block of this.#order) {
        const live = this.#walk(block, () => undefined);
        if (isEqual(live, this.#liveIn.get(block))) continue;
        this.#liveIn.set(block, live);
        changed = true;
      }
    }
    for (const block of this.#order) this.#walk(block, (slot, live) => this.#add(slot, live));
    return this.#found;
  }

  #add(slot: StackSlot, live: LiveBytes): void {
    for (const [other, bytes] of live) {
      if (other === slot || bytes === 0n) continue;
      this.#found.get(slot)?.add(other);
      this.#found.get(other)?.add(slot);
    }
  }

  /** Goes through a block from its end; `touch` is called with each slot that an instruction names, and what is live. */
  #walk(block: Block, touch: (slot: StackSlot, live: LiveBytes) => void): LiveBytes {
    const live: LiveBytes = new Map();
    for (const next of successors(block)) {
      for (const [slot, bytes] of this.#liveIn.get(next) ?? []) live.set(slot, (live.get(slot) ?? 0n) | bytes);
    }
    for (let index = block.instructions.length - 1; index >= 0; index -= 1) {
      const instruction = block.instructions[index];
      if (instruction !== undefined) this.#step(instruction, live, touch);
    }
    return live;
  }

  #step(instruction: Instruction, live: LiveBytes, touch: (slot: StackSlot, live: LiveBytes) => void): void {
    const { kind } = instruction.operation;
    if (kind === 'slot' || kind === 'pointer-add') return;
    const named = new Set<StackSlot>();
    for (const operand of instruction.operands) {
      const found = slotOf(operand);
      if (found !== undefined && this.#shareable.has(found.slot)) named.add(found.slot);
    }
    if (named.size === 0) return;
    for (const slot of named) touch(slot, live);
    const written = kind === 'atomic' ? undefined : writtenBy(instruction);
    const to = written === undefined ? undefined : slotOf(written.pointer);
    if (written !== undefined && to !== undefined && to.slot.size <= MAX_SIZE) {
      live.set(to.slot, (live.get(to.slot) ?? 0n) & ~bytesOf(to.slot, to.offset + written.offset, written.size));
    }
    const read = readBy(instruction);
    const from = read === undefined ? undefined : slotOf(read.pointer);
    if (read !== undefined && from !== undefined) {
      live.set(from.slot, (live.get(from.slot) ?? 0n) | bytesOf(from.slot, from.offset + read.offset, read.size));
    }
    if (kind === 'helper') for (const slot of named) live.set(slot, bytesOf(slot, 0, slot.size));
    for (const slot of named) touch(slot, live);
  }
}

function bytesOf({ size }: StackSlot, offset: number, count: number): bigint {
  return size > MAX_SIZE ? 1n : ((1n << BigInt(count)) - 1n) << BigInt(Math.max(0, offset));
}

function isEqual(left: LiveBytes, right: LiveBytes | undefined): boolean {
  if (right === undefined) return false;
  for (const [slot, bytes] of left) if ((right.get(slot) ?? 0n) !== bytes) return false;
  return [...right].every(([slot, bytes]) => (left.get(slot) ?? 0n) === bytes);
}

/** Slots that are filled alike come first together, so that the second filling finds its bytes in place. */
function choosePlaces(
  target: IrFunction,
  shareable: ReadonlySet<StackSlot>,
  conflicts: ReadonlyMap<StackSlot, ReadonlySet<StackSlot>>,
): Map<StackSlot, StackSlot> {
  const contents = contentsOf(target);
  const members = new Map<StackSlot, StackSlot[]>();
  const places = new Map<StackSlot, StackSlot>();
  const fits = (slot: StackSlot, place: StackSlot): boolean =>
    place.size === slot.size &&
    place.align === slot.align &&
    (members.get(place) ?? []).every((member) => conflicts.get(slot)?.has(member) !== true);
  const isRepeated = (slot: StackSlot): boolean => {
    const own = contents.get(slot);
    const alike = [...shareable].filter((other) => other !== slot && contents.get(other)?.text === own?.text);
    return alike.some((other) => leadsTo(own?.block, contents.get(other)?.block));
  };
  const isScarce = target.slots.reduce((sum, { size }) => sum + size, 0) > PLENTY;
  for (const slot of shareable) {
    const candidates = [...members.keys()].filter((place) => fits(slot, place));
    const text = contents.get(slot)?.text;
    const alike = candidates.find((place) => members.get(place)?.some((member) => contents.get(member)?.text === text));
    // What is stored more than once has a place of its own, where it stays.
    const others = isScarce ? candidates : candidates.filter((place) => !isRepeated(place));
    const place = alike ?? (isRepeated(slot) && !isScarce ? slot : (others[0] ?? slot));
    places.set(slot, place);
    members.set(place, [...(members.get(place) ?? []), slot]);
  }
  return places;
}

/** Whether control may go from one block to the other, either way. */
function leadsTo(first: Block | undefined, second: Block | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  const reaches = (from: Block, to: Block): boolean => {
    const reached = new Set([from]);
    for (const block of reached) for (const next of successors(block)) reached.add(next);
    return reached.has(to);
  };
  return reaches(first, second) || reaches(second, first);
}

/** What is stored to a slot, as text, and where first. */
interface Contents {
  readonly text: string;
  readonly block: Block;
}

function contentsOf(target: IrFunction): Map<StackSlot, Contents> {
  const contents = new Map<StackSlot, Contents>();
  for (const block of target.blocks) {
    for (const instruction of block.instructions) {
      const { operation, operands } = instruction;
      const written = writtenBy(instruction);
      const to = written === undefined ? undefined : slotOf(written.pointer);
      if (written === undefined || to === undefined) continue;
      const [, value] = operands;
      const stored = value?.operation.kind === 'constant' ? `constant ${value.operation.value}` : value?.id;
      const before = contents.get(to.slot);
      const added = `${operation.kind} ${written.offset} ${written.size} ${stored}`;
      contents.set(to.slot, { text: `${before?.text ?? ''} ${added}`, block: before?.block ?? block });
    }
  }
  return contents;
}
