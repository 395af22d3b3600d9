import { instructionText, Names } from './instruction-text.ts';
import { type MachineBlock, type MachineCode, type MachineInstruction, machineSuccessors } from './machine.ts';

/** Makes the control flow smaller once registers are known: jumps over empty blocks, and blocks that are the same. */
export function cleanUp(code: MachineCode): void {
  for (let changed = true; changed; ) {
    changed = redirect(code, emptyTargets(code));
    dropUnreachable(code);
    if (redirect(code, twins(code))) changed = true;
    dropUnreachable(code);
  }
}

/** Blocks that only jump on, and where they lead to. */
function emptyTargets({ blocks }: MachineCode): Map<MachineBlock, MachineBlock> {
  const targets = new Map<MachineBlock, MachineBlock>();
  for (const block of blocks) {
    const { end, instructions } = block;
    if (instructions.length === 0 && end.kind === 'jump' && end.target !== block) targets.set(block, end.target);
    // A test whose ways are one is no test.
    if (end.kind === 'branch' && end.taken === end.otherwise) {
      block.end = { kind: 'jump', target: end.taken, location: end.test.location };
    }
  }
  return targets;
}

/** Blocks that do the same as one before them. */
function twins({ blocks }: MachineCode): Map<MachineBlock, MachineBlock> {
  const first = new Map<string, MachineBlock>();
  const targets = new Map<MachineBlock, MachineBlock>();
  const names = new Names();
  const textOf = (item: MachineInstruction): string => instructionText(item, names);
  for (const block of blocks) {
    const ways = machineSuccessors(block).map((next) => next.id);
    const test = block.end.kind === 'branch' ? textOf(block.end.test) : '';
    const text = [...block.instructions.map(textOf), block.end.kind, test, ...ways].join(';');
    const twin = first.get(text);
    if (twin === undefined) first.set(text, block);
    else if (block !== blocks[0]) targets.set(block, twin);
  }
  return targets;
}

/** Leads control to other blocks than now. True where that changed something. */
function redirect({ blocks }: MachineCode, targets: ReadonlyMap<MachineBlock, MachineBlock>): boolean {
  let changed = false;
  const follow = (block: MachineBlock): MachineBlock => {
    let found = block;
    const seen = new Set<MachineBlock>();
    for (let next = targets.get(found); next !== undefined && !seen.has(found); next = targets.get(found)) {
      seen.add(found);
      found = next;
    }
    if (found !== block) changed = true;
    return found;
  };
  for (const { end } of blocks) {
    if (end.kind === 'jump') end.target = follow(end.target);
    else if (end.kind === 'branch') {
      end.taken = follow(end.taken);
      end.otherwise = follow(end.otherwise);
    }
  }
  return changed;
}

function dropUnreachable(code: MachineCode): void {
  const [entry] = code.blocks;
  if (entry === undefined) return;
  const reached = new Set<MachineBlock>([entry]);
  for (const block of reached) for (const next of machineSuccessors(block)) reached.add(next);
  code.blocks = code.blocks.filter((block) => reached.has(block));
}
