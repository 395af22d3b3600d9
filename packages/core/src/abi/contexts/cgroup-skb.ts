import type { ContextField } from './field.ts';
import { SkBuff, sharedSkBuffFields } from './sk-buff.ts';

/** Fields of `__sk_buff` as packet filters of control groups (Linux 4.10) may use them, measured on Linux 6.18. */
export const cgroupSkbFields: readonly ContextField[] = [
  ...sharedSkBuffFields,
  { name: 'mark', offset: SkBuff.MARK, size: 4, write: 'whole' },
  { name: 'priority', offset: SkBuff.PRIORITY, size: 4, write: 'whole' },
  { name: 'data', offset: SkBuff.DATA, size: 4, read: 'whole' },
  { name: 'data_end', offset: SkBuff.DATA_END, size: 4, read: 'whole' },
  { name: 'family', offset: SkBuff.FAMILY, size: 4, read: 'narrow' },
  { name: 'remote_ip4', offset: SkBuff.REMOTE_IP4, size: 4, read: 'whole' },
  { name: 'local_ip4', offset: SkBuff.LOCAL_IP4, size: 4, read: 'whole' },
  { name: 'remote_ip6[0]', offset: SkBuff.REMOTE_IP6, size: 4, read: 'whole' },
  { name: 'remote_ip6[1]', offset: SkBuff.REMOTE_IP6 + 4, size: 4, read: 'whole' },
  { name: 'remote_ip6[2]', offset: SkBuff.REMOTE_IP6 + 8, size: 4, read: 'whole' },
  { name: 'remote_ip6[3]', offset: SkBuff.REMOTE_IP6 + 12, size: 4, read: 'whole' },
  { name: 'local_ip6[0]', offset: SkBuff.LOCAL_IP6, size: 4, read: 'whole' },
  { name: 'local_ip6[1]', offset: SkBuff.LOCAL_IP6 + 4, size: 4, read: 'whole' },
  { name: 'local_ip6[2]', offset: SkBuff.LOCAL_IP6 + 8, size: 4, read: 'whole' },
  { name: 'local_ip6[3]', offset: SkBuff.LOCAL_IP6 + 12, size: 4, read: 'whole' },
  { name: 'remote_port', offset: SkBuff.REMOTE_PORT, size: 4, read: 'narrow' },
  { name: 'local_port', offset: SkBuff.LOCAL_PORT, size: 4, read: 'narrow' },
  { name: 'tstamp', offset: SkBuff.TSTAMP, size: 8, read: 'whole', write: 'whole' },
  { name: 'hwtstamp', offset: SkBuff.HWTSTAMP, size: 8, read: 'whole' },
];
