import { bitCount, type Interference } from './interference.ts';
import { FIRST_VIRTUAL, REGISTERS } from './machine.ts';

/** What an allocation came to: a register for each that stands for itself, and those that got none. */
export interface Coloring {
  readonly colors: ReadonlyMap<number, number>;
  readonly spilled: readonly number[];
}

/** The order in which registers are tried: those that calls keep are left to what needs them. */
const order = [1, 2, 3, 4, 5, 0, 6, 7, 8, 9];

/** Gives each register one that its neighbours do not have (Chaitin and Briggs, optimistic). */
export function color(graph: Interference): Coloring {
  const partners = partnersOf(graph);
  const colors = new Map<number, number>();
  const spilled: number[] = [];
  for (const register of simplify(graph).reverse()) {
    let taken = graph.forbidden[register] ?? 0;
    for (const neighbour of graph.neighbours[register] ?? []) {
      const other = colors.get(neighbour);
      if (other !== undefined) taken |= 1 << other;
    }
    const wished = partners.get(register)?.map((other) => (other < REGISTERS ? other : colors.get(other)));
    const found = [...(wished ?? []), ...order].find((at) => at !== undefined && (taken & (1 << at)) === 0);
    if (found === undefined) spilled.push(register);
    else colors.set(register, found);
  }
  return { colors, spilled };
}

/** The other sides of moves that are left. */
function partnersOf(graph: Interference): Map<number, number[]> {
  const partners = new Map<number, number[]>();
  const add = (register: number, other: number): void => {
    const list = partners.get(register);
    if (list === undefined) partners.set(register, [other]);
    else list.push(other);
  };
  for (const { dst, src } of graph.affinities) {
    const [a, b] = [graph.find(dst), graph.find(src)];
    if (a === b) continue;
    add(a, b);
    add(b, a);
  }
  return partners;
}

/** Takes registers out of the graph, those first that are certain to get one; the last to go is coloured first. */
function simplify(graph: Interference): number[] {
  const left = new Map<number, number>();
  for (let register = FIRST_VIRTUAL; register < graph.count; register += 1) {
    if (graph.find(register) === register && (graph.cost[register] ?? 0) > 0)
      left.set(register, graph.degree(register));
  }
  const removed: number[] = [];
  const easy = [...left].filter(([, degree]) => degree < REGISTERS).map(([register]) => register);
  const remove = (register: number): void => {
    left.delete(register);
    removed.push(register);
    for (const neighbour of graph.neighbours[register] ?? []) {
      const degree = left.get(neighbour);
      if (degree === undefined) continue;
      left.set(neighbour, degree - 1);
      if (degree === REGISTERS) easy.push(neighbour);
    }
  };
  while (left.size > 0) {
    const next = easy.pop() ?? cheapest(graph, left);
    if (left.has(next)) remove(next);
  }
  return removed;
}

/** The register whose spilling costs least for what it makes free. */
function cheapest(graph: Interference, left: ReadonlyMap<number, number>): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [register, degree] of left) {
    const cost = (graph.cost[register] ?? 0) / Math.max(1, degree - bitCount(graph.forbidden[register] ?? 0));
    if (best >= 0 && cost >= least) continue;
    best = register;
    least = cost;
  }
  return best;
}
