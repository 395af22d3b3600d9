import type { BpfMap } from '../maps/map.ts';
import { WasmMemory } from './memory.ts';
import type { LoadedProgram } from './program.ts';
import { randomGenerator } from './random.ts';
import type { Machine } from './run.ts';

/** Instructions that one run may execute where nothing else is said. */
export const DEFAULT_BUDGET: number = 100_000_000;
/** Bytes that a VM may use where nothing else is said. */
export const DEFAULT_MEMORY_LIMIT: number = 2 ** 30;

/** How a machine is set up. */
export interface MachineOptions {
  /** CPUs that per-CPU maps have values for. */
  readonly cpus: number;
  /** Start of the random generator. */
  readonly seed: number;
  /** Bytes that maps, packets and stack may take together. */
  readonly memoryLimit: number;
  /** Instructions that one run may execute. */
  readonly budget: number;
}

/** What all programs of one VM share: its memory, maps, programs, random numbers and printed lines. */
export class VirtualMachine implements Machine {
  readonly memory: WasmMemory;
  readonly cpus: number;
  readonly budget: number;
  readonly random: () => number;
  /** Takes the lines that programs print. */
  print: (line: string) => void = () => {};
  readonly #maps = new Map<number, BpfMap>();
  readonly #programs = new Map<number, LoadedProgram>();
  #lastProgram = 0;

  constructor(options: MachineOptions) {
    this.memory = new WasmMemory({ limit: options.memoryLimit });
    this.cpus = options.cpus;
    this.budget = options.budget;
    this.random = randomGenerator(options.seed);
  }

  printk(line: string): void {
    this.print(line);
  }

  /** The map that programs know by this handle. */
  mapByHandle(handle: number): BpfMap | undefined {
    return this.#maps.get(handle);
  }
  addMap(map: BpfMap): void {
    this.#maps.set(map.handle, map);
  }
  removeMap(map: BpfMap): void {
    this.#maps.delete(map.handle);
  }

  /** The program that program arrays know by this number, from 1. */
  programByNumber(number: number): LoadedProgram | undefined {
    return this.#programs.get(number);
  }
  /** Gives the program its number. */
  addProgram(program: LoadedProgram): number {
    this.#lastProgram += 1;
    this.#programs.set(this.#lastProgram, program);
    return this.#lastProgram;
  }
  removeProgram(number: number): void {
    this.#programs.delete(number);
  }
}
