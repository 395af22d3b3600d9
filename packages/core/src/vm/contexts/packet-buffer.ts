import { alignUp } from '../../base/bytes.ts';
import type { Memory, OwnedRegion } from '../../maps/memory.ts';

/** Longest packet a context takes, in bytes: what capture files hold at most. */
export const MAX_PACKET = 262_144;

/**
 * The packet in linear memory. Programs may touch what lies between `dataMeta` and `dataEnd`; helpers move the three
 * borders inside the buffer.
 *
 *     hardStart        dataMeta      data              dataEnd        hardEnd
 *     |----headroom----|--metadata---|-----packet------|---tailroom---|
 *                      [    programs may touch this    ]
 *
 * All borders are addresses; they change when the buffer moves ({@link PacketBuffer.makeRoom}).
 */
export class PacketBuffer {
  dataMeta = 0;
  data = 0;
  dataEnd = 0;
  readonly #memory: Memory;
  readonly #writable: boolean;
  #region: OwnedRegion;
  /** Everything that was ever part of the packet since it was laid out: what the next one has to clean. */
  #low = 0;
  #high = 0;

  /** `writable`: whether programs may write to the packet. */
  constructor(memory: Memory, writable: boolean = true) {
    this.#memory = memory;
    this.#writable = writable;
    this.#region = allocate(memory, 4096, writable);
  }

  get hardStart(): number {
    return this.#region.start;
  }
  get hardEnd(): number {
    return this.#region.start + this.#region.stride;
  }
  /** Bytes from `data` to `dataEnd`. */
  get length(): number {
    return this.dataEnd - this.data;
  }

  /** Lays out a packet with that much room around it, zeroed. */
  load(packet: Uint8Array, headroom: number, tailroom: number): void {
    this.#clean();
    const needed = headroom + packet.length + tailroom;
    if (needed > this.#region.stride) this.#replace(needed);
    const data = this.hardStart + headroom;
    this.#memory.u8.set(packet, data);
    this.#low = data;
    this.#high = data + packet.length;
    this.move(data, data, data + packet.length);
  }

  /** Moves the borders; the caller has checked that they lie in the buffer. */
  move(dataMeta: number, data: number, dataEnd: number): void {
    this.dataMeta = dataMeta;
    this.data = data;
    this.dataEnd = dataEnd;
    this.#region.offset = dataMeta - this.#region.start;
    this.#region.size = dataEnd - dataMeta;
    if (dataMeta < this.#low) this.#low = dataMeta;
    if (dataEnd > this.#high) this.#high = dataEnd;
  }

  /** Makes sure of `head` bytes before the metadata and `tail` bytes behind the packet; moves the buffer if need be. */
  makeRoom(head: number, tail: number): void {
    if (this.dataMeta - this.hardStart >= head && this.hardEnd - this.dataEnd >= tail) return;
    const contents = this.#memory.u8.slice(this.dataMeta, this.dataEnd);
    const metadata = this.data - this.dataMeta;
    this.#replace(head + contents.length + tail);
    const start = this.hardStart + head;
    this.#memory.u8.set(contents, start);
    this.#low = start;
    this.#high = start + contents.length;
    this.move(start, start + metadata, this.#high);
  }

  /** A view on `size` bytes at `offset` from the start of the packet, which may be negative for what lies before. */
  bytes(offset: number, size: number): Uint8Array {
    return this.#memory.u8.subarray(this.data + offset, this.data + offset + size);
  }

  /** The 16-bit number in network order at `offset`. */
  u16(offset: number): number {
    return this.#memory.view.getUint16(this.data + offset);
  }
  /** Writes a 16-bit number in network order at `offset`. */
  setU16(offset: number, value: number): void {
    this.#memory.view.setUint16(this.data + offset, value);
  }

  dispose(): void {
    this.#memory.free(this.#region.start);
  }

  #clean(): void {
    this.#memory.u8.fill(0, this.#low, this.#high);
  }

  /** Where there is no memory for the new buffer the old one stays. */
  #replace(size: number): void {
    const region = allocate(this.#memory, size, this.#writable);
    this.#memory.free(this.#region.start);
    this.#region = region;
  }
}

function allocate(memory: Memory, size: number, writable: boolean): OwnedRegion {
  return memory.allocateRegion({
    kind: 'packet',
    name: 'packet',
    count: 1,
    stride: alignUp(size, 4096),
    offset: 0,
    size: 0,
    writable,
    readable: true,
  });
}
