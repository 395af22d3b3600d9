import type { BpfMap } from '../maps/map.ts';
import type { Memory } from '../maps/memory.ts';
import type { RingBuffer } from '../maps/ring-buffer.ts';
import type { Context } from './contexts/context.ts';

/** Memory that can tell what a program may touch in it: helpers that must not fault ask first. */
export interface ProgramMemory extends Memory {
  /** Whether a program may read or write `size` bytes at `address`. */
  access(address: number, size: number, write: boolean): boolean;
}

/** What all programs of one VM share. */
export interface Machine {
  readonly memory: ProgramMemory;
  /** Number of CPUs that per-CPU maps have values for. */
  readonly cpus: number;
  /** Next number of the seeded generator, 32 bits unsigned. */
  random(): number;
  /** A line that a program printed. */
  printk(line: string): void;
}

/**
 * One run of a program, as helper functions see it. Arguments are numbered 1 to 5 as in the kernel's documents; the
 * result goes into r0.
 */
export interface Run {
  readonly machine: Machine;
  /** r0..r10 as pairs of signed halves: the low one at `2 * n`, the high one at `2 * n + 1`. */
  readonly registers: Int32Array;
  readonly context: Context;
  /** CPU the program runs on. */
  readonly cpu: number;
  /** Time of this run in nanoseconds, as halves. */
  readonly timeLow: number;
  readonly timeHigh: number;
  /** Records that the program has reserved and not given back, by address: submit and discard are given that alone. */
  readonly records: Map<number, RingBuffer>;
  /** Address of the spin lock that the program has taken, or 0. */
  lock: number;

  /** Low half of an argument, signed. */
  low(argument: number): number;
  /** Low half of an argument, unsigned. */
  unsigned(argument: number): number;
  /** Address in an argument under which `size` bytes may be read. Faults where they may not. 0 bytes always may. */
  readable(argument: number, size: number): number;
  /** Address in an argument under which `size` bytes may be written. Faults where they may not. 0 bytes always may. */
  writable(argument: number, size: number): number;
  /** Map whose handle is in an argument. Faults where it is none. */
  map(argument: number): BpfMap;
  /** Slot of the function whose reference is in an argument, for {@link Run.callback}. Faults where it is none. */
  function(argument: number): number;
  /** Sets r0 to a signed 32-bit number, sign extended: errors and small results. */
  returnSigned(value: number): void;
  /** Sets r0 to an unsigned 32-bit number: addresses and counts. */
  returnUnsigned(value: number): void;
  /**
   * Calls a function of the program (a callback) with up to five arguments, each given as halves (low, high, low,
   * high ...), and gives the low half of its result, signed. `slot` comes from {@link Run.function}. Registers r0 to
   * r5 change: read the helper's own arguments before. Memory may grow: read its views anew afterwards.
   */
  callback(slot: number, ...halves: number[]): number;
  /**
   * Counts work on `bytes` bytes towards the budget, as one instruction for each full 64. {@link Run.readable} and
   * {@link Run.writable} do so by themselves.
   */
  charge(bytes: number): void;
  /** Ends the run with a fault. `what` is one sentence: what was wrong. */
  fault(what: string, remedy?: string): never;
}

/** A helper function: reads its arguments from the run, leaves its result in r0. */
export type Helper = (run: Run) => void;
