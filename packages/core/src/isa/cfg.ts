import type { Instruction } from './instruction.ts';
import { fallsThrough, jumpDistance } from './jumps.ts';
import { CALL, Call, LDDW, LoadImmediate } from './opcode.ts';

/** Instructions that always run one after the other: entered at the first, left at the last. */
export interface BasicBlock {
  /** Place in {@link Cfg.blocks}. */
  readonly index: number;
  /** First slot. */
  readonly start: number;
  /** Slot behind the last. */
  readonly end: number;
  /** Blocks that may follow, by index; the one in line first, then the one jumped to. Exit has none. */
  readonly successors: readonly number[];
  /** Blocks that may come before, by index, ascending. */
  readonly predecessors: readonly number[];
  /** Function it belongs to, by place in {@link Cfg.functions}. */
  readonly function: number;
  /** False where no path from the entry of its function leads here. */
  readonly reachable: boolean;
}

/** The program itself or a subprogram: slots from its entry up to the next entry. */
export interface CfgFunction {
  readonly entry: number;
  /** Slot behind the last. */
  readonly end: number;
  /** Its blocks, by index; the first is the entry. */
  readonly blocks: readonly number[];
}

/** Call of a subprogram, or its address taken for a callback. */
export interface CallSite {
  readonly slot: number;
  /** Function called, by place in {@link Cfg.functions}. */
  readonly callee: number;
  readonly kind: 'call' | 'callback';
}

/** Control-flow graph of a program with its subprograms. A call does not end a block. */
export interface Cfg {
  readonly blocks: readonly BasicBlock[];
  /** Block of each slot. */
  readonly blockOf: Int32Array;
  readonly functions: readonly CfgFunction[];
  readonly calls: readonly CallSite[];
}

interface DraftBlock extends BasicBlock {
  readonly successors: number[];
  readonly predecessors: number[];
  reachable: boolean;
}

/**
 * Builds the control-flow graph of a program that `validate` accepts; linear in the number of slots.
 * @param slots what `decode` gives.
 */
export function buildCfg(slots: readonly (Instruction | undefined)[]): Cfg {
  const entries = functionEntries(slots);
  const { blocks, blockOf, functions } = cutBlocks(slots, entries);
  linkBlocks(slots, blocks, blockOf);
  markReachable(blocks, functions);
  return { blocks, blockOf, functions, calls: callSites(slots, blocks, blockOf) };
}

/** The slot a local call or callback names, or undefined. */
function calleeSlot(instruction: Instruction, slot: number): number | undefined {
  const calls = instruction.opcode === CALL && instruction.src === Call.LOCAL;
  const takesAddress = instruction.opcode === LDDW && instruction.src === LoadImmediate.FUNC;
  return calls || takesAddress ? slot + 1 + instruction.imm : undefined;
}

function functionEntries(slots: readonly (Instruction | undefined)[]): Uint8Array {
  const entries = new Uint8Array(slots.length + 1);
  entries[0] = 1;
  for (const [slot, instruction] of slots.entries()) {
    const callee = instruction === undefined ? undefined : calleeSlot(instruction, slot);
    if (callee !== undefined) entries[callee] = 1;
  }
  return entries;
}

/** Marks the slots at which a block begins. */
function blockStarts(slots: readonly (Instruction | undefined)[], entries: Uint8Array): Uint8Array {
  const starts = entries.slice();
  for (const [slot, instruction] of slots.entries()) {
    if (instruction === undefined) continue;
    const distance = jumpDistance(instruction);
    if (distance !== undefined) starts[slot + 1 + distance] = 1;
    if (distance !== undefined || !fallsThrough(instruction)) starts[slot + 1] = 1;
  }
  return starts;
}

function cutBlocks(
  slots: readonly (Instruction | undefined)[],
  entries: Uint8Array,
): { blocks: DraftBlock[]; blockOf: Int32Array; functions: CfgFunction[] } {
  const starts = blockStarts(slots, entries);
  const blocks: DraftBlock[] = [];
  const functions: { entry: number; end: number; blocks: number[] }[] = [];
  const blockOf = new Int32Array(slots.length);
  for (let start = 0; start < slots.length; ) {
    let end = start + 1;
    while (end < slots.length && starts[end] !== 1) end++;
    if (entries[start] === 1) functions.push({ entry: start, end, blocks: [] });
    const index = blocks.length;
    const owner = functions.at(-1);
    owner?.blocks.push(index);
    if (owner !== undefined) owner.end = end;
    blocks.push({
      index,
      start,
      end,
      successors: [],
      predecessors: [],
      function: functions.length - 1,
      reachable: false,
    });
    blockOf.fill(index, start, end);
    start = end;
  }
  return { blocks, blockOf, functions };
}

function linkBlocks(
  slots: readonly (Instruction | undefined)[],
  blocks: readonly DraftBlock[],
  blockOf: Int32Array,
): void {
  for (const block of blocks) {
    const slot = slots[block.end - 1] === undefined ? block.end - 2 : block.end - 1;
    const last = slots[slot];
    if (last === undefined) continue;
    const distance = jumpDistance(last);
    const targets = [
      fallsThrough(last) ? block.end : undefined,
      distance === undefined ? undefined : slot + 1 + distance,
    ];
    for (const target of targets) {
      const next = target === undefined ? undefined : blocks[blockOf[target] ?? -1];
      if (next === undefined || block.successors.includes(next.index)) continue;
      block.successors.push(next.index);
      next.predecessors.push(block.index);
    }
  }
}

function markReachable(blocks: readonly DraftBlock[], functions: readonly CfgFunction[]): void {
  const pending = functions.map((one) => one.blocks[0] ?? 0);
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const block = blocks[index];
    if (block === undefined || block.reachable) continue;
    block.reachable = true;
    pending.push(...block.successors);
  }
}

function callSites(
  slots: readonly (Instruction | undefined)[],
  blocks: readonly BasicBlock[],
  blockOf: Int32Array,
): CallSite[] {
  const calls: CallSite[] = [];
  for (const [slot, instruction] of slots.entries()) {
    const target = instruction === undefined ? undefined : calleeSlot(instruction, slot);
    const callee = target === undefined ? undefined : blocks[blockOf[target] ?? -1]?.function;
    if (instruction === undefined || callee === undefined) continue;
    calls.push({ slot, callee, kind: instruction.opcode === CALL ? 'call' : 'callback' });
  }
  return calls;
}
