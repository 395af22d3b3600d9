import type { AttachType } from '../attach-types.gen.ts';
import type { ContextField } from './field.ts';

/** Bytes of `struct bpf_sock_addr` (UAPI linux/bpf.h; Linux 4.17, msg_src 4.18, sk 5.3). */
export const SOCK_ADDR_SIZE = 72;

const shared: readonly ContextField[] = [
  { name: 'user_family', offset: 0, size: 4, read: 'whole' },
  { name: 'user_port', offset: 24, size: 4, read: 'narrow', write: 'whole' },
  { name: 'family', offset: 28, size: 4, read: 'whole' },
  { name: 'type', offset: 32, size: 4, read: 'whole' },
  { name: 'protocol', offset: 36, size: 4, read: 'whole' },
  { name: 'sk', offset: 64, size: 8, read: 'whole' },
];

function ipv4(name: string, offset: number): ContextField[] {
  return [{ name, offset, size: 4, read: 'narrow', write: 'whole' }];
}

/** Words of an IPv6 address; pairs that lie at a multiple of 8 are read and written in one piece too. */
function ipv6(name: string, offset: number, firstPair: 0 | 1): ContextField[] {
  const words = [0, 1, 2, 3].map(
    (index): ContextField => ({
      name: `${name}[${index}]`,
      offset: offset + index * 4,
      size: 4,
      read: 'narrow',
      write: 'whole',
    }),
  );
  const pairs = (firstPair === 0 ? [0, 2] : [1]).map(
    (index): ContextField => ({
      name: `${name}[${index}..${index + 1}]`,
      offset: offset + index * 4,
      size: 8,
      read: 'whole',
      write: 'whole',
    }),
  );
  return [...words, ...pairs];
}

/**
 * Fields of `bpf_sock_addr` as programs of an attach type may use them, measured on Linux 6.18: those of the address
 * family that they are about, and the source address where a message is sent without a connection.
 */
export function sockAddrFields(attachType: AttachType): readonly ContextField[] {
  const sends = attachType.endsWith('sendmsg');
  if (/^cgroup_(inet|udp)4/.test(attachType)) {
    return [...shared, ...ipv4('user_ip4', 4), ...(sends ? ipv4('msg_src_ip4', 40) : [])];
  }
  if (/^cgroup_(inet|udp)6/.test(attachType)) {
    return [...shared, ...ipv6('user_ip6', 8, 0), ...(sends ? ipv6('msg_src_ip6', 44, 1) : [])];
  }
  return shared;
}
