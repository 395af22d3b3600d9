import { type Block, Dominators, type Instruction, type IrFunction, type StackSlot, type Value } from '../ir/index.ts';
import { writtenBy } from './memory-location.ts';
import { findShareable, slotOf } from './share-slots.ts';

/** Helpers that read what their pointers to the stack name, and leave it as it is. */
const readers: ReadonlySet<string> = new Set([
  'map_lookup_elem',
  'map_update_elem',
  'map_delete_elem',
  'map_push_elem',
  'perf_event_output',
  'ringbuf_output',
]);

/** What a piece of a slot holds. */
interface Held {
  readonly slot: StackSlot;
  readonly offset: number;
  readonly size: number;
  readonly value: Value;
}

/** Leaves out stores to the stack of what already lies there. */
export function removeRepeatedStores(target: IrFunction): void {
  const slots = findShareable(target);
  if (slots.size === 0) return;
  const after = new Map<Block, readonly Held[]>();
  for (const block of new Dominators(target).order) {
    let held = heldBefore(block, after);
    const kept = block.instructions.filter((instruction) => {
      const stored = storedBy(instruction, slots);
      if (stored !== undefined && held.some((other) => isSame(other, stored))) return false;
      held = held.filter((other) => !changes(instruction, other));
      if (stored !== undefined) held = [...held, stored];
      return true;
    });
    block.instructions.splice(0, block.instructions.length, ...kept);
    after.set(block, held);
  }
}

/** What all predecessors leave; nothing where one of them comes later. */
function heldBefore({ predecessors }: Block, after: ReadonlyMap<Block, readonly Held[]>): readonly Held[] {
  const [first = [], ...others] = predecessors.map((predecessor) => after.get(predecessor) ?? []);
  return first.filter((held) => others.every((list) => list.some((other) => isSame(other, held))));
}

function storedBy({ operation, operands }: Instruction, slots: ReadonlySet<StackSlot>): Held | undefined {
  const [pointer, value] = operands;
  if (operation.kind !== 'store' || pointer === undefined || value === undefined) return undefined;
  const place = slotOf(pointer);
  if (place === undefined || !slots.has(place.slot)) return undefined;
  return { slot: place.slot, offset: place.offset + operation.offset, size: operation.size, value };
}

function isSame(left: Held, right: Held): boolean {
  if (left.slot !== right.slot || left.offset !== right.offset || left.size !== right.size) return false;
  const [first, second] = [left.value.operation, right.value.operation];
  if (first.kind === 'constant' && second.kind === 'constant') return first.value === second.value;
  return left.value === right.value;
}

/** Whether an instruction may write what is held. */
function changes(instruction: Instruction, { slot, offset, size }: Held): boolean {
  const { operation, operands } = instruction;
  if (operation.kind === 'helper') {
    if (readers.has(operation.helper)) return false;
    return operands.some((operand) => slotOf(operand)?.slot === slot);
  }
  const written = writtenBy(instruction);
  const place = written === undefined ? undefined : slotOf(written.pointer);
  if (written === undefined || place?.slot !== slot) return false;
  const start = place.offset + written.offset;
  return start < offset + size && offset < start + written.size;
}
