import { SkepError } from '@skep/core/base';
import { coalesce } from './coalesce.ts';
import { type Coloring, color } from './color.ts';
import { buildInterference, type Interference } from './interference.ts';
import { findLiveOut, type LiveOut } from './liveness.ts';
import { FIRST_VIRTUAL, isMove, type MachineCode, type MachineInstruction } from './machine.ts';
import { Spiller } from './spill.ts';

/** Rounds of spilling after which something is wrong: each makes live ranges shorter. */
const MAX_ROUNDS = 40;

/**
 * Puts virtual registers into r0 to r9. Moves are coalesced as far as they go; where registers do not suffice, what
 * costs least goes to the stack, and the graph is built anew.
 * @throws SKEP_COMPILE where that comes to no end.
 */
export function allocateRegisters(code: MachineCode): void {
  const spiller = new Spiller(code);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const liveOut = findLiveOut(code);
    const greedy = attempt(code, liveOut, spiller, false);
    const careful = greedy.coloring.spilled.length === 0 ? greedy : attempt(code, liveOut, spiller, true);
    if (careful.coloring.spilled.length === 0) {
      assign(code, careful);
      return;
    }
    spillFrom(code, spiller, careful);
  }
  throw new SkepError('SKEP_COMPILE', `function ${code.name} keeps too many values at once`, {
    reason: `its values find no place in ten registers, also after ${MAX_ROUNDS} rounds of moving some to the stack`,
    remedy: 'move a part of it into a function of its own, or keep values in a map or a struct between uses',
  });
}

interface Attempt {
  readonly graph: Interference;
  readonly coloring: Coloring;
}

function attempt(code: MachineCode, liveOut: LiveOut, spiller: Spiller, careful: boolean): Attempt {
  const graph = buildInterference(code, liveOut);
  for (let register = FIRST_VIRTUAL; register < code.registers; register += 1) {
    const cost = graph.cost[register] ?? 0;
    if (spiller.isFinal(register)) graph.cost[register] = cost > 0 ? Number.POSITIVE_INFINITY : 0;
    else if (spiller.isShort(register)) graph.cost[register] = cost * 1000;
    // A constant is made again in place of a load, and needs no store.
    else if (code.constants.has(register)) graph.cost[register] = cost / 4;
  }
  coalesce(graph, careful);
  return { graph, coloring: color(graph) };
}

/** Spills what got no register, with what was joined to it. */
function spillFrom(code: MachineCode, spiller: Spiller, { graph, coloring }: Attempt): void {
  const members = new Map<number, number>();
  for (let register = FIRST_VIRTUAL; register < graph.count; register += 1) {
    const root = graph.find(register);
    members.set(root, (members.get(root) ?? 0) + 1);
  }
  for (const root of coloring.spilled) if ((members.get(root) ?? 0) > 1) code.constants.delete(root);
  rewrite(code, (register) => (coloring.spilled.includes(graph.find(register)) ? graph.find(register) : register));
  spiller.spill(coloring.spilled);
}

function assign(code: MachineCode, { graph, coloring }: Attempt): void {
  rewrite(code, (register) => {
    const root = graph.find(register);
    return root < FIRST_VIRTUAL ? root : (coloring.colors.get(root) ?? 0);
  });
}

/** Gives registers their new names; moves of a register to itself go. */
function rewrite(code: MachineCode, nameOf: (register: number) => number): void {
  const name = (instruction: MachineInstruction): void => {
    if (instruction.dst >= FIRST_VIRTUAL) instruction.dst = nameOf(instruction.dst);
    if (instruction.src >= FIRST_VIRTUAL) instruction.src = nameOf(instruction.src);
  };
  for (const block of code.blocks) {
    for (const instruction of block.instructions) name(instruction);
    if (block.end.kind === 'branch') name(block.end.test);
    block.instructions = block.instructions.filter((item) => !isMove(item) || item.dst !== item.src);
  }
}
