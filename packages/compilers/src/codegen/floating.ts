import type { Block, Value } from '../ir/index.ts';

/**
 * Sums `(pointer + constant) + variable` that only accesses, packet checks and further sums use. They are computed as
 * `pointer + variable`, and the constant goes into each access.
 */
export function floatingSums(blocks: readonly Block[]): ReadonlySet<Value> {
  const sums = new Set<Value>();
  for (const { instructions } of blocks) {
    for (const instruction of instructions) {
      const [, amount] = instruction.operands;
      const { kind } = instruction.operation;
      if (kind === 'pointer-add' && amount?.operation.kind !== 'constant') sums.add(instruction);
    }
  }
  const keep = (value: Value | undefined): void => {
    if (value !== undefined) sums.delete(value);
  };
  for (const { phis, instructions, terminator } of blocks) {
    for (const phi of phis) phi.operands.forEach(keep);
    for (const instruction of instructions) {
      const from = addressOperands(instruction);
      instruction.operands.slice(from).forEach(keep);
    }
    if (terminator?.kind === 'return') keep(terminator.value);
    if (terminator?.kind !== 'branch') continue;
    if (terminator.condition.kind === 'compare') keep(terminator.operands[0]);
    keep(terminator.operands[1]);
  }
  return sums;
}

/** Number of leading operands that an instruction only uses as addresses. */
function addressOperands({ operation: { kind } }: Value): 0 | 1 | 2 {
  if (kind === 'copy') return 2;
  return kind === 'load' || kind === 'store' || kind === 'zero' || kind === 'atomic' || kind === 'pointer-add' ? 1 : 0;
}
