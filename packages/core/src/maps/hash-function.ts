/**
 * Start value of the hash function. It is the same for every map, so that the same program over the same packets
 * gives its entries in the same order on every machine.
 */
export const HASH_SEED = 0x2545f491;

/**
 * Hash of the `size` bytes at `key`, a signed 32-bit number: every word (the last one filled up with zeroes) is
 * added by exclusive or and spread by a multiplication with 2^32 divided by the golden ratio and a shift; the
 * high half, which is spread best, is folded into the low one in the end.
 */
export function hashKey(view: DataView, key: number, size: number, seed: number): number {
  let hash = seed ^ size;
  const words = key + (size & ~3);
  for (let at = key; at < words; at += 4) hash = mix(hash ^ view.getInt32(at, true));
  if ((size & 3) !== 0) {
    let tail = 0;
    for (let at = key + size - 1; at >= words; at--) tail = (tail << 8) | view.getUint8(at);
    hash = mix(hash ^ tail);
  }
  return hash ^ (hash >>> 16);
}

function mix(hash: number): number {
  const spread = Math.imul(hash, 0x9e3779b1);
  return spread ^ (spread >>> 15);
}
