import { socketFilterFields } from '../../abi/contexts/socket-filter.ts';
import type { Memory } from '../../maps/memory.ts';
import type { ContextOptions } from './context.ts';
import { ETH_HLEN } from './packet-context.ts';
import { SkbContext } from './skb.ts';

/**
 * Context of socket filters (Linux 3.19). It is that of a filter on a packet socket, which sees the frame from its
 * Ethernet header on; in a test run of the kernel it starts behind that header. The packet is read by legacy loads
 * and `skb_load_bytes` only.
 */
export class SocketFilterContext extends SkbContext {
  constructor(memory: Memory) {
    super(memory, socketFilterFields);
  }

  protected override layOut(packet: Uint8Array, options: ContextOptions): void {
    super.layOut(packet, options);
    if (!this.asTestRun) return;
    const { data, dataEnd } = this.packet;
    this.packet.move(data + ETH_HLEN, data + ETH_HLEN, dataEnd);
    this.macHeader = -ETH_HLEN;
    this.networkHeader = 0;
  }

  /** In a test run the header that was taken off comes back as zeroes. */
  override data(): Uint8Array {
    const bytes = super.data();
    if (!this.asTestRun) return bytes;
    const framed = new Uint8Array(ETH_HLEN + bytes.length);
    framed.set(bytes, ETH_HLEN);
    return framed;
  }

  /** A socket filter returns how many bytes of the packet to keep: the number is the verdict. */
  verdict(code: number): string {
    return String(code >>> 0);
  }

  isRedirect(): boolean {
    return false;
  }
}
