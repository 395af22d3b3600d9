import type { u32 } from '../integers.ts';

/** 0..end-1, or start..end-1, for `for (const i of range(n))`. The bound must be provable. */
export function range(end: number): Iterable<u32>;
export function range(start: number, end: number): Iterable<u32>;
export function* range(first: number, second?: number): Generator<u32> {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  for (let index = start; index < end; index += 1) yield index;
}
