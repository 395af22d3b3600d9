/** Bit `index` of the data at `address`, counted from the highest bit of the first byte. */
export function bitAt(view: DataView, address: number, index: number): 0 | 1 {
  return ((view.getUint8(address + (index >>> 3)) >>> (7 - (index & 7))) & 1) as 0 | 1;
}

/** How many of the first `limit` bits are the same at both addresses. Reads no byte beyond those that hold them. */
export function commonBits(view: DataView, left: number, right: number, limit: number): number {
  let bits = 0;
  for (; bits + 32 <= limit; bits += 32) {
    const at = bits >>> 3;
    const difference = view.getInt32(left + at) ^ view.getInt32(right + at);
    if (difference !== 0) return bits + Math.clz32(difference);
  }
  for (; bits < limit; bits += 8) {
    const at = bits >>> 3;
    const difference = view.getUint8(left + at) ^ view.getUint8(right + at);
    if (difference !== 0) return Math.min(limit, bits + Math.clz32(difference) - 24);
  }
  return limit;
}
