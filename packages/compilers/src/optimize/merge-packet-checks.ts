import type { Block, Instruction, IrFunction, Terminator } from '../ir/index.ts';

type Branch = Terminator & { readonly kind: 'branch' };

/**
 * Checks the packet once for what two checks in a row ask: where nothing but loads stands between them, and both fail to
 * the same place, the first asks for all. True where anything changed.
 */
export function mergePacketChecks(target: IrFunction): boolean {
  let changed = false;
  for (const block of target.blocks) if (widen(block)) changed = true;
  return changed;
}

function widen(block: Block): boolean {
  const first = packetCheck(block);
  if (first === undefined || first.then.predecessors.length !== 1) return false;
  const second = packetCheck(first.then);
  if (second === undefined || second.otherwise !== first.otherwise || !isSame(first, second)) return false;
  if (first.otherwise.phis.length > 0 || first.then.instructions.some(hasEffect)) return false;
  const [size, more] = [sizeOf(first), sizeOf(second)];
  block.terminator = { ...first, condition: { kind: 'packet', size: Math.max(size, more) } };
  const failed = first.otherwise.predecessors;
  failed.splice(failed.indexOf(first.then), 1);
  first.then.terminator = { kind: 'jump', target: second.then, location: second.location };
  return true;
}

function packetCheck({ terminator }: Block): Branch | undefined {
  return terminator?.kind === 'branch' && terminator.condition.kind === 'packet' ? terminator : undefined;
}

function isSame(first: Branch, second: Branch): boolean {
  return first.operands[0] === second.operands[0] && first.operands[1] === second.operands[1];
}

function sizeOf({ condition }: Branch): number {
  return condition.kind === 'packet' ? condition.size : 0;
}

function hasEffect({ operation: { kind } }: Instruction): boolean {
  return (
    kind === 'store' || kind === 'copy' || kind === 'zero' || kind === 'atomic' || kind === 'call' || kind === 'helper'
  );
}
