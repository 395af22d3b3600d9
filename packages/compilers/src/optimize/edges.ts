import type { Block } from '../ir/index.ts';

/** Leads one edge of `from` that went to `before` to `after`; phis of `after` are the caller's to complete. */
export function retarget(from: Block, before: Block, after: Block): void {
  const { terminator } = from;
  if (terminator?.kind === 'jump') terminator.target = after;
  if (terminator?.kind === 'branch') {
    const first = terminator.then === before;
    const then = first ? after : terminator.then;
    const otherwise = first ? terminator.otherwise : after;
    from.terminator = { ...terminator, then, otherwise };
  }
  after.predecessors.push(from);
}
