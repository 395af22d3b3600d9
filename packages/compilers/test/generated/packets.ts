import type { Random } from './random.ts';

/** Shortest that the kernel runs all kinds of programs on. */
const SHORTEST = 34;

/** A packet: Ethernet, often with a VLAN tag, IPv4 with options, TCP or UDP, cut anywhere, or noise. */
export function randomPacket(random: Random): Uint8Array {
  const bytes = random.bytes(random.between(SHORTEST, 160));
  if (random.chance(15)) return bytes;
  const view = new DataView(bytes.buffer);
  const put8 = (at: number, value: number) => at < bytes.length && view.setUint8(at, value);
  const put16 = (at: number, value: number) => at + 1 < bytes.length && view.setUint16(at, value);
  const isTagged = random.chance(25);
  put16(12, isTagged ? 0x8100 : 0x0800);
  if (isTagged) put16(16, 0x0800);
  const ip = isTagged ? 18 : 14;
  put8(ip, 0x45 + (random.chance(20) ? random.below(11) : 0));
  put16(ip + 2, bytes.length - ip);
  put8(ip + 9, random.pick([6, 17, 6, 17, 1]));
  // Small numbers meet more branches.
  for (let count = random.below(12); count > 0; count -= 1) put8(random.below(bytes.length), random.below(16));
  return bytes;
}
