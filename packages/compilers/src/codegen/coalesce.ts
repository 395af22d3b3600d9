import { bitCount, type Interference } from './interference.ts';
import { REGISTERS } from './machine.ts';

/**
 * Joins the two sides of moves, those that run most often first. `careful` joins only where the result is certain to
 * be colourable (Briggs' and George's tests); otherwise all that do not interfere are joined.
 */
export function coalesce(graph: Interference, careful: boolean): void {
  const moves = [...graph.affinities].sort((a, b) => b.weight - a.weight);
  for (let changed = true; changed; ) {
    changed = false;
    for (const move of moves) {
      const [a, b] = [graph.find(move.dst), graph.find(move.src)];
      if (a === b || (a < REGISTERS && b < REGISTERS) || graph.interferes(a, b)) continue;
      const [to, from] = a < REGISTERS ? [a, b] : b < REGISTERS ? [b, a] : [a, b];
      if (careful && !isSafe(graph, to, from)) continue;
      graph.join(to, from);
      changed = true;
    }
  }
}

function isSafe(graph: Interference, to: number, from: number): boolean {
  if (to < REGISTERS) {
    for (const neighbour of graph.neighbours[from] ?? []) {
      if (!graph.interferes(to, neighbour) && graph.degree(neighbour) >= REGISTERS) return false;
    }
    return true;
  }
  let significant = bitCount((graph.forbidden[to] ?? 0) | (graph.forbidden[from] ?? 0));
  const both = graph.neighbours[from] ?? new Set();
  for (const neighbour of graph.neighbours[to] ?? []) {
    const degree = graph.degree(neighbour) - (both.has(neighbour) ? 1 : 0);
    if (degree >= REGISTERS) significant += 1;
  }
  for (const neighbour of both) {
    if (graph.neighbours[to]?.has(neighbour) !== true && graph.degree(neighbour) >= REGISTERS) significant += 1;
  }
  return significant < REGISTERS;
}
