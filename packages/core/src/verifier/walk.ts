import { helpers } from '../abi/helpers.gen.ts';
import type { Platform } from '../abi/platform/platform.ts';
import { SkepError } from '../base/errors.ts';
import { buildCfg } from '../isa/cfg.ts';
import { decode } from '../isa/decode.ts';
import type { Instruction } from '../isa/instruction.ts';
import { jumpDistance } from '../isa/jumps.ts';
import { Class, EXIT, Jump, Source } from '../isa/opcode.ts';
import { validate } from '../isa/validate.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import { decide, refine } from './branch.ts';
import { constantScalar, copyNumber, Kind, type Register } from './register.ts';
import { Rejection, Uncovered } from './rejection.ts';
import { firstState, type Rules, readRegister, type State, step } from './step.ts';

/** Instructions that Linux follows before it gives up (5.2, with privileges). */
const PROCESSED_LIMIT = 1_000_000;
/** Branches that may wait to be followed. */
const PENDING_LIMIT = 8192;

/** What was counted. */
export interface WalkStats {
  readonly processed: number;
  /** Most branches that waited at a time. */
  readonly peak: number;
}

/** Why a program is refused, and where. */
export interface WalkError {
  readonly id: string;
  /** Slot. */
  readonly instruction: number;
  readonly message: string;
  readonly kernelText: string;
}

/** Result of a walk. `unknown`: the program uses what the walk does not cover. */
export type WalkResult =
  | { readonly verdict: 'accepted'; readonly stats: WalkStats }
  | { readonly verdict: 'rejected'; readonly error: WalkError; readonly stats: WalkStats }
  | { readonly verdict: 'unknown'; readonly why: string; readonly stats: WalkStats };

type Slots = readonly (Instruction | undefined)[];

/**
 * Follows every path of a program, depth first, without comparing states: the reference for walks that do.
 * Covered are numbers, the context by its table, the stack at constant offsets, and helpers without arguments.
 */
export function walk(program: Pick<ProgramSpec, 'code' | 'type'>, platform: Platform): WalkResult {
  const walker = new Walker(rulesOf(program.type, platform));
  try {
    const slots = decode(program.code);
    validate(slots);
    walker.run(slots);
    return { verdict: 'accepted', stats: walker.stats };
  } catch (error) {
    if (error instanceof Uncovered) return { verdict: 'unknown', why: error.what, stats: walker.stats };
    if (error instanceof Rejection) {
      const { id, message, kernelText } = error;
      return { verdict: 'rejected', error: { id, instruction: walker.slot, message, kernelText }, stats: walker.stats };
    }
    if (!(error instanceof SkepError)) throw error;
    const malformed = {
      id: 'malformed',
      instruction: error.place.instruction ?? 0,
      message: error.message,
      kernelText: '',
    };
    return { verdict: 'rejected', error: malformed, stats: walker.stats };
  }
}

function rulesOf(type: ProgramSpec['type'], platform: Platform): Rules {
  const allowed = platform.helpers(type);
  const context = platform.context(type);
  return {
    context: new Map((context ?? []).map((access) => [access.offset, access])),
    helpers: new Set([...(allowed ?? [])].map((name) => helpers[name])),
    stackSize: platform.limits.stack,
  };
}

class Walker {
  readonly #rules: Rules;
  readonly #pending: State[] = [];
  #processed = 0;
  #peak = 0;
  /** The instruction that is followed. */
  slot = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  get stats(): WalkStats {
    return { processed: this.#processed, peak: this.#peak };
  }

  run(slots: Slots): void {
    const dead = buildCfg(slots).blocks.find(({ reachable }) => !reachable);
    if (dead !== undefined) {
      this.slot = dead.start;
      throw new Rejection('unreachable', 'no path leads to this instruction', `unreachable insn ${dead.start}`);
    }
    for (let state: State | undefined = firstState(); state !== undefined; state = this.#pending.pop()) {
      this.#follow(slots, state);
    }
  }

  /** Follows a path to its exit. */
  #follow(slots: Slots, state: State): void {
    for (;;) {
      const instruction = slots[state.slot];
      if (instruction === undefined) return;
      this.slot = state.slot;
      this.#processed += 1;
      if (this.#processed > PROCESSED_LIMIT) {
        throw new Rejection(
          'too-complex',
          `more than ${PROCESSED_LIMIT} instructions have to be followed`,
          `BPF program is too large. Processed ${this.#processed} insn`,
        );
      }
      if (instruction.opcode === EXIT) {
        readRegister(state, 0);
        return;
      }
      const distance = jumpDistance(instruction);
      if (distance !== undefined) this.#jump(state, instruction, distance);
      else {
        step(state, instruction, this.#rules);
        state.slot += instruction.immHigh === undefined ? 1 : 2;
      }
    }
  }

  #jump(state: State, instruction: Instruction, distance: number): void {
    const operation = instruction.opcode & 0xf0;
    const target = state.slot + 1 + distance;
    if (operation === Jump.JA) {
      state.slot = target;
      return;
    }
    if (operation === Jump.JCOND) throw new Uncovered('may_goto');
    const { a, b, fromRegister } = comparands(state, instruction);
    const wide = (instruction.opcode & 0x07) === Class.JMP;
    const answer = answerOf(operation, wide, a, b);
    if (answer !== undefined) {
      state.slot = answer ? target : state.slot + 1;
      return;
    }
    const taken: State = { slot: target, registers: state.registers.slice(), stack: state.stack };
    if (a.kind === Kind.SCALAR && b.kind === Kind.SCALAR) {
      narrow(taken, instruction, true, fromRegister);
      narrow(state, instruction, false, fromRegister);
    }
    this.#pending.push(taken);
    this.#peak = Math.max(this.#peak, this.#pending.length);
    if (this.#pending.length > PENDING_LIMIT) {
      throw new Rejection(
        'too-many-branches',
        `more than ${PENDING_LIMIT} branches wait to be followed`,
        `The sequence of ${this.#pending.length} jumps is too complex.`,
      );
    }
    state.slot += 1;
  }
}

function comparands(
  state: State,
  { opcode, dst, src, imm }: Instruction,
): { a: Register; b: Register; fromRegister: boolean } {
  const fromRegister = (opcode & Source.X) !== 0;
  const b = fromRegister ? readRegister(state, src) : constantScalar(imm >> 31, imm);
  return { a: readRegister(state, dst), b, fromRegister };
}

/** Stack and context are never null; nothing else is known of comparisons with pointers. */
function answerOf(operation: number, wide: boolean, a: Register, b: Register): boolean | undefined {
  if (a.kind === Kind.SCALAR && b.kind === Kind.SCALAR) return decide(operation, wide, a, b);
  if (a.kind !== Kind.SCALAR && b.kind !== Kind.SCALAR) return undefined;
  throw new Uncovered('comparisons of pointers with numbers');
}

/** Narrows the operands, and what holds the same number as one of them. */
function narrow(state: State, instruction: Instruction, taken: boolean, fromRegister: boolean): void {
  const { opcode, dst, src } = instruction;
  const { a, b } = comparands(state, instruction);
  const first = a.copy();
  const second = b.copy();
  refine(opcode & 0xf0, (opcode & 0x07) === Class.JMP, taken, first, second);
  if (fromRegister && src !== dst) share(state, src, second);
  share(state, dst, first);
}

function share(state: State, register: number, narrowed: Register): void {
  state.registers[register] = narrowed;
  if (narrowed.id === 0) return;
  for (const [other, held] of state.registers.entries()) {
    if (held.id === narrowed.id && held.kind === Kind.SCALAR && other !== register) {
      const same = held.copy();
      copyNumber(same, narrowed);
      state.registers[other] = same;
    }
  }
  for (const [index, slot] of state.stack.entries()) {
    if (slot?.spilled?.id !== narrowed.id || slot.size !== 8) continue;
    const stack = state.stack.slice();
    stack[index] = { ...slot, spilled: narrowed };
    state.stack = stack;
  }
}
