import { accessOf, copiedSpace, layoutOf, type PacketMemory, parse, viewAt } from '@skep/bpf/runtime';
import { SkBuff, XdpMd } from '@skep/core/abi';
import type { Memory } from '@skep/core/maps';
import { type Context, SkbContext, XdpContext } from '@skep/core/vm';

/** The packet of a context as views see it. */
abstract class PlainPacket implements PacketMemory {
  readonly #memory: Memory;
  abstract readonly data: number;
  abstract readonly dataEnd: number;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get view(): DataView {
    return this.#memory.view;
  }
  get u8(): Uint8Array {
    return this.#memory.u8;
  }

  at(schema: unknown, offset: number): unknown {
    return viewAt(this, schema, offset);
  }
  parse(...headers: readonly unknown[]): unknown[] | undefined {
    return parse(this, headers);
  }
}

/** The context of an XDP program in plain TypeScript, over the frame of the VM's. */
class PlainXdp extends PlainPacket {
  readonly #context: XdpContext;

  constructor(context: XdpContext, memory: Memory) {
    super(memory);
    this.#context = context;
  }

  get data(): number {
    return this.#context.packet.data;
  }
  get dataEnd(): number {
    return this.#context.packet.dataEnd;
  }
  get length(): number {
    return this.#context.packet.length;
  }
  get ifindex(): number {
    return this.#context.field(XdpMd.INGRESS_IFINDEX);
  }
  get rxQueue(): number {
    return this.#context.field(XdpMd.RX_QUEUE_INDEX);
  }
  adjustHead(delta: number): boolean {
    return this.#context.adjustHead(delta) === 0;
  }
  adjustTail(delta: number): boolean {
    return this.#context.adjustTail(delta) === 0;
  }
}

/** The context of a program that sees a socket buffer, over the VM's: all of the packet is linear. */
class PlainSkb extends PlainPacket {
  readonly #context: SkbContext;

  constructor(context: SkbContext, memory: Memory) {
    super(memory);
    this.#context = context;
  }

  get data(): number {
    return this.#context.packet.data;
  }
  get dataEnd(): number {
    return this.#context.packet.dataEnd;
  }
  get length(): number {
    return this.#context.field(SkBuff.LEN);
  }
  get ifindex(): number {
    return this.#context.field(SkBuff.IFINDEX);
  }
  get protocol(): number {
    return this.#context.protocol;
  }
  get hash(): number {
    return this.#context.field(SkBuff.HASH);
  }
  get mark(): number {
    return this.#context.field(SkBuff.MARK);
  }
  set mark(value: number) {
    this.#context.setField(SkBuff.MARK, value);
  }
  get priority(): number {
    return this.#context.field(SkBuff.PRIORITY);
  }
  set priority(value: number) {
    this.#context.setField(SkBuff.PRIORITY, value);
  }
  pull(length: number): boolean {
    return length <= this.#context.packet.length;
  }
  copy(schema: unknown, offset: number): unknown {
    const layout = layoutOf(schema);
    const at = this.data + offset;
    if (offset < 0 || at + layout.size > this.dataEnd) return undefined;
    return accessOf(layout).read(copiedSpace(this, at, layout.size), 0);
  }
}

/** What a program in plain TypeScript gets as its context, or undefined for a type that the VM does not run. */
export function plainContext(context: Context, memory: Memory): object | undefined {
  if (context instanceof XdpContext) return new PlainXdp(context, memory);
  return context instanceof SkbContext ? new PlainSkb(context, memory) : undefined;
}
