import { Errno } from '../../maps/errno.ts';
import { NO_CHECKSUM, type SkbContext } from '../contexts/skb.ts';
import type { Run } from '../run.ts';
import { checkContext, hasFlagsBeyond, high, readBytes, sizeOf, skbOf } from './arguments.ts';
import { define, type HelperDefinition, signed, TC, XDP_TC } from './definition.ts';
import { add32, checksumOf, fold16, subtract32, sum32 } from './ones-complement.ts';

const F_HDR_FIELD_MASK = 0xf;
const F_PSEUDO_HDR = 0x10;
const F_MARK_MANGLED_0 = 0x20;
const F_MARK_ENFORCE = 0x40;
const F_IPV6 = 0x80;
const L4_FLAGS = F_HDR_FIELD_MASK | F_PSEUDO_HDR | F_MARK_MANGLED_0 | F_MARK_ENFORCE | F_IPV6;
/** What UDP writes for a checksum that came out as 0, because 0 means none (RFC 768). */
const CSUM_MANGLED_0 = 0xffff;
const LARGEST_OFFSET = 0xffff;

/** What `bpf_csum_level` is to do (BPF_CSUM_LEVEL_*), and the highest level. */
const CsumLevel = { QUERY: 0, INC: 1, DEC: 2, RESET: 3 } as const;
const MAX_CSUM_LEVEL = 3;

/**
 * The new value of a checksum after what it covers changed from `from` to `to`; undefined for arguments the kernel
 * refuses. Size 0: `to` is a difference as `csum_diff` gives it.
 */
function replaced(checksum: number, size: number, from: number, to: number): number | undefined {
  const sum = ~checksum >>> 0;
  if (size === 0) return checksumOf(add32(to, sum));
  if (size === 2) return checksumOf(add32(subtract32(sum, from & 0xffff), to & 0xffff));
  if (size === 4) return checksumOf(add32(subtract32(sum, from), to));
  return undefined;
}

/** Whether the 16-bit checksum at `offset` can be changed. */
function reachable(context: SkbContext, offset: number): boolean {
  return offset <= LARGEST_OFFSET && offset % 2 === 0 && offset + 2 <= context.packet.length;
}

/** Replaces the checksum at argument 2; 0 or EINVAL. A word has 64 bits in the register, of which size 0 checks all. */
function replace(run: Run, context: SkbContext, offset: number): number {
  const size = run.low(5) & F_HDR_FIELD_MASK;
  if (size === 0 && (run.low(3) !== 0 || high(run, 3) !== 0)) return Errno.EINVAL;
  const field = context.packet.bytes(offset, 2);
  const value = replaced((field[0] ?? 0) | ((field[1] ?? 0) << 8), size, run.unsigned(3), run.unsigned(4));
  if (value === undefined) return Errno.EINVAL;
  field[0] = value;
  field[1] = value >>> 8;
  return 0;
}

function l3CsumReplace(run: Run): number {
  const context = skbOf(run);
  const offset = run.unsigned(2);
  if (hasFlagsBeyond(run, 5, F_HDR_FIELD_MASK)) return Errno.EINVAL;
  return reachable(context, offset) ? replace(run, context, offset) : Errno.EFAULT;
}

function l4CsumReplace(run: Run): number {
  const context = skbOf(run);
  const offset = run.unsigned(2);
  const flags = run.low(5);
  if (hasFlagsBeyond(run, 5, L4_FLAGS)) return Errno.EINVAL;
  if (!reachable(context, offset)) return Errno.EFAULT;
  const marked = (flags & F_MARK_MANGLED_0) !== 0;
  if (marked && (flags & F_MARK_ENFORCE) === 0 && context.packet.u16(offset) === 0) return 0;
  const result = replace(run, context, offset);
  if (result === 0 && marked && context.packet.u16(offset) === 0) context.packet.setU16(offset, CSUM_MANGLED_0);
  return result;
}

function csumDiff(run: Run): number {
  const from = readBytes(run, 1, sizeOf(run, 2));
  const to = readBytes(run, 3, sizeOf(run, 4));
  const seed = run.unsigned(5);
  if (from.length > 0 && to.length > 0) return fold16(subtract32(sum32(to, seed), sum32(from, 0)));
  if (from.length > 0) return fold16(~sum32(from, ~seed >>> 0) >>> 0);
  return fold16(sum32(to, seed));
}

/** Packets of the VM come without a checksum computed by hardware (CHECKSUM_NONE). */
function csumUpdate(run: Run): number {
  checkContext(run);
  return Errno.ENOTSUPP;
}

function csumLevel(run: Run): number {
  const context = skbOf(run);
  const level = context.checksumLevel;
  switch (high(run, 2) === 0 ? run.low(2) : undefined) {
    case CsumLevel.QUERY:
      return level === NO_CHECKSUM ? Errno.EACCES : level;
    case CsumLevel.INC:
      context.checksumLevel = Math.min(level + 1, MAX_CSUM_LEVEL);
      return 0;
    case CsumLevel.DEC:
      context.checksumLevel = Math.max(level - 1, NO_CHECKSUM);
      return 0;
    case CsumLevel.RESET:
      context.checksumLevel = NO_CHECKSUM;
      return 0;
    default:
      return Errno.EINVAL;
  }
}

/**
 * `bpf_l3_csum_replace` and `bpf_l4_csum_replace` (Linux 4.1), `bpf_csum_diff` (4.6), `bpf_csum_update` (4.9),
 * `bpf_csum_level` (5.8). As since Linux 6.13, `csum_diff` gives 16 bits and takes any size; before it wanted
 * multiples of 4 bytes.
 */
export const checksumHelpers: readonly HelperDefinition[] = [
  define('l3_csum_replace', TC, signed(l3CsumReplace)),
  define('l4_csum_replace', TC, signed(l4CsumReplace)),
  define('csum_diff', XDP_TC, signed(csumDiff)),
  define('csum_update', TC, signed(csumUpdate)),
  define('csum_level', TC, signed(csumLevel)),
];
