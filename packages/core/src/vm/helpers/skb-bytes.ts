import { SkBuff } from '../../abi/contexts/sk-buff.ts';
import { Errno } from '../../maps/errno.ts';
import type { SkbContext } from '../contexts/skb.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, sizeOf, skbOf } from './arguments.ts';
import { define, type HelperDefinition, SKB, signed, TC } from './definition.ts';

const F_RECOMPUTE_CSUM = 1;
const F_INVALIDATE_HASH = 2;
const INT_MAX = 0x7fff_ffff;
const LARGEST_OFFSET = 0xffff;
const HDR_START_MAC = 0;
const HDR_START_NET = 1;

/**
 * Copies `size` bytes from `offset` of the packet to argument 3. Where the packet does not have them the buffer is
 * zeroed and the result is EFAULT, as in the kernel.
 */
function copyOut(run: Run, context: SkbContext, offset: number, size: number, to: number): number {
  const { data, dataEnd, hardStart } = context.packet;
  const { u8 } = run.machine.memory;
  const from = data + offset;
  if (from < hardStart || from + size > dataEnd) {
    u8.fill(0, to, to + size);
    return Errno.EFAULT;
  }
  u8.copyWithin(to, from, from + size);
  return 0;
}

function loadBytes(run: Run): number {
  const context = skbOf(run);
  const offset = run.unsigned(2);
  const size = sizeOf(run, 4);
  return copyOut(run, context, offset > INT_MAX ? Number.MAX_SAFE_INTEGER : offset, size, run.writable(3, size));
}

function loadBytesRelative(run: Run): number {
  const context = skbOf(run);
  const offset = run.unsigned(2);
  const size = sizeOf(run, 4);
  const to = run.writable(3, size);
  const start = run.unsigned(5);
  const header = start === HDR_START_MAC ? context.macHeader : context.networkHeader;
  const known = start === HDR_START_MAC || start === HDR_START_NET;
  return copyOut(run, context, known && offset <= LARGEST_OFFSET ? header + offset : Number.MAX_SAFE_INTEGER, size, to);
}

function storeBytes(run: Run): number {
  const context = skbOf(run);
  const offset = run.unsigned(2);
  const size = sizeOf(run, 4);
  const from = run.readable(3, size);
  if (hasFlagsBeyond(run, 5, F_RECOMPUTE_CSUM | F_INVALIDATE_HASH)) return Errno.EINVAL;
  if (offset > INT_MAX || offset + size > context.packet.length) return Errno.EFAULT;
  context.packet.bytes(offset, size).set(run.machine.memory.u8.subarray(from, from + size));
  if ((run.low(5) & F_INVALIDATE_HASH) !== 0) context.setField(SkBuff.HASH, 0);
  return 0;
}

/** The packet is in one piece in the VM, so that only the length is checked. */
function pullData(run: Run): number {
  return run.unsigned(2) > skbOf(run).packet.length ? Errno.ENOMEM : 0;
}

/**
 * `bpf_skb_store_bytes` (Linux 4.1), `bpf_skb_load_bytes` (4.5), `_load_bytes_relative` (4.18), `bpf_skb_pull_data`
 * (4.9). BPF_F_RECOMPUTE_CSUM concerns a checksum that the VM's packets do not carry beside them.
 */
export const skbBytes: readonly HelperDefinition[] = [
  define('skb_load_bytes', SKB, signed(loadBytes)),
  define('skb_load_bytes_relative', SKB, signed(loadBytesRelative)),
  define('skb_store_bytes', TC, signed(storeBytes)),
  define('skb_pull_data', TC, signed(pullData)),
];
