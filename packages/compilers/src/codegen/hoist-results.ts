import { Alu, Class } from '@skep/core/isa';
import { findLiveOut, forDefinitions, type LiveOut } from './liveness.ts';
import { definition, forUses, type MachineBlock, type MachineCode, machineSuccessors } from './machine.ts';

const MOVE_CONSTANT = Class.ALU | Alu.MOV;

/**
 * `if (..) return 2; if (..) return 2; ..` with one exit: where tests lead to a block that only sets r0 and leaves, and
 * nothing else needs r0 from the first of them to the last, r0 is set before the first.
 */
export function hoistResults(code: MachineCode): void {
  const predecessors = new Map<MachineBlock, number>();
  for (const block of code.blocks) {
    for (const next of machineSuccessors(block)) predecessors.set(next, (predecessors.get(next) ?? 0) + 1);
  }
  let liveOut = findLiveOut(code);
  for (const block of code.blocks) {
    for (const way of machineSuccessors(block)) {
      const [result] = way.instructions;
      if (result === undefined || !isConstantReturn(way)) continue;
      if (testsOf(block, way, predecessors, liveOut) !== predecessors.get(way)) continue;
      block.instructions.push(result);
      way.instructions = [];
      liveOut = findLiveOut(code);
      break;
    }
  }
}

/** Number of tests, one behind the other from `first`, that lead to `way` while nothing else needs r0. */
function testsOf(
  first: MachineBlock,
  way: MachineBlock,
  predecessors: ReadonlyMap<MachineBlock, number>,
  liveOut: LiveOut,
): number {
  let count = 0;
  for (let block: MachineBlock | undefined = first; block !== undefined; ) {
    const { end }: MachineBlock = block;
    if (end.kind !== 'branch' || liveOut.get(block)?.has(0) === true) break;
    let readsResult = false;
    forUses(end.test, (register) => {
      if (register === 0) readsResult = true;
    });
    if (readsResult || (end.taken !== way && end.otherwise !== way)) break;
    count += 1;
    const next: MachineBlock = end.taken === way ? end.otherwise : end.taken;
    block = predecessors.get(next) === 1 && next !== first && !touchesResult(next) ? next : undefined;
  }
  return count;
}

/** Whether the instructions of a block read or write r0. */
function touchesResult({ instructions }: MachineBlock): boolean {
  let touches = false;
  const check = (register: number): void => {
    if (register === 0) touches = true;
  };
  for (const instruction of instructions) {
    forUses(instruction, check);
    forDefinitions(instruction, check);
  }
  return touches;
}

/** Whether a block only sets r0 to a constant and leaves. */
function isConstantReturn({ instructions, end }: MachineBlock): boolean {
  const [only, ...more] = instructions;
  if (end.kind !== 'exit' || only === undefined || more.length > 0) return false;
  return definition(only) === 0 && only.opcode === MOVE_CONSTANT;
}
