import type { ContextField } from './field.ts';

/** Bytes of `struct bpf_sk_lookup` (UAPI linux/bpf.h; Linux 5.9, ingress_ifindex 5.17). */
export const SK_LOOKUP_SIZE = 72;

/** Fields of `bpf_sk_lookup` as socket lookups may use them, measured on Linux 6.18. */
export const skLookupFields: readonly ContextField[] = [
  { name: 'sk', offset: 0, size: 8, read: 'whole' },
  { name: 'family', offset: 8, size: 4, read: 'narrow' },
  { name: 'protocol', offset: 12, size: 4, read: 'narrow' },
  { name: 'remote_ip4', offset: 16, size: 4, read: 'narrow' },
  { name: 'remote_ip6[0]', offset: 20, size: 4, read: 'narrow' },
  { name: 'remote_ip6[1]', offset: 24, size: 4, read: 'narrow' },
  { name: 'remote_ip6[2]', offset: 28, size: 4, read: 'narrow' },
  { name: 'remote_ip6[3]', offset: 32, size: 4, read: 'narrow' },
  { name: 'remote_port', offset: 36, size: 4, read: 'narrow' },
  { name: 'local_ip4', offset: 40, size: 4, read: 'narrow' },
  { name: 'local_ip6[0]', offset: 44, size: 4, read: 'narrow' },
  { name: 'local_ip6[1]', offset: 48, size: 4, read: 'narrow' },
  { name: 'local_ip6[2]', offset: 52, size: 4, read: 'narrow' },
  { name: 'local_ip6[3]', offset: 56, size: 4, read: 'narrow' },
  { name: 'local_port', offset: 60, size: 4, read: 'narrow' },
  { name: 'ingress_ifindex', offset: 64, size: 4, read: 'narrow' },
];
