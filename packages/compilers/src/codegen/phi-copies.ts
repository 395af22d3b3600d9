import type { Value } from '../ir/index.ts';
import { isMadeAnew, type Selection } from './selection.ts';

/** A phi and the value it takes on one way into its block. */
export interface PhiCopy {
  readonly phi: Value;
  readonly value: Value;
}

/**
 * Moves the values of phis into their registers, as if all at once: a register is written when no other copy still
 * reads it, and a ring of registers is broken by one that is saved.
 */
export function emitPhiCopies(selection: Selection, copies: readonly PhiCopy[]): void {
  const made = copies.filter(({ value }) => isMadeAnew(selection.through(value)));
  const moves = new Map<number, number>();
  for (const { phi, value } of copies) {
    if (isMadeAnew(selection.through(value))) continue;
    const [dst, src] = [selection.result(phi), selection.use(value)];
    if (dst !== src) moves.set(dst, src);
  }
  while (moves.size > 0) {
    const ready = [...moves].find(([dst]) => ![...moves.values()].includes(dst));
    if (ready !== undefined) {
      const [dst, src] = ready;
      selection.move(dst, src);
      moves.delete(dst);
      continue;
    }
    const [ring] = moves.keys();
    if (ring === undefined) break;
    const saved = selection.code.register();
    selection.move(saved, ring);
    for (const [dst, src] of moves) if (src === ring) moves.set(dst, saved);
  }
  for (const { phi, value } of made) selection.into(value, selection.result(phi));
}
