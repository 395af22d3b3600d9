import { Dominators, Instruction, type IrFunction, type Value } from '../ir/index.ts';
import { Rewriter } from './rewriter.ts';

/**
 * Reverses bytes behind the place where paths meet in place of on each of them: once, or not at all where the result is
 * only compared with constants. True where anything changed.
 */
export function sinkByteSwaps(target: IrFunction): boolean {
  const phis = target.blocks.flatMap((block) => block.phis).filter((phi) => swappedBits(phi) !== undefined);
  if (phis.length === 0) return false;
  const dominators = new Dominators(target);
  const rewriter = new Rewriter();
  for (const phi of phis) {
    const { block } = phi;
    const bits = swappedBits(phi);
    if (block === undefined || bits === undefined) continue;
    if (block.predecessors.some((from) => dominators.dominates(block, from))) continue;
    const operands = phi.operands.flatMap(({ operands: [inner] }): Value[] => (inner === undefined ? [] : [inner]));
    const raw = new Instruction(target.nextId++, { kind: 'phi' }, phi.type, operands, block, phi.location);
    const swap = new Instruction(target.nextId++, { kind: 'byte-swap', bits }, phi.type, [raw], block, phi.location);
    block.phis.push(raw);
    block.instructions.unshift(swap);
    rewriter.replace(phi, swap);
  }
  rewriter.apply(target);
  return rewriter.changed;
}

/** How many bits every operand of a phi has reversed. */
function swappedBits({ operands }: Instruction): 16 | 32 | 64 | undefined {
  const [first, ...others] = operands.map(({ operation }) => operation);
  if (first?.kind !== 'byte-swap' || others.length === 0) return undefined;
  return others.every((other) => other.kind === 'byte-swap' && other.bits === first.bits) ? first.bits : undefined;
}
