/** A field of a context that programs read or write as a property. */
export interface ContextProperty {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
  /** Network order in memory: bits that are swapped. */
  readonly network?: 16 | 32;
  /** Bytes of a store, where it is wider than a load. */
  readonly store?: 2 | 4;
  /** Largest value. */
  readonly max: bigint;
}

/** An address of 16 bytes in a context, which is read and written by four. */
export interface ContextBytes {
  readonly offset: number;
}

/** What the compiler knows of a program type. */
export interface ProgramKind {
  readonly wrapper: string;
  readonly section: string;
  /** Name and size of the context struct. */
  readonly context: string;
  readonly contextSize: number;
  /** Offsets of the packet's start and end in the context. */
  readonly data?: number;
  readonly end?: number;
  readonly properties: Readonly<Record<string, ContextProperty>>;
  readonly bytes?: Readonly<Record<string, ContextBytes>>;
  /** The packet cannot be seen in place: what is read of it is copied to the stack. */
  readonly copies?: boolean;
  /** More of the packet can be made linear. */
  readonly pulls?: boolean;
  /** Result: boolean programs return 1 and 0. */
  readonly result: 'number' | 'boolean';
}

const U32 = 0xffff_ffffn;
const U16 = 0xffffn;

const skb: Readonly<Record<string, ContextProperty>> = {
  length: { offset: 0, size: 4, max: U32 },
  ifindex: { offset: 40, size: 4, max: U32 },
  mark: { offset: 8, size: 4, store: 4, max: U32 },
  priority: { offset: 32, size: 4, store: 4, max: U32 },
  protocol: { offset: 16, size: 4, network: 16, max: U16 },
  hash: { offset: 68, size: 4, max: U32 },
};

/** `__sk_buff` (uapi/linux/bpf.h). */
const skBuff = { context: '__sk_buff', contextSize: 192, data: 76, end: 80, properties: skb };

function readOnly(properties: ProgramKind['properties']): ProgramKind['properties'] {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { offset, size, network, max }]) => [
      name,
      { offset, size, max, ...(network === undefined ? {} : { network }) },
    ]),
  );
}

/** Offsets in `struct bpf_sock_addr`. */
const sockAddr = {
  userPort: { offset: 24, size: 2, network: 16, store: 4, max: U16 },
  protocol: { offset: 36, size: 4, max: U32 },
  type: { offset: 32, size: 4, max: U32 },
} as const;

/** Program types by the name of their wrapper. */
export const programKinds: Readonly<Record<string, ProgramKind>> = {
  xdp: {
    wrapper: 'xdp',
    section: 'xdp',
    context: 'xdp_md',
    contextSize: 24,
    data: 0,
    end: 4,
    properties: {
      ifindex: { offset: 12, size: 4, max: U32 },
      rxQueue: { offset: 16, size: 4, max: U32 },
    },
    result: 'number',
  },
  tc: { wrapper: 'tc', section: 'tc', ...skBuff, pulls: true, result: 'number' },
  socketFilter: {
    wrapper: 'socketFilter',
    section: 'socket',
    context: '__sk_buff',
    contextSize: 192,
    copies: true,
    properties: readOnly(skb),
    result: 'number',
  },
  cgroupSkb: { wrapper: 'cgroupSkb', section: 'cgroup/skb', ...skBuff, result: 'boolean' },
  connect4: {
    wrapper: 'connect4',
    section: 'cgroup/connect4',
    context: 'bpf_sock_addr',
    contextSize: 72,
    properties: { userIp: { offset: 4, size: 4, network: 32, store: 4, max: U32 }, ...sockAddr },
    result: 'boolean',
  },
  connect6: {
    wrapper: 'connect6',
    section: 'cgroup/connect6',
    context: 'bpf_sock_addr',
    contextSize: 72,
    properties: sockAddr,
    bytes: { userIp: { offset: 8 } },
    result: 'boolean',
  },
  skLookup: {
    wrapper: 'skLookup',
    section: 'sk_lookup',
    context: 'bpf_sk_lookup',
    contextSize: 72,
    properties: {
      family: { offset: 8, size: 4, max: U32 },
      protocol: { offset: 12, size: 4, max: U32 },
      remoteIp4: { offset: 16, size: 4, network: 32, max: U32 },
      remotePort: { offset: 36, size: 2, network: 16, max: U16 },
      localIp4: { offset: 40, size: 4, network: 32, max: U32 },
      localPort: { offset: 60, size: 4, max: U16 },
    },
    result: 'number',
  },
};
