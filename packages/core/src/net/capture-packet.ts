/** One interface of a capture: a pcap file has exactly one, a pcapng section any number. */
export interface CaptureInterface {
  /** Link-layer header type of its packets; see link-type.ts. */
  readonly linkType: number;
  /** Most bytes that were kept of a packet; 0 for no limit. */
  readonly snapLength: number;
  /** `if_name` of pcapng, such as `eth0`. */
  readonly name?: string;
}

/**
 * One packet of a capture. The time is held as two numbers, because a `bigint` for each packet would cost more than
 * reading it.
 */
export class CapturePacket {
  /** Its number in the file, from 1. */
  readonly number: number;
  /** Whole seconds since 1970-01-01 UTC. */
  readonly seconds: number;
  /** Nanoseconds after `seconds`, 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** The bytes that were kept: a view on the chunk they came in, not a copy. */
  readonly data: Uint8Array;
  /** Length of the packet on the wire, in bytes. */
  readonly originalLength: number;
  /** Link-layer header type of `data`; see link-type.ts. */
  readonly linkType: number;
  /** Index of the interface in its section; 0 in a pcap file. */
  readonly interfaceId: number;

  constructor(
    number: number,
    seconds: number,
    nanoseconds: number,
    data: Uint8Array,
    originalLength: number,
    linkType: number,
    interfaceId: number,
  ) {
    this.number = number;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.data = data;
    this.originalLength = originalLength;
    this.linkType = linkType;
    this.interfaceId = interfaceId;
  }

  /** Nanoseconds since 1970-01-01 UTC. */
  get timestamp(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds);
  }

  /** True where the capture kept fewer bytes than were on the wire. */
  get truncated(): boolean {
    return this.data.length < this.originalLength;
  }
}

/** A packet to write; a {@link CapturePacket} is one. */
export type WritablePacket = {
  readonly data: Uint8Array;
  /** Length on the wire; default: that of `data`. */
  readonly originalLength?: number;
  /** pcapng: index into the writer's interfaces; default 0. */
  readonly interfaceId?: number;
} & (
  | { readonly seconds: number; readonly nanoseconds: number }
  /** Nanoseconds since 1970-01-01 UTC. */
  | { readonly timestamp: bigint }
);

/** A reader of one capture format, fed by the capture parser. */
export interface RecordReader {
  readonly format: 'pcap' | 'pcapng';
  readonly littleEndian: boolean;
  /** The interfaces known so far in this section. */
  readonly interfaces: readonly CaptureInterface[];
  /** Packets read so far. */
  readonly packetCount: number;
  /** File offset of the next record. */
  readonly offset: number;
  /**
   * Reads the record at `start` and gives its size in bytes. Where that is more than `end - start` the record is not
   * all there: nothing was read, and the call is to be made again once that many bytes are there.
   * @throws SKEP_BAD_CAPTURE
   */
  read(bytes: Uint8Array, view: DataView, start: number, end: number, packets: CapturePacket[]): number;
}
