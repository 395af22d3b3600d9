import type { Memory, Region } from '../maps/memory.ts';
import type { Context, ContextOptions, PacketCopy } from './contexts/context.ts';

/** Plain memory as context: r1 is its address. For bare bytecode, which has no program type. */
export class RawContext implements Context {
  readonly redirect: undefined;
  readonly copies: readonly PacketCopy[] = [];
  readonly #memory: Memory;
  readonly #region: Region;

  /** Takes `size` bytes of memory, at least one so that it has an address. */
  constructor(memory: Memory, size: number) {
    this.#memory = memory;
    this.#region = memory.allocateRegion({
      kind: 'packet',
      name: 'memory of the program',
      count: 1,
      stride: Math.max(8, Math.ceil(size / 8) * 8),
      offset: 0,
      size,
      writable: true,
      readable: true,
    });
  }

  get address(): number {
    return this.#region.start;
  }
  get size(): number {
    return this.#region.size;
  }

  begin(packet: Uint8Array, _options?: ContextOptions): void {
    this.#memory.u8.set(packet.subarray(0, this.size), this.address);
  }
  verdict(code: number): string {
    return String(code);
  }
  isRedirect(): boolean {
    return false;
  }
  data(): Uint8Array {
    return this.#memory.u8.slice(this.address, this.address + this.size);
  }
  loadPacket(offset: number, size: 1 | 2 | 4): number | undefined {
    if (offset < 0 || offset + size > this.size) return undefined;
    const { view } = this.#memory;
    const address = this.address + offset;
    return size === 1 ? view.getUint8(address) : size === 2 ? view.getUint16(address) : view.getUint32(address);
  }
  dispose(): void {
    this.#memory.free(this.#region.start);
  }
}
