import type { Memory, Region } from '../maps/memory.ts';
import type { LoadedProgram } from './program.ts';
import type { RegisterViews } from './registers.ts';

/** Bytes of stack that each function has (MAX_BPF_STACK). */
export const FRAME_SIZE = 512;
/** Functions that may be active at once, callbacks included (MAX_CALL_FRAMES). */
export const MAX_FRAMES = 8;
/** Times a loop with may_goto goes round before it is left (BPF_MAX_LOOPS). */
const MAX_LOOPS = 8 * 1024 * 1024;

/** Bytes from one frame to the next: an equal gap on both sides catches what runs over either end. */
const FRAME_STRIDE = 1024;
const FRAME_OFFSET = (FRAME_STRIDE - FRAME_SIZE) / 2;
/** Saved per call: r6..r9 in halves and the word to return to. */
const SAVED_WORDS = 9;

/**
 * The call stack: one frame of 512 bytes per active function in linear memory, and what a return restores.
 *
 *     start                        start + 1024
 *     |--256--[ frame of depth 0 ]--256--|--256--[ frame of depth 1 ]--256--| ...   8 frames
 *             low              r10
 */
export class Frames {
  /** Number of calls under way: 0 in the entry function. */
  depth = 0;
  /** Lowest address of the current frame. */
  current: number;
  readonly region: Region;
  readonly #memory: Memory;
  readonly #saved = new Int32Array(MAX_FRAMES * SAVED_WORDS);
  readonly #programs: LoadedProgram[] = [];
  readonly #loops = new Int32Array(MAX_FRAMES);
  /** Greatest depth since the stack was last cleaned. */
  #deepest = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.region = memory.allocateRegion({
      kind: 'stack',
      name: 'stack',
      count: MAX_FRAMES,
      stride: FRAME_STRIDE,
      offset: FRAME_OFFSET,
      size: FRAME_SIZE,
      writable: true,
      readable: true,
      allows: (address) => this.depthOf(address) <= this.depth,
    });
    this.current = this.frameAt(0);
  }

  /** Lowest address of the frame at `depth`. */
  frameAt(depth: number): number {
    return this.region.start + depth * FRAME_STRIDE + FRAME_OFFSET;
  }
  /** Depth of the frame whose part of the region holds `address`. */
  depthOf(address: number): number {
    return Math.floor((address - this.region.start) / FRAME_STRIDE);
  }

  /** Empties the stack and zeroes every frame that was used since. */
  reset(): void {
    const { u8 } = this.#memory;
    for (let depth = 0; depth <= this.#deepest; depth++) {
      const low = this.frameAt(depth);
      u8.fill(0, low, low + FRAME_SIZE);
    }
    this.#deepest = 0;
    this.depth = 0;
    this.#loops[0] = 0;
    this.current = this.frameAt(0);
  }

  /** Saves what a call must keep, and gives r10 the frame of the function called. The caller has checked the depth. */
  push({ low, high }: RegisterViews, program: LoadedProgram, back: number): void {
    const saved = this.#saved;
    const at = this.depth * SAVED_WORDS;
    saved[at] = low[12];
    saved[at + 1] = high[12];
    saved[at + 2] = low[14];
    saved[at + 3] = high[14];
    saved[at + 4] = low[16];
    saved[at + 5] = high[16];
    saved[at + 6] = low[18];
    saved[at + 7] = high[18];
    saved[at + 8] = back;
    this.#programs[this.depth] = program;
    this.depth += 1;
    this.#loops[this.depth] = 0;
    if (this.depth > this.#deepest) this.#deepest = this.depth;
    this.#select(low);
  }

  /** Restores what {@link Frames.push} saved and gives the word to return to. */
  pop({ low, high }: RegisterViews): number {
    const saved = this.#saved as { readonly [index: number]: number };
    this.depth -= 1;
    const at = this.depth * SAVED_WORDS;
    low[12] = saved[at] as number;
    high[12] = saved[at + 1] as number;
    low[14] = saved[at + 2] as number;
    high[14] = saved[at + 3] as number;
    low[16] = saved[at + 4] as number;
    high[16] = saved[at + 5] as number;
    low[18] = saved[at + 6] as number;
    high[18] = saved[at + 7] as number;
    this.#select(low);
    return saved[at + 8] as number;
  }

  /** Program of the function that is returned to; to be read after {@link Frames.pop}. */
  get program(): LoadedProgram {
    return this.#programs[this.depth] as LoadedProgram;
  }

  /** Counts one round of a may_goto loop; true once there were too many in this function. */
  loopsTooOften(): boolean {
    const count = this.#loops[this.depth] ?? 0;
    if (count >= MAX_LOOPS) return true;
    this.#loops[this.depth] = count + 1;
    return false;
  }

  #select(low: RegisterViews['low']): void {
    this.current = this.frameAt(this.depth);
    low[20] = this.current + FRAME_SIZE;
  }
}
