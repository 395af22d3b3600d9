import type { Memory } from './memory.ts';

/** Below this many bytes a loop over words is faster than a call into the engine. */
const LOOP_LIMIT = 128;

/** Copies `size` bytes; the ranges may overlap as long as they are the same or `to` lies before `from`. */
export function copyBytes(memory: Memory, to: number, from: number, size: number): void {
  if (size > LOOP_LIMIT) {
    memory.u8.copyWithin(to, from, from + size);
    return;
  }
  const view = memory.view;
  const words = size & ~3;
  for (let at = 0; at < words; at += 4) view.setInt32(to + at, view.getInt32(from + at, true), true);
  for (let at = words; at < size; at++) view.setUint8(to + at, view.getUint8(from + at));
}

/** Sets `size` bytes at `at` to zero. */
export function zeroBytes(memory: Memory, at: number, size: number): void {
  memory.u8.fill(0, at, at + size);
}

/** Whether `size` bytes are the same. */
export function equalBytes(view: DataView, left: number, right: number, size: number): boolean {
  const words = size & ~3;
  for (let at = 0; at < words; at += 4) {
    if (view.getInt32(left + at, true) !== view.getInt32(right + at, true)) return false;
  }
  for (let at = words; at < size; at++) {
    if (view.getUint8(left + at) !== view.getUint8(right + at)) return false;
  }
  return true;
}
