import { XdpMd, xdpMdFields } from '../../abi/contexts/xdp.ts';
import { verdictName } from '../../abi/verdicts.ts';
import { Errno } from '../../maps/errno.ts';
import type { Memory } from '../../maps/memory.ts';
import type { ContextOptions } from './context.ts';
import { ETH_HLEN, PacketContext } from './packet-context.ts';

/** The kernel's frame of one page: headroom before the packet, `skb_shared_info` behind it. */
const FRAME_SIZE = 4096;
const HEADROOM = 256;
const SHARED_INFO = 320;
/** `struct xdp_frame`, which the kernel keeps at the start of the headroom. */
const XDP_FRAME = 40;
/** Metadata is a multiple of 4 bytes, and its length fits in 8 bits. */
const LARGEST_METADATA = 255;

/** Return value by which a redirect takes effect. */
export const XDP_REDIRECT = 4;

/**
 * Context of XDP programs (Linux 4.8): `struct xdp_md` and a frame laid out as a driver does.
 *
 *     hardStart                       data                             hardEnd
 *     |-xdp_frame 40-|-headroom 216---|-packet-|-tailroom-|-reserved 320-|
 *     |<------------------------------- 4096 ---------------------------->|   longer for longer packets
 *
 * The helpers that move its borders are here, because the rules are those of the frame.
 */
export class XdpContext extends PacketContext {
  /** First address that the packet may not grow over. */
  #limit = 0;

  constructor(memory: Memory) {
    super(memory, {
      structure: 'xdp_md',
      size: XdpMd.SIZE,
      fields: xdpMdFields,
      testRunLimit: FRAME_SIZE - HEADROOM - SHARED_INFO,
    });
  }

  protected layOut(packet: Uint8Array, options: ContextOptions): void {
    const growth = Math.max(0, FRAME_SIZE - HEADROOM - SHARED_INFO - packet.length);
    this.packet.load(packet, HEADROOM, growth + SHARED_INFO);
    this.#limit = this.packet.dataEnd + growth;
    this.setField(XdpMd.INGRESS_IFINDEX, options.ifindex);
    this.setField(XdpMd.RX_QUEUE_INDEX, options.rxQueue);
  }

  syncPointers(): void {
    this.setField(XdpMd.DATA, this.packet.data);
    this.setField(XdpMd.DATA_END, this.packet.dataEnd);
    this.setField(XdpMd.DATA_META, this.packet.dataMeta);
  }

  /** A code above XDP_REDIRECT is treated as XDP_ABORTED, as drivers do. */
  verdict(code: number): string {
    return verdictName('xdp', code) ?? 'XDP_ABORTED';
  }

  isRedirect(code: number): boolean {
    return code === XDP_REDIRECT;
  }

  /** XDP has no legacy packet loads: the kernel refuses such a program. */
  loadPacket(): undefined {
    return undefined;
  }

  override data(): Uint8Array {
    const metadata = this.asTestRun ? this.packet.data - this.packet.dataMeta : 0;
    return this.packet.bytes(-metadata, metadata + this.packet.length).slice();
  }

  /** Moves the start of the packet by `delta` bytes, metadata along with it; 0 or a negative error number. */
  adjustHead(delta: number): number {
    const { data, dataMeta, dataEnd, hardStart } = this.packet;
    const metadata = data - dataMeta;
    const start = data + delta;
    if (start < hardStart + XDP_FRAME + metadata || start > dataEnd - ETH_HLEN) return Errno.EINVAL;
    const copy = this.packet.bytes(-metadata, metadata).slice();
    this.packet.move(start - metadata, start, dataEnd);
    this.packet.bytes(-metadata, metadata).set(copy);
    this.syncPointers();
    return 0;
  }

  /** Moves the end of the packet by `delta` bytes, what is new zeroed; 0 or a negative error number. */
  adjustTail(delta: number): number {
    const { data, dataMeta, dataEnd } = this.packet;
    const end = dataEnd + delta;
    if (end > this.#limit || end < data + ETH_HLEN) return Errno.EINVAL;
    this.packet.move(dataMeta, data, end);
    if (delta > 0) this.packet.bytes(dataEnd - data, delta).fill(0);
    this.syncPointers();
    return 0;
  }

  /** Moves the start of the metadata by `delta` bytes; 0 or a negative error number. */
  adjustMeta(delta: number): number {
    const { data, dataMeta, dataEnd, hardStart } = this.packet;
    const start = dataMeta + delta;
    if (start < hardStart + XDP_FRAME || start > data) return Errno.EINVAL;
    if ((data - start) % 4 !== 0 || data - start > LARGEST_METADATA) return Errno.EACCES;
    this.packet.move(start, data, dataEnd);
    this.syncPointers();
    return 0;
  }
}
