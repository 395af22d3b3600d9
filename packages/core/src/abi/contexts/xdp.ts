import type { ContextField } from './field.ts';

/** Offsets in `struct xdp_md` (UAPI linux/bpf.h; Linux 4.8, data_meta 4.15, egress_ifindex 5.8). */
export const XdpMd = {
  DATA: 0,
  DATA_END: 4,
  DATA_META: 8,
  INGRESS_IFINDEX: 12,
  RX_QUEUE_INDEX: 16,
  EGRESS_IFINDEX: 20,
  SIZE: 24,
} as const;

/** Fields of `xdp_md` as a program of attach type `xdp` may use them, measured on Linux 6.18. */
export const xdpMdFields: readonly ContextField[] = [
  { name: 'data', offset: XdpMd.DATA, size: 4, read: 'whole' },
  { name: 'data_end', offset: XdpMd.DATA_END, size: 4, read: 'whole' },
  { name: 'data_meta', offset: XdpMd.DATA_META, size: 4, read: 'whole' },
  { name: 'ingress_ifindex', offset: XdpMd.INGRESS_IFINDEX, size: 4, read: 'whole' },
  { name: 'rx_queue_index', offset: XdpMd.RX_QUEUE_INDEX, size: 4, read: 'whole' },
];
