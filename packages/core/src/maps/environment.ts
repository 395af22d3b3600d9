import type { BpfMap } from './map.ts';
import type { Memory } from './memory.ts';

/** What a map needs from the machine it lives in. */
export interface MapEnvironment {
  readonly memory: Memory;
  /** CPUs that per-CPU maps have values for. */
  readonly cpus: number;
  /** The map that programs know by this handle: an entry for a map of maps. */
  mapByHandle(handle: number): BpfMap | undefined;
  /** Template for the inner maps of a map of maps. */
  readonly inner?: BpfMap | undefined;
  /**
   * Called when the memory of a map is given back: at its `dispose`, or later, when the last map of maps that holds
   * it lets it go. From then on the handle may be given to another map.
   */
  released?(map: BpfMap): void;
}
