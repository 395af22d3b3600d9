import { type AccessSize, type Block, Instruction, type IrFunction, type Value } from '../ir/index.ts';
import { type MemoryLocation, mayOverlap, readBy, writtenBy } from './memory-location.ts';

/** Constant bytes that are still to be written behind one pointer, by offset. */
interface Pending {
  readonly pointer: Value;
  readonly bytes: Map<number, number>;
  /** The stores these come from; they are dropped when the bytes are written. */
  readonly sources: Set<Instruction>;
}

/** Longest run of constant bytes that is kept back: larger blocks are zeroed as blocks. */
const LARGEST_ZERO = 64;

/**
 * Writes neighbouring constants with fewer stores, and leaves out bytes that are written again before they are read.
 * Constants of one block are kept back until something may read them or the block ends.
 */
export function mergeStores(target: IrFunction): void {
  for (const block of target.blocks) new Merging(target, block).run();
}

class Merging {
  readonly #target: IrFunction;
  readonly #block: Block;
  readonly #output: Instruction[] = [];
  #pending: Pending[] = [];

  constructor(target: IrFunction, block: Block) {
    this.#target = target;
    this.#block = block;
  }

  run(): void {
    const { instructions } = this.#block;
    for (const instruction of instructions) this.#step(instruction);
    this.#flush(() => true);
    instructions.splice(0, instructions.length, ...this.#output);
  }

  #step(instruction: Instruction): void {
    if (this.#keepBack(instruction)) return;
    const { kind } = instruction.operation;
    if (kind === 'helper' || kind === 'call') this.#flush(() => true);
    const read = readBy(instruction);
    if (read !== undefined) this.#flush((pending) => touches(pending, read));
    const written = writtenBy(instruction);
    if (written !== undefined) this.#overwrite(instruction, written);
    this.#output.push(instruction);
  }

  /** Constants wait; true where `instruction` does. */
  #keepBack(instruction: Instruction): boolean {
    const written = writtenBy(instruction);
    const bytes = constantBytes(instruction);
    if (written === undefined || bytes === undefined) return false;
    this.#flush((pending) => pending.pointer !== written.pointer && touches(pending, written));
    const found = this.#pending.find(({ pointer }) => pointer === written.pointer);
    const pending = found ?? { pointer: written.pointer, bytes: new Map(), sources: new Set() };
    if (found === undefined) this.#pending.push(pending);
    for (const [index, byte] of bytes.entries()) pending.bytes.set(written.offset + index, byte);
    pending.sources.add(instruction);
    return true;
  }

  /** A store of a variable: constants that it covers need not be written; others through another pointer may. */
  #overwrite({ operation }: Instruction, written: MemoryLocation): void {
    const reads = operation.kind === 'atomic';
    this.#flush((pending) => (reads || pending.pointer !== written.pointer) && touches(pending, written));
    const same = this.#pending.find(({ pointer }) => pointer === written.pointer);
    for (let at = 0; at < written.size; at += 1) same?.bytes.delete(written.offset + at);
  }

  #flush(wanted: (pending: Pending) => boolean): void {
    for (const pending of this.#pending) if (wanted(pending)) this.#write(pending);
    this.#pending = this.#pending.filter((pending) => !wanted(pending));
  }

  #write({ pointer, bytes, sources }: Pending): void {
    const offsets = [...bytes.keys()].sort((left, right) => left - right);
    const location = [...sources].at(-1)?.location;
    for (let index = 0; index < offsets.length; ) {
      const offset = offsets[index] ?? 0;
      const size = widest(bytes, offset, pointer);
      const value = this.#make({ kind: 'constant', value: read(bytes, offset, size) }, 'i64', [], location);
      this.#make({ kind: 'store', size, offset }, 'none', [pointer, value], location);
      index += size;
    }
  }

  #make(
    operation: Instruction['operation'],
    type: Instruction['type'],
    operands: Value[],
    location: Instruction['location'],
  ): Instruction {
    const made = new Instruction(this.#target.nextId++, operation, type, operands, this.#block, location);
    this.#output.push(made);
    return made;
  }
}

function touches({ pointer, bytes }: Pending, location: MemoryLocation): boolean {
  if (pointer !== location.pointer) return mayOverlap({ pointer, offset: 0, size: 1 }, location);
  for (let at = 0; at < location.size; at += 1) if (bytes.has(location.offset + at)) return true;
  return false;
}

/** The bytes that a store of a constant writes, or a small block of zeroes. */
function constantBytes({ operation, operands: [, value] }: Instruction): number[] | undefined {
  if (operation.kind === 'zero') {
    return operation.size > LARGEST_ZERO ? undefined : Array.from({ length: operation.size }, () => 0);
  }
  if (operation.kind !== 'store' || value?.operation.kind !== 'constant') return undefined;
  const constant = value.operation.value;
  return Array.from({ length: operation.size }, (_, at) => Number((constant >> BigInt(8 * at)) & 0xffn));
}

/** The largest store that starts at `offset`: whole, aligned, and with an immediate of 32 bits. */
function widest(bytes: ReadonlyMap<number, number>, offset: number, pointer: Value): AccessSize {
  const mayBeUnaligned = pointer.type === 'packet' || pointer.type === 'packet_meta';
  for (const size of [8, 4, 2] as const) {
    if (!mayBeUnaligned && offset % size !== 0) continue;
    let whole = true;
    for (let at = 0; at < size; at += 1) if (!bytes.has(offset + at)) whole = false;
    if (whole && (size < 8 || fitsImmediate(read(bytes, offset, 8)))) return size;
  }
  return 1;
}

function fitsImmediate(value: bigint): boolean {
  return value === BigInt.asIntN(32, value);
}

function read(bytes: ReadonlyMap<number, number>, offset: number, size: AccessSize): bigint {
  let value = 0n;
  for (let at = size - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes.get(offset + at) ?? 0);
  return BigInt.asIntN(size * 8, value);
}
