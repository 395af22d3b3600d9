import { forDefinitions, type LiveOut, walkBackward } from './liveness.ts';
import { FIRST_VIRTUAL, forEndUses, forUses, isMove, type MachineCode, REGISTERS } from './machine.ts';

/** A move that need not be there where both sides get one register. */
export interface Affinity {
  readonly dst: number;
  readonly src: number;
  readonly weight: number;
}

/**
 * Which registers hold values at one time, and so must differ. Virtual registers know each other as neighbours, and of
 * the physical ones which they must not get, as bits. Registers that were joined stand for each other.
 */
export class Interference {
  readonly count: number;
  readonly neighbours: Set<number>[] = [];
  /** Physical registers that each register must not get. */
  readonly forbidden: number[] = [];
  /** What spilling a register costs: its reads and writes, weighted by loops. */
  readonly cost: number[] = [];
  readonly affinities: Affinity[] = [];
  readonly #joined: number[] = [];

  constructor(count: number) {
    this.count = count;
    for (let register = 0; register < count; register += 1) {
      this.neighbours.push(new Set());
      this.forbidden.push(0);
      this.cost.push(0);
      this.#joined.push(register);
    }
  }

  /** The register that stands for another. */
  find(register: number): number {
    let found = register;
    for (let next = this.#joined[found]; next !== undefined && next !== found; next = this.#joined[found]) found = next;
    return found;
  }

  connect(a: number, b: number): void {
    if (a === b) return;
    if (a < REGISTERS && b < REGISTERS) return;
    if (a < REGISTERS) this.#forbid(b, 1 << a);
    else if (b < REGISTERS) this.#forbid(a, 1 << b);
    else {
      this.neighbours[a]?.add(b);
      this.neighbours[b]?.add(a);
    }
  }

  interferes(a: number, b: number): boolean {
    if (a < REGISTERS) return ((this.forbidden[b] ?? 0) & (1 << a)) !== 0;
    if (b < REGISTERS) return ((this.forbidden[a] ?? 0) & (1 << b)) !== 0;
    return this.neighbours[a]?.has(b) === true;
  }

  /** How many registers a register's surroundings take from it at most. */
  degree(register: number): number {
    return (this.neighbours[register]?.size ?? 0) + bitCount(this.forbidden[register] ?? 0);
  }

  /** Makes `from`, which is virtual, stand for the same register as `to`. */
  join(to: number, from: number): void {
    this.#joined[from] = to;
    for (const neighbour of this.neighbours[from] ?? []) {
      this.neighbours[neighbour]?.delete(from);
      this.connect(to, neighbour);
    }
    this.neighbours[from]?.clear();
    if (to >= REGISTERS) {
      this.#forbid(to, this.forbidden[from] ?? 0);
      this.cost[to] = (this.cost[to] ?? 0) + (this.cost[from] ?? 0);
    }
  }

  #forbid(register: number, bits: number): void {
    this.forbidden[register] = (this.forbidden[register] ?? 0) | bits;
  }
}

export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Weight of what runs in a block: a loop counts as ten rounds. */
export function weightOf({ depth }: { readonly depth: number }): number {
  return 10 ** Math.min(depth, 6);
}

/** Builds the interference graph of a function. */
export function buildInterference(code: MachineCode, liveOut: LiveOut): Interference {
  const graph = new Interference(code.registers);
  for (const block of code.blocks) {
    const weight = weightOf(block);
    const count = (register: number): void => {
      graph.cost[register] = (graph.cost[register] ?? 0) + weight;
    };
    forEndUses(block, count);
    walkBackward(block, liveOut, (instruction, live) => {
      const move = isMove(instruction);
      const source = move ? instruction.src : -1;
      forDefinitions(instruction, (register) => {
        for (const other of live) if (other !== source) graph.connect(register, other);
        count(register);
      });
      forUses(instruction, count);
      if (move && isAllocated(instruction.dst) && isAllocated(source)) {
        graph.affinities.push({ dst: instruction.dst, src: source, weight });
      }
    });
  }
  return graph;
}

function isAllocated(register: number): boolean {
  return register < REGISTERS || register >= FIRST_VIRTUAL;
}
