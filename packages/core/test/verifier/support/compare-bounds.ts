import type { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { disassembleInstruction } from '../../../src/isa/disassemble.ts';
import { encode } from '../../../src/isa/encode.ts';
import type { Instruction } from '../../../src/isa/instruction.ts';
import { describeBounds } from './concrete.ts';
import { loggedBounds } from './kernel-log.ts';
import { followStraightLine, straightLine } from './straight-line.ts';

/** How our bounds stand to the kernel's. */
export interface BoundsComparison {
  same: number;
  tighter: number;
  /** Kind of instruction, slot, bounds: where the kernel knows more. */
  looser: string[];
  tighterAt: string[];
}

/** Lower bounds; the others but `value` are upper ones, and a mask has less bits where it is tighter. */
const lower = ['umin', 'smin', 'umin32', 'smin32'];
const upper = ['umax', 'smax', 'umax32', 'smax32'];

function relation(ours: Record<string, bigint>, theirs: Record<string, bigint>): 'same' | 'tighter' | 'looser' {
  const get = (bounds: Record<string, bigint>, name: string) => bounds[name] ?? 0n;
  const looser =
    lower.some((name) => get(ours, name) < get(theirs, name)) ||
    upper.some((name) => get(ours, name) > get(theirs, name)) ||
    (get(ours, 'mask') & ~get(theirs, 'mask')) !== 0n;
  if (looser) return 'looser';
  return [...lower, ...upper, 'mask', 'value'].every((name) => get(ours, name) === get(theirs, name))
    ? 'same'
    : 'tighter';
}

function difference(ours: Record<string, bigint>, theirs: Record<string, bigint>): string {
  return Object.keys(ours)
    .filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name} ${ours[name]}, kernel ${theirs[name]}`)
    .join('; ');
}

/** Compares the bounds behind each instruction of a random program with those in the kernel's log. */
export async function compareBounds(kernel: KernelOracle, seed: number, counts: BoundsComparison): Promise<void> {
  const code: Instruction[] = straightLine(seed, 40);
  const logged = loggedBounds(await kernel.trace({ type: 'socket_filter', code: encode(code) }));
  const told = new Set<number>();
  followStraightLine(code, (slot, register, bounds) => {
    const theirs = logged.get(slot)?.get(register);
    const instruction = code[slot];
    if (theirs === undefined || instruction === undefined || told.has(register)) return;
    const ours = describeBounds(bounds);
    const answer = relation(ours, theirs);
    if (answer === 'same') {
      counts.same += 1;
      return;
    }
    told.add(register);
    const text = `seed ${seed}, ${slot}: ${disassembleInstruction(instruction, {}, slot)}: r${register} ${difference(ours, theirs)}`;
    if (answer === 'looser') counts.looser.push(text);
    else {
      counts.tighter += 1;
      counts.tighterAt.push(text);
    }
  });
}
