import type { ContextField } from '../../abi/contexts/field.ts';
import { SkepError } from '../../base/errors.ts';
import type { Memory, OwnedRegion } from '../../maps/memory.ts';
import type { Context, ContextOptions, PacketCopy, Redirect } from './context.ts';
import { rightsOf } from './field-rights.ts';
import { MAX_PACKET, PacketBuffer } from './packet-buffer.ts';

/** Bytes of an Ethernet header. */
export const ETH_HLEN = 14;

/** What programs may do with the packet; absent: read and write it. */
export interface PacketRights {
  readonly packet?: 'read-only';
}

/** What a packet context is made from. */
export interface PacketContextLayout extends PacketRights {
  /** Name of the structure in faults: `xdp_md`. */
  readonly structure: string;
  /** Bytes of the structure. */
  readonly size: number;
  readonly fields: readonly ContextField[];
  /** Longest packet `BPF_PROG_TEST_RUN` takes whole, in bytes. */
  readonly testRunLimit: number;
}

/** What the contexts of XDP and of socket buffers have in common: the structure, the packet, where it is sent. */
export abstract class PacketContext implements Context {
  readonly packet: PacketBuffer;
  redirect: Redirect | undefined;
  /** Copies sent in this run. */
  copies: PacketCopy[] = [];
  /** True where this run mirrors `BPF_PROG_TEST_RUN`. */
  protected asTestRun = false;
  readonly #memory: Memory;
  readonly #region: OwnedRegion;
  readonly #layout: PacketContextLayout;

  constructor(memory: Memory, layout: PacketContextLayout) {
    this.#memory = memory;
    this.#layout = layout;
    const allowed = rightsOf(layout.fields, layout.size);
    const region: OwnedRegion = memory.allocateRegion({
      kind: 'context',
      name: layout.structure,
      count: 1,
      stride: layout.size,
      offset: 0,
      size: layout.size,
      writable: true,
      readable: true,
      allows: (address, size, write) => {
        const offset = address - region.start;
        if (!allowed(offset, size, write)) return false;
        this.refresh(offset);
        return true;
      },
    });
    this.#region = region;
    this.packet = new PacketBuffer(memory, layout.packet !== 'read-only');
  }

  get address(): number {
    return this.#region.start;
  }

  begin(packet: Uint8Array, options: ContextOptions): void {
    this.asTestRun = options.asTestRun === true;
    this.#checkLength(packet.length);
    this.redirect = undefined;
    if (this.copies.length > 0) this.copies = [];
    this.#memory.u8.fill(0, this.address, this.address + this.#layout.size);
    this.layOut(packet, options);
    this.syncPointers();
  }

  /** Places the packet in its buffer and fills the structure, which is zeroed. */
  protected abstract layOut(packet: Uint8Array, options: ContextOptions): void;
  /** Writes the addresses of the packet into the structure. To be called after every change of the buffer. */
  abstract syncPointers(): void;
  /**
   * Called before each access to the field at `offset` of the structure. Some fields are narrower in the kernel than
   * in the structure: what a program wrote there is cut before it is read or overwritten.
   */
  protected refresh(_offset: number): void {}

  abstract verdict(code: number): string;
  abstract isRedirect(code: number): boolean;
  abstract loadPacket(offset: number, size: 1 | 2 | 4): number | undefined;

  data(): Uint8Array {
    return this.packet.bytes(0, this.packet.length).slice();
  }

  dispose(): void {
    this.packet.dispose();
    this.#memory.free(this.#region.start);
  }

  /** 32-bit field at `offset` of the structure, unsigned. */
  field(offset: number): number {
    return (this.#memory.i32[(this.address + offset) >>> 2] ?? 0) >>> 0;
  }
  /** Writes the 32-bit field at `offset` of the structure. */
  setField(offset: number, value: number): void {
    this.#memory.i32[(this.address + offset) >>> 2] = value;
  }

  /** `size` bytes at `offset` of the packet in network order, unsigned. The caller has checked the bounds. */
  protected loadNumber(offset: number, size: 1 | 2 | 4): number {
    const address = this.packet.data + offset;
    const { view } = this.#memory;
    return size === 1 ? view.getUint8(address) : size === 2 ? view.getUint16(address) : view.getUint32(address);
  }

  #checkLength(length: number): void {
    const limit = this.asTestRun ? this.#layout.testRunLimit : MAX_PACKET;
    if (length > limit) {
      throw new SkepError('SKEP_BAD_PACKET', `packet of ${length} bytes is too long`, {
        reason: this.asTestRun
          ? `a test run in the kernel holds at most ${limit} bytes in one piece`
          : `packets have at most ${limit} bytes`,
      });
    }
    if (this.asTestRun && length < ETH_HLEN) {
      throw new SkepError('SKEP_BAD_PACKET', `packet of ${length} bytes is too short`, {
        reason: `a test run in the kernel wants an Ethernet header, ${ETH_HLEN} bytes`,
        errno: 'EINVAL',
      });
    }
  }
}
