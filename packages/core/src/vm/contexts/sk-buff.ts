import type { ContextField } from './field-rights.ts';

/** Offsets in `struct __sk_buff` (UAPI linux/bpf.h; Linux 3.19, grown since). */
export const SkBuff = {
  LEN: 0,
  PKT_TYPE: 4,
  MARK: 8,
  QUEUE_MAPPING: 12,
  PROTOCOL: 16,
  VLAN_PRESENT: 20,
  VLAN_TCI: 24,
  VLAN_PROTO: 28,
  PRIORITY: 32,
  INGRESS_IFINDEX: 36,
  IFINDEX: 40,
  TC_INDEX: 44,
  CB: 48,
  HASH: 68,
  TC_CLASSID: 72,
  DATA: 76,
  DATA_END: 80,
  NAPI_ID: 84,
  DATA_META: 140,
  TSTAMP: 152,
  WIRE_LEN: 160,
  GSO_SEGS: 164,
  SK: 168,
  GSO_SIZE: 176,
  TSTAMP_TYPE: 180,
  HWTSTAMP: 184,
  SIZE: 192,
} as const;

/** Fields that both program types read alike; `cb` is scratch space, in pairs also by 8 bytes. */
const common: readonly ContextField[] = [
  { name: 'len', offset: SkBuff.LEN, size: 4, read: 'narrow' },
  { name: 'pkt_type', offset: SkBuff.PKT_TYPE, size: 4, read: 'narrow' },
  { name: 'mark', offset: SkBuff.MARK, size: 4, read: 'narrow' },
  { name: 'queue_mapping', offset: SkBuff.QUEUE_MAPPING, size: 4, read: 'narrow' },
  { name: 'protocol', offset: SkBuff.PROTOCOL, size: 4, read: 'narrow' },
  { name: 'vlan_present', offset: SkBuff.VLAN_PRESENT, size: 4, read: 'narrow' },
  { name: 'vlan_tci', offset: SkBuff.VLAN_TCI, size: 4, read: 'narrow' },
  { name: 'vlan_proto', offset: SkBuff.VLAN_PROTO, size: 4, read: 'narrow' },
  { name: 'priority', offset: SkBuff.PRIORITY, size: 4, read: 'narrow' },
  { name: 'ingress_ifindex', offset: SkBuff.INGRESS_IFINDEX, size: 4, read: 'narrow' },
  { name: 'ifindex', offset: SkBuff.IFINDEX, size: 4, read: 'narrow' },
  { name: 'tc_index', offset: SkBuff.TC_INDEX, size: 4, read: 'narrow' },
  { name: 'cb[0..1]', offset: SkBuff.CB, size: 8, read: 'narrow', write: 'narrow' },
  { name: 'cb[2..3]', offset: SkBuff.CB + 8, size: 8, read: 'narrow', write: 'narrow' },
  { name: 'cb[4]', offset: SkBuff.CB + 16, size: 4, read: 'narrow', write: 'narrow' },
  { name: 'hash', offset: SkBuff.HASH, size: 4, read: 'narrow' },
  { name: 'napi_id', offset: SkBuff.NAPI_ID, size: 4, read: 'narrow' },
  { name: 'gso_segs', offset: SkBuff.GSO_SEGS, size: 4, read: 'narrow' },
  { name: 'sk', offset: SkBuff.SK, size: 8, read: 'whole' },
  { name: 'gso_size', offset: SkBuff.GSO_SIZE, size: 4, read: 'narrow' },
];

/** Fields of `__sk_buff` as socket filters may use them, measured on Linux 6.18. */
export const socketFilterFields: readonly ContextField[] = common;

/** Fields of `__sk_buff` as traffic classifiers may use them, measured on Linux 6.18. */
export const schedClsFields: readonly ContextField[] = [
  ...common,
  { name: 'mark', offset: SkBuff.MARK, size: 4, write: 'whole' },
  { name: 'queue_mapping', offset: SkBuff.QUEUE_MAPPING, size: 4, write: 'whole' },
  { name: 'priority', offset: SkBuff.PRIORITY, size: 4, write: 'whole' },
  { name: 'tc_index', offset: SkBuff.TC_INDEX, size: 4, write: 'whole' },
  { name: 'tc_classid', offset: SkBuff.TC_CLASSID, size: 4, read: 'narrow', write: 'whole' },
  { name: 'data', offset: SkBuff.DATA, size: 4, read: 'whole' },
  { name: 'data_end', offset: SkBuff.DATA_END, size: 4, read: 'whole' },
  { name: 'data_meta', offset: SkBuff.DATA_META, size: 4, read: 'whole' },
  { name: 'tstamp', offset: SkBuff.TSTAMP, size: 8, read: 'whole', write: 'whole' },
  { name: 'wire_len', offset: SkBuff.WIRE_LEN, size: 4, read: 'narrow' },
  { name: 'tstamp_type', offset: SkBuff.TSTAMP_TYPE, size: 1, read: 'whole' },
  { name: 'hwtstamp', offset: SkBuff.HWTSTAMP, size: 8, read: 'whole' },
];
