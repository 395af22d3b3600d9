/**
 * Start value of the hash function. It is the same for every map, so that the same program over the same packets
 * gives its entries in the same order on every machine.
 */
export const HASH_SEED = 0x2545f491;

/** 2^32 divided by the golden ratio and by the square root of two, made odd: their bits follow no pattern. */
const GOLDEN = 0x9e3779b1;
const ROOT = 0xb504f333;

/**
 * Hash of the `size` bytes at `key`, a signed 32-bit number: every word (the last one filled up with zeroes) is
 * added by exclusive or and spread by a multiplication and a shift. A multiplication carries bits only upwards, and
 * the bytes in which addresses differ stand high in a word: so the high half is folded down and spread twice more in
 * the end. With fewer rounds, the 256 addresses of one network fill 2 to 26 of 256 buckets; so they fill 160.
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
  const folded = Math.imul(hash ^ (hash >>> 16), ROOT);
  const spread = Math.imul(folded ^ (folded >>> 13), GOLDEN);
  return spread ^ (spread >>> 16);
}

function mix(hash: number): number {
  const spread = Math.imul(hash, GOLDEN);
  return spread ^ (spread >>> 15);
}
