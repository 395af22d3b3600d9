import type { u32 } from '../integers.ts';

/** Runs `body` up to `count` times (bpf_loop, Linux 5.17) until it returns true; gives the number of calls. */
export function loop(count: number, body: (index: u32) => boolean | void): u32 {
  for (let index = 0; index < count; index += 1) if (body(index) === true) return index + 1;
  return count;
}
