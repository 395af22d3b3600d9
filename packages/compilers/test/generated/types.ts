/** An integer schema of the language, as the generator needs it. */
export interface IntType {
  readonly name: string;
  readonly big: boolean;
  readonly min: bigint;
  readonly max: bigint;
  /** Names of the types whose values TypeScript takes for this one. */
  readonly takes: readonly string[];
  /** Conversion to it. */
  readonly convert: string;
  /** 32 or 64 bits in the order of the CPU: atomics take it. */
  readonly atomic: boolean;
}

function unsigned(name: string, bits: number, takes: readonly string[], convert = name): IntType {
  const network = convert !== name;
  return {
    name,
    big: bits === 64,
    min: 0n,
    max: (1n << BigInt(bits)) - 1n,
    takes,
    convert,
    atomic: bits >= 32 && !network,
  };
}

function signed(name: string, bits: number, takes: readonly string[]): IntType {
  const half = 1n << BigInt(bits - 1);
  return { name, big: bits === 64, min: -half, max: half - 1n, takes, convert: name, atomic: bits >= 32 };
}

export const u8: IntType = unsigned('u8', 8, ['u8']);
export const u16: IntType = unsigned('u16', 16, ['u8', 'u16']);
export const u32: IntType = unsigned('u32', 32, ['u8', 'u16', 'u32']);
export const i8: IntType = signed('i8', 8, ['i8']);
export const i16: IntType = signed('i16', 16, ['i8', 'i16', 'u8']);
export const i32: IntType = signed('i32', 32, ['i8', 'i16', 'i32', 'u8', 'u16']);
export const u64: IntType = unsigned('u64', 64, ['u64']);
export const i64: IntType = signed('i64', 64, ['i64']);
export const be16: IntType = unsigned('be16', 16, ['u8', 'u16'], 'u16');
export const be32: IntType = unsigned('be32', 32, ['u8', 'u16', 'u32'], 'u32');
export const be64: IntType = unsigned('be64', 64, ['u64'], 'u64');
export const ipv4: IntType = unsigned('ipv4', 32, ['u8', 'u16', 'u32'], 'u32');

export const numbers = [u8, u16, u32, i8, i16, i32] as const;
export const bigs = [u64, i64] as const;
export const memoryTypes = [u8, u16, u32, i8, i16, i32, u64, i64, u32, u64, be16, be32, be64, ipv4] as const;

/** A field of a record. */
export type FieldType =
  | { readonly kind: 'int'; readonly type: IntType }
  | { readonly kind: 'bits'; readonly count: number }
  | { readonly kind: 'array'; readonly element: IntType; readonly length: number }
  | { readonly kind: 'record'; readonly record: RecordType };

/** A struct or header of a generated module, or of `skep/bpf/net`. */
export interface RecordType {
  readonly name: string;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
  readonly header: boolean;
  /** Has a field `checksum`. */
  readonly checksum?: boolean;
}

const int = (type: IntType): FieldType => ({ kind: 'int', type });
const bits = (count: number): FieldType => ({ kind: 'bits', count });
const mac: FieldType = { kind: 'array', element: u8, length: 6 };

/** Headers of `skep/bpf/net`. */
export const Eth: RecordType = {
  name: 'Eth',
  header: true,
  fields: [
    ['dst', mac],
    ['src', mac],
    ['type', int(be16)],
  ],
};
export const Vlan: RecordType = {
  name: 'Vlan',
  header: true,
  fields: [
    ['priority', bits(3)],
    ['dropEligible', bits(1)],
    ['id', bits(12)],
    ['type', int(be16)],
  ],
};
export const Ipv4: RecordType = {
  name: 'Ipv4',
  header: true,
  checksum: true,
  fields: [
    ['version', bits(4)],
    ['ihl', bits(4)],
    ['dscp', bits(6)],
    ['ecn', bits(2)],
    ['totalLength', int(be16)],
    ['id', int(be16)],
    ['flags', bits(3)],
    ['fragmentOffset', bits(13)],
    ['ttl', int(u8)],
    ['protocol', int(u8)],
    ['checksum', int(be16)],
    ['src', int(ipv4)],
    ['dst', int(ipv4)],
  ],
};
export const Udp: RecordType = {
  name: 'Udp',
  header: true,
  fields: [
    ['src', int(be16)],
    ['dst', int(be16)],
    ['length', int(be16)],
    ['checksum', int(be16)],
  ],
};
export const Tcp: RecordType = {
  name: 'Tcp',
  header: true,
  fields: [
    ['src', int(be16)],
    ['dst', int(be16)],
    ['seq', int(be32)],
    ['ack', int(be32)],
    ['dataOffset', bits(4)],
    ['flags', int(u8)],
    ['window', int(be16)],
  ],
};
export const L4Ports: RecordType = {
  name: 'L4Ports',
  header: true,
  fields: [
    ['src', int(be16)],
    ['dst', int(be16)],
  ],
};

/** Chains that `ctx.parse` takes. */
export const chains = [
  [Eth],
  [Eth, Ipv4],
  [Eth, Ipv4, Udp],
  [Eth, Ipv4, Tcp],
  [Eth, Ipv4, L4Ports],
  [Eth, Vlan],
  [Eth, Vlan, Ipv4],
] as const;
