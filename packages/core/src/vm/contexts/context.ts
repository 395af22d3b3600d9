/** Where a program sent its packet. */
export type Redirect =
  | { readonly kind: 'interface'; readonly ifindex: number; readonly ingress: boolean }
  | { readonly kind: 'map'; readonly map: string; readonly key: number };

/** What a run may set in the context before it starts. */
export interface ContextOptions {
  readonly ifindex: number;
  readonly rxQueue: number;
}

/**
 * The context of a packet program: it lays the packet and the kernel's context structure (`xdp_md`, `__sk_buff`)
 * into linear memory before a run and reads what the program made of them afterwards. Made once per program and
 * used for one run at a time.
 */
export interface Context {
  /** Address of the context structure: r1 at entry. */
  readonly address: number;
  /** Where the program redirected the packet in this run, if it did. */
  readonly redirect: Redirect | undefined;
  /** Lays out `packet`. @throws SKEP_BAD_PACKET where the kernel would refuse it. */
  begin(packet: Uint8Array, options: ContextOptions): void;
  /** The kernel's name of a return value, or its number as text where it has none. */
  verdict(code: number): string;
  /** A copy of the packet as it is now. */
  data(): Uint8Array;
  /**
   * The legacy packet loads (RFC 9669, section 5.5; LD_ABS and LD_IND): `size` bytes in network order at `offset` of
   * the packet; undefined outside it, which ends the program with 0.
   */
  loadPacket(offset: number, size: 1 | 2 | 4): number | undefined;
  dispose(): void;
}
