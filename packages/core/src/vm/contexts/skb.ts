import type { ContextField } from '../../abi/contexts/field.ts';
import { SkBuff } from '../../abi/contexts/sk-buff.ts';
import { SkepError } from '../../base/errors.ts';
import type { Memory } from '../../maps/memory.ts';
import type { ContextOptions } from './context.ts';
import { ETH_HLEN, PacketContext, type PacketRights } from './packet-context.ts';

/** Room kept before and behind a packet, so that few programs make the buffer move. */
const ROOM = 256;
/** Offsets below these count from the network header and from the Ethernet header (linux/filter.h). */
const SKF_NET_OFF = -0x100000;
const SKF_LL_OFF = -0x200000;
/** First EtherType; a smaller number in its place is a length (IEEE 802.3). */
const ETH_P_802_3_MIN = 0x0600;
const ETH_P_802_3 = 0x0001;
const ETH_P_802_2 = 0x0004;
/** EtherTypes and header lengths of IP. */
export const ETH_P_IP = 0x0800;
export const ETH_P_IPV6 = 0x86dd;
export const IPV4_HEADER = 20;
export const IPV6_HEADER = 40;
const PacketType = { HOST: 0, BROADCAST: 1, MULTICAST: 2, OTHERHOST: 3 } as const;
/** {@link SkbContext.checksumLevel} of a packet whose checksums nobody looked at. */
export const NO_CHECKSUM = -1;
/** First number of a transmit queue that cannot be set. */
const NO_QUEUE_MAPPING = 0xffff;

/** Both ways between host and network order, 16 bits. */
export function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

/**
 * Context of the programs that see a socket buffer: `struct __sk_buff` and a packet in one piece (no fragments, no
 * GSO, no socket: `sk` is null). An 802.1Q tag of a captured frame stays in the packet, as in a test run; a tag that
 * a program pushes stands beside it in `vlan_tci` and `vlan_proto`, as in the kernel, and {@link Context.data} puts
 * it back into the frame.
 */
export abstract class SkbContext extends PacketContext {
  /** Where the headers start, as offsets from the start of the packet; below 0 where they lie before it. */
  macHeader = 0;
  networkHeader: number = ETH_HLEN;
  /**
   * How many checksums beyond the first were found right on receipt (CHECKSUM_UNNECESSARY), or -1: none was looked at
   * (CHECKSUM_NONE), as packets arrive here.
   */
  checksumLevel: number = NO_CHECKSUM;
  #queueMapping = 0;

  constructor(memory: Memory, fields: readonly ContextField[], rights?: PacketRights) {
    // A test run holds a packet in one page with 64 bytes before it and 320 behind it.
    super(memory, { structure: '__sk_buff', size: SkBuff.SIZE, fields, testRunLimit: 4096 - 64 - 320, ...rights });
  }

  protected layOut(packet: Uint8Array, options: ContextOptions): void {
    if (this.asTestRun) checkHeader(packet);
    this.packet.load(packet, ROOM, ROOM);
    this.macHeader = 0;
    this.networkHeader = Math.min(ETH_HLEN, packet.length);
    this.checksumLevel = NO_CHECKSUM;
    this.#queueMapping = 0;
    this.setField(SkBuff.PROTOCOL, swap16(etherType(packet)));
    this.setField(SkBuff.PKT_TYPE, packetType(packet, this.asTestRun));
    this.setField(SkBuff.IFINDEX, options.ifindex);
    if (this.asTestRun) return;
    this.setField(SkBuff.INGRESS_IFINDEX, options.ifindex);
    this.setField(SkBuff.WIRE_LEN, packet.length);
  }

  syncPointers(): void {
    const { data, dataEnd, length } = this.packet;
    this.setField(SkBuff.DATA, data);
    this.setField(SkBuff.DATA_END, dataEnd);
    this.setField(SkBuff.DATA_META, data);
    this.setField(SkBuff.LEN, length);
  }

  /** tc_index and tc_classid hold 16 bits; a queue_mapping of 65535 or more is not taken. */
  protected override refresh(offset: number): void {
    if ((offset & ~3) === SkBuff.TC_INDEX) this.setField(SkBuff.TC_INDEX, this.field(SkBuff.TC_INDEX) & 0xffff);
    if ((offset & ~3) === SkBuff.TC_CLASSID) this.setField(SkBuff.TC_CLASSID, this.field(SkBuff.TC_CLASSID) & 0xffff);
    if ((offset & ~3) === SkBuff.QUEUE_MAPPING) this.#keepQueue();
  }

  #keepQueue(): void {
    const queue = this.field(SkBuff.QUEUE_MAPPING);
    if (queue < NO_QUEUE_MAPPING) this.#queueMapping = queue;
    else this.setField(SkBuff.QUEUE_MAPPING, this.#queueMapping);
  }

  loadPacket(offset: number, size: 1 | 2 | 4): number | undefined {
    const at = this.#resolve(offset);
    const { data, dataEnd, hardStart } = this.packet;
    if (at === undefined || data + at < hardStart || data + at + size > dataEnd) return undefined;
    return this.loadNumber(at, size);
  }

  /** An offset of a legacy load as an offset from the start of the packet. */
  #resolve(offset: number): number | undefined {
    if (offset >= 0) return offset;
    if (offset >= SKF_NET_OFF) return this.networkHeader + offset - SKF_NET_OFF;
    if (offset >= SKF_LL_OFF) return this.macHeader + offset - SKF_LL_OFF;
    return undefined;
  }

  override data(): Uint8Array {
    const bytes = super.data();
    if (this.asTestRun || this.field(SkBuff.VLAN_PRESENT) === 0 || bytes.length < 12) return bytes;
    const tagged = new Uint8Array(bytes.length + 4);
    tagged.set(bytes.subarray(0, 12));
    const view = new DataView(tagged.buffer);
    view.setUint16(12, swap16(this.field(SkBuff.VLAN_PROTO)));
    view.setUint16(14, this.field(SkBuff.VLAN_TCI));
    tagged.set(bytes.subarray(12), 16);
    return tagged;
  }

  /** EtherType of the packet, host order: `protocol`. */
  get protocol(): number {
    return swap16(this.field(SkBuff.PROTOCOL));
  }
  set protocol(value: number) {
    this.setField(SkBuff.PROTOCOL, swap16(value));
  }

  /**
   * Opens a gap of `size` zero bytes at `at`: what stands before it moves to the front. Offsets of headers stay as
   * they are.
   */
  insert(at: number, size: number): void {
    this.packet.makeRoom(size + ROOM, 0);
    const { data, dataEnd } = this.packet;
    this.packet.move(data - size, data - size, dataEnd);
    const front = this.packet.bytes(0, at + size);
    front.copyWithin(0, size);
    front.fill(0, at);
    this.syncPointers();
  }

  /** Takes out `size` bytes at `at`: what stands before them moves up. */
  remove(at: number, size: number): void {
    const { data, dataEnd } = this.packet;
    this.packet.bytes(0, at + size).copyWithin(size, 0, at);
    this.packet.move(data + size, data + size, dataEnd);
    this.syncPointers();
  }

  /** Cuts the packet or lengthens it with zeroes. */
  setLength(length: number): void {
    const before = this.packet.length;
    this.packet.makeRoom(0, Math.max(0, length - before));
    const { data, dataMeta } = this.packet;
    this.packet.move(dataMeta, data, data + length);
    if (length > before) this.packet.bytes(before, length - before).fill(0);
    this.syncPointers();
  }
}

/** A test run wants IP headers whole. @throws SKEP_BAD_PACKET. */
function checkHeader(packet: Uint8Array): void {
  const type = etherType(packet);
  const least = ETH_HLEN + (type === ETH_P_IP ? IPV4_HEADER : type === ETH_P_IPV6 ? IPV6_HEADER : 0);
  if (packet.length >= least) return;
  throw new SkepError('SKEP_BAD_PACKET', `packet of ${packet.length} bytes is too short`, {
    reason: `a test run in the kernel wants its IP header whole, ${least} bytes`,
    errno: 'EINVAL',
  });
}

/** What the kernel finds as protocol of an Ethernet frame: its EtherType, or which kind of 802.3 frame it is. */
export function etherType(packet: Uint8Array): number {
  if (packet.length < ETH_HLEN) return 0;
  const field = ((packet[12] ?? 0) << 8) | (packet[13] ?? 0);
  if (field >= ETH_P_802_3_MIN) return field;
  return packet[14] === 0xff && packet[15] === 0xff ? ETH_P_802_3 : ETH_P_802_2;
}

/**
 * For whom the frame is. The VM knows no address of its own and takes unicast as its own; a test run compares with
 * the loopback interface's two addresses, which are all zeroes.
 */
function packetType(packet: Uint8Array, asTestRun: boolean): number {
  const destination = packet.subarray(0, 6);
  if (((destination[0] ?? 0) & 1) !== 0) {
    const broadcast = !asTestRun && destination.every((byte) => byte === 0xff);
    return broadcast ? PacketType.BROADCAST : PacketType.MULTICAST;
  }
  return asTestRun && destination.some((byte) => byte !== 0) ? PacketType.OTHERHOST : PacketType.HOST;
}
