import { SkepError } from '../base/errors.ts';
import type { WritablePacket } from './capture-packet.ts';

/** A time as whole seconds and nanoseconds since 1970-01-01 UTC. */
export interface SplitTime {
  seconds: number;
  nanoseconds: number;
}

const TWO_32 = 2 ** 32;

/** Turns 64-bit counts of ticks into seconds and nanoseconds, writing into `into`: no object for each packet. */
export type TickReader = (high: number, low: number, into: SplitTime) => void;

/**
 * The reader for an `if_tsresol` octet (pcapng, section 4.2): the low seven bits are the negative power, of 2 where
 * the top bit is set, else of 10. `offset` is `if_tsoffset`, in seconds.
 */
export function tickReader(resolution: number, offset: number): TickReader {
  const power = resolution & 0x7f;
  if ((resolution & 0x80) === 0 && power <= 9) return decimalTicks(10 ** power, offset);
  return exactTicks(((resolution & 0x80) === 0 ? 10n : 2n) ** BigInt(power), offset);
}

/** Ticks of 1 s to 1 ns: long division in steps of 16 bits, in which every intermediate value is below 2^53. */
function decimalTicks(perSecond: number, offset: number): TickReader {
  const nanosecondsPerTick = 1_000_000_000 / perSecond;
  return (high, low, into) => {
    const step1 = high;
    const seconds1 = Math.floor(step1 / perSecond);
    const step2 = (step1 - seconds1 * perSecond) * 65536 + (low >>> 16);
    const seconds2 = Math.floor(step2 / perSecond);
    const step3 = (step2 - seconds2 * perSecond) * 65536 + (low & 0xffff);
    const seconds3 = Math.floor(step3 / perSecond);
    into.seconds = seconds1 * TWO_32 + seconds2 * 65536 + seconds3 + offset;
    into.nanoseconds = (step3 - seconds3 * perSecond) * nanosecondsPerTick;
  };
}

/** Any other resolution. Rare enough in the field that exactness may cost a few bigint operations. */
function exactTicks(perSecond: bigint, offset: number): TickReader {
  return (high, low, into) => {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    into.seconds = Number(ticks / perSecond) + offset;
    into.nanoseconds = Number(((ticks % perSecond) * 1_000_000_000n) / perSecond);
  };
}

/** The time of a packet to write. @throws SKEP_BAD_VALUE where the time is before 1970 or `limit` seconds or later. */
export function timeOf(packet: WritablePacket, limit: number, format: string): SplitTime {
  const time =
    'seconds' in packet
      ? { seconds: packet.seconds, nanoseconds: packet.nanoseconds }
      : {
          seconds: Number(packet.timestamp / 1_000_000_000n),
          nanoseconds: Number(packet.timestamp % 1_000_000_000n),
        };
  if (time.seconds >= 0 && time.seconds < limit && time.nanoseconds >= 0) return time;
  throw new SkepError('SKEP_BAD_VALUE', `the time of a packet does not fit ${format}`, {
    reason: `it is ${time.seconds} s after 1970; ${format} holds 0 to ${limit - 1}`,
    remedy: 'correct the time of the packet',
  });
}
