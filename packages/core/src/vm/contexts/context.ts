/** Where a program sent its packet. */
export type Redirect =
  | {
      readonly kind: 'interface';
      readonly ifindex: number;
      readonly ingress: boolean;
      /** `peer`: into the peer's network namespace (Linux 5.10); `neighbour`: Ethernet header filled in (Linux 5.10). */
      readonly by?: 'peer' | 'neighbour';
    }
  | {
      readonly kind: 'map';
      readonly map: string;
      readonly key: number;
      /** To every entry of the map, whatever the key (Linux 5.14). */
      readonly broadcast?: boolean;
    };

/** A copy of the packet that a program sent while it ran on (`clone_redirect`). */
export interface PacketCopy {
  readonly redirect: Redirect;
  readonly data: Uint8Array;
}

/** Fields of a context by name: numbers, addresses as text, words. */
export type ContextFields = Readonly<Record<string, unknown>>;

/** What a run may set in the context before it starts. */
export interface ContextOptions {
  readonly ifindex: number;
  readonly rxQueue: number;
  /**
   * Limits and set-up of the kernel's `BPF_PROG_TEST_RUN`: packets of less than 14 bytes or more than one page holds
   * are refused, unicast packets are for another host, a socket filter sees the packet from byte 14 on, and
   * {@link Context.data} gives what the kernel copies out (XDP: metadata first; a VLAN tag that was pushed or popped
   * to the side is left out; zeroes for an Ethernet header that the program did not see).
   */
  readonly asTestRun?: boolean;
  /** What a context without a packet (`bpf_sock_addr`, `bpf_sk_lookup`) holds. */
  readonly fields?: Uint8Array | ContextFields;
}

/**
 * The context of a packet program: it lays the packet and the kernel's context structure (`xdp_md`, `__sk_buff`)
 * into linear memory before a run and reads what the program made of them afterwards. Made once per program and
 * used for one run at a time.
 */
export interface Context {
  /** Address of the context structure: r1 at entry. */
  readonly address: number;
  /**
   * What the last redirect helper of this run asked for. It takes effect only where the program then returns
   * XDP_REDIRECT or TC_ACT_REDIRECT: see {@link Context.isRedirect}.
   */
  readonly redirect: Redirect | undefined;
  /** Copies that the program sent in this run, in order. */
  readonly copies: readonly PacketCopy[];
  /** Lays out `packet`. @throws SKEP_BAD_PACKET where the kernel would refuse it. */
  begin(packet: Uint8Array, options: ContextOptions): void;
  /** The kernel's name of a return value, or its number as text where it has none. */
  verdict(code: number): string;
  /** True where this return value makes {@link Context.redirect} take effect. */
  isRedirect(code: number): boolean;
  /** A copy of the packet as it is now. */
  data(): Uint8Array;
  /** A copy of the structure as it is now, of a context without a packet. */
  structure?(): Uint8Array;
  /**
   * The legacy packet loads (RFC 9669, section 5.5; LD_ABS and LD_IND): `size` bytes in network order at `offset` of
   * the packet; undefined outside it, which ends the program with 0.
   */
  loadPacket(offset: number, size: 1 | 2 | 4): number | undefined;
  dispose(): void;
}
