import type { ProgramType } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import { encodeValue, type ValueRecord } from '@skep/core/btf';
import type { RunOptions } from '@skep/core/host';
import { vmlinux } from '../btf/vmlinux.ts';

/** Size of `struct xdp_md`, and of its packet's length in it. */
const XDP_SIZE = 24;
const XDP_END = 4;
const XDP_INTERFACE = 12;
const XDP_QUEUE = 16;
/** Size of `struct __sk_buff`; the interface is its eleventh word. */
const SKB_SIZE = 192;
const SKB_INTERFACE = 40;

/** What the context of a test run is, by program type. */
const structures: Readonly<Partial<Record<ProgramType, string>>> = {
  xdp: 'xdp_md',
  socket_filter: '__sk_buff',
  sched_cls: '__sk_buff',
  sched_act: '__sk_buff',
  cgroup_skb: '__sk_buff',
  lwt_in: '__sk_buff',
  lwt_out: '__sk_buff',
  lwt_xmit: '__sk_buff',
  lwt_seg6local: '__sk_buff',
  sk_lookup: 'bpf_sk_lookup',
};

/**
 * The context that a test run starts with (XDP: Linux 5.14, socket buffers: Linux 5.2): as given, as bytes, as a record
 * of the kernel's struct, or as a list of 64-bit arguments; with the interface and the queue of the options. Undefined
 * leaves it to the kernel, whose own comes from the loopback device. The kernel takes only the fields it lets a test set
 * and wants zeros elsewhere; XDP's `data_end` is the packet's length where it is not given.
 * @throws SKEP_BAD_VALUE, SKEP_NOT_SUPPORTED.
 */
export function testContext(type: ProgramType, length: number, options: RunOptions): Uint8Array | undefined {
  const { context, ifindex, rxQueue } = options;
  const structure = structures[type];
  const sets = structure !== '__sk_buff' ? structure === 'xdp_md' && (ifindex ?? rxQueue) !== undefined : ifindex;
  if (context === undefined && (sets === false || sets === undefined)) return undefined;
  const bytes = context === undefined ? new Uint8Array(sizeOf(structure)) : contextBytes(type, context);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (structure === 'xdp_md' && bytes.length >= XDP_SIZE) {
    if (view.getUint32(XDP_END, true) === 0) view.setUint32(XDP_END, length, true);
    if (ifindex !== undefined || context === undefined) view.setUint32(XDP_INTERFACE, ifindex ?? 1, true);
    if (rxQueue !== undefined) view.setUint32(XDP_QUEUE, rxQueue, true);
  }
  if (structure === '__sk_buff' && ifindex !== undefined && bytes.length >= SKB_INTERFACE + 4) {
    view.setUint32(SKB_INTERFACE, ifindex, true);
  }
  return bytes;
}

function sizeOf(structure: string | undefined): number {
  return structure === 'xdp_md' ? XDP_SIZE : SKB_SIZE;
}

/** A copy: the kernel writes into the context of some types. */
function contextBytes(type: ProgramType, context: NonNullable<RunOptions['context']>): Uint8Array {
  if (context instanceof Uint8Array) return context.slice();
  if (Array.isArray(context)) return wordsOf(context);
  const structure = structures[type];
  if (structure === undefined) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `the context of a program of type ${type} has no fields by name`, {
      remedy: 'give its bytes, or a list of its 64-bit arguments',
    });
  }
  const types = vmlinux();
  const id = types.findByName(structure, 'struct');
  if (id === undefined) throw new SkepError('SKEP_NOT_SUPPORTED', `the kernel's types have no struct ${structure}`);
  return encodeValue(types, id, context as ValueRecord, 'context');
}

function wordsOf(values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, (value) => BigInt.asUintN(64, BigInt(value))).buffer);
}
