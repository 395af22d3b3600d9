import type { ProgramType } from '@skep/core/abi';
import type { RunOptions } from '@skep/core/host';

/**
 * The context that a test run starts with, where the options set something in it (XDP: Linux 5.14, socket buffers:
 * Linux 5.2); otherwise the kernel's own, which comes from the loopback device. The kernel takes only the fields it
 * lets a test set and wants zeros elsewhere; XDP's `data_end` is the packet's length.
 */
export function testContext(type: ProgramType, length: number, options: RunOptions): Uint8Array | undefined {
  const { ifindex, rxQueue } = options;
  if (ifindex === undefined && rxQueue === undefined) return undefined;
  if (type === 'xdp') {
    // struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex
    return words(24, { 4: length, 12: ifindex ?? 1, 16: rxQueue ?? 0 });
  }
  // struct __sk_buff: ifindex is the eleventh word
  return ifindex === undefined || !takesSocketBuffer.has(type) ? undefined : words(192, { 40: ifindex });
}

const takesSocketBuffer: ReadonlySet<ProgramType> = new Set([
  'socket_filter',
  'sched_cls',
  'sched_act',
  'cgroup_skb',
  'lwt_in',
  'lwt_out',
  'lwt_xmit',
  'lwt_seg6local',
]);

function words(size: number, values: Readonly<Record<number, number>>): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  for (const [offset, value] of Object.entries(values)) view.setUint32(Number(offset), value, true);
  return new Uint8Array(view.buffer);
}
