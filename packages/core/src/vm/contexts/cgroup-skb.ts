import { cgroupSkbFields } from '../../abi/contexts/cgroup-skb.ts';
import { verdictName } from '../../abi/verdicts.ts';
import type { Memory } from '../../maps/memory.ts';
import type { ContextOptions } from './context.ts';
import { ETH_HLEN } from './packet-context.ts';
import { SkbContext } from './skb.ts';

/**
 * Context of packet filters of control groups (Linux 4.10): the packet from its network header on, by `data` and
 * `data_end`, to be read only. There is no socket behind it: addresses and ports of `__sk_buff` are 0. What stands
 * before the network header stays as it is; in a test run of the kernel it comes back as zeroes.
 */
export class CgroupSkbContext extends SkbContext {
  /** Bytes before the network header. */
  #front = 0;

  constructor(memory: Memory) {
    super(memory, cgroupSkbFields, { packet: 'read-only' });
  }

  protected override layOut(packet: Uint8Array, options: ContextOptions): void {
    super.layOut(packet, options);
    this.#front = Math.min(ETH_HLEN, packet.length);
    const { data, dataEnd } = this.packet;
    this.packet.move(data + this.#front, data + this.#front, dataEnd);
    this.macHeader = -this.#front;
    this.networkHeader = 0;
  }

  /** These programs have no legacy packet loads: the kernel refuses such a program. */
  override loadPacket(): undefined {
    return undefined;
  }

  override data(): Uint8Array {
    const bytes = this.packet.bytes(-this.#front, this.#front + this.packet.length).slice();
    return this.asTestRun ? bytes.fill(0, 0, this.#front) : bytes;
  }

  verdict(code: number): string {
    return verdictName('cgroup_skb', code) ?? String(code | 0);
  }

  isRedirect(): boolean {
    return false;
  }
}
