/** The sum of the 16-bit words from `start` to `end`, an odd last byte padded with zero; not yet folded. */
function sumWords(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let sum = initial;
  let at = start;
  for (; at + 1 < end; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return at < end ? sum + ((bytes[at] ?? 0) << 8) : sum;
}

/** Folds the carries of a sum into 16 bits, and takes the complement. */
function finishSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 65536) + Math.floor(folded / 65536);
  return ~folded & 0xffff;
}

/**
 * The Internet checksum (RFC 1071) of the bytes from `start` to `end`. Over data that holds its own right checksum it
 * is 0.
 */
export function checksum(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  return finishSum(sumWords(bytes, start, end, 0));
}

/**
 * The checksum of TCP, UDP or ICMPv6: of the segment and a pseudo header (RFC 9293 section 3.1, RFC 8200 section
 * 8.1), which is the same sum for IPv4 and IPv6. Over a segment that holds its own right checksum it is 0.
 *
 * @param source address of 4 or 16 bytes
 */
export function transportChecksum(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  segment: Uint8Array,
): number {
  const addresses = sumWords(destination, 0, destination.length, sumWords(source, 0, source.length, 0));
  return finishSum(sumWords(segment, 0, segment.length, addresses + protocol + segment.length));
}
