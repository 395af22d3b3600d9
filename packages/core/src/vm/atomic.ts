import { Atomic } from '../isa/opcode.ts';
import type { RegisterIndex, RegisterViews } from './registers.ts';

/**
 * Atomic operation on 32 bits (RFC 9669, section 5.3) at `address`, which is checked. A fetched value is zero
 * extended into the source register, and into r0 by a compare and exchange.
 */
export function atomic32(
  { low, high }: RegisterViews,
  view: DataView,
  address: number,
  src: RegisterIndex,
  operation: number,
): void {
  const old = view.getInt32(address, true);
  if (operation === Atomic.CMPXCHG) {
    if (old === low[0]) view.setInt32(address, low[src], true);
    low[0] = old;
    high[0] = 0;
    return;
  }
  view.setInt32(address, combine(operation, old, low[src]), true);
  if ((operation & Atomic.FETCH) === 0) return;
  low[src] = old;
  high[src] = 0;
}

/** What one 32-bit half becomes; the sum of a low half still lacks its carry into the high one. */
function combine(operation: number, old: number, value: number): number {
  switch (operation & ~Atomic.FETCH) {
    case Atomic.ADD:
      return (old + value) | 0;
    case Atomic.OR:
      return old | value;
    case Atomic.AND:
      return old & value;
    case Atomic.XOR:
      return old ^ value;
    default:
      return value;
  }
}

/** Atomic operation on 64 bits (RFC 9669, section 5.3) at `address`, which is checked. */
export function atomic64(
  { low, high }: RegisterViews,
  view: DataView,
  address: number,
  src: RegisterIndex,
  operation: number,
): void {
  const oldLow = view.getInt32(address, true);
  const oldHigh = view.getInt32(address + 4, true);
  if (operation === Atomic.CMPXCHG) {
    if (oldLow === low[0] && oldHigh === high[0]) {
      view.setInt32(address, low[src], true);
      view.setInt32(address + 4, high[src], true);
    }
    low[0] = oldLow;
    high[0] = oldHigh;
    return;
  }
  const sumLow = combine(operation, oldLow, low[src]);
  const carry = (operation & ~Atomic.FETCH) === Atomic.ADD && sumLow >>> 0 < oldLow >>> 0 ? 1 : 0;
  view.setInt32(address, sumLow, true);
  view.setInt32(address + 4, combine(operation, oldHigh, high[src]) + carry, true);
  if ((operation & Atomic.FETCH) === 0) return;
  low[src] = oldLow;
  high[src] = oldHigh;
}
