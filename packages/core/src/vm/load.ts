import type { ProgramType } from '../abi/program-types.gen.ts';
import { atPlace, type Place, SkepError } from '../base/errors.ts';
import { decode } from '../isa/decode.ts';
import type { Instruction } from '../isa/instruction.ts';
import { Alu, CALL, Call, Class, LDDW, LoadImmediate, Source } from '../isa/opcode.ts';
import { validate } from '../isa/validate.ts';
import type { FunctionInfo, LineInfo, ProgramSpec, Reference } from '../object/program-spec.ts';
import { findHelper, HelperBinding, type HelperRights } from './bind-helpers.ts';
import { predecode } from './predecode.ts';
import { FUNCTION_TAG, type LoadedProgram } from './program.ts';

/** Program types that the VM runs. */
export const runnableTypes: ReadonlySet<ProgramType> = new Set<ProgramType>([
  'xdp',
  'sched_cls',
  'socket_filter',
  'cgroup_skb',
  'cgroup_sock_addr',
  'sk_lookup',
]);

/** What a program needs from its surroundings. */
export interface LoadSetting {
  readonly license: string;
  /** Handle of the map that a reference names. @throws where there is none. */
  mapHandle(name: string): number;
  /** Address of byte `offset` of the first value of a map. @throws where there is none. */
  mapValue(name: string, offset: number): number;
}

/** Bytecode with what is known about it. */
interface Bytecode {
  readonly name: string;
  readonly functions: readonly FunctionInfo[];
  readonly lines: readonly LineInfo[];
  readonly rights: HelperRights;
}

type Slots = (Instruction | undefined)[];

/**
 * Makes a program ready to run in the VM.
 * @throws SKEP_BAD_INSTRUCTION, SKEP_BAD_PROGRAM (a helper that no kernel has or that the type may not call),
 *   SKEP_NOT_SUPPORTED (a program type, helper or kernel function that the VM does not have), all by name and place.
 */
export function loadProgram(spec: ProgramSpec, setting: LoadSetting): LoadedProgram {
  return atPlace({ program: spec.name, section: spec.section }, () => {
    checkType(spec.type);
    const slots: Slots = decode(spec.code);
    const missing = new Map<number, string>();
    for (const reference of spec.references) patch(slots, reference, setting, missing);
    const source = {
      name: spec.name,
      functions: spec.functions,
      lines: spec.lines,
      rights: { type: spec.type, license: setting.license },
    };
    return finish(slots, source, missing);
  });
}

/**
 * Makes bare bytecode ready to run: no maps, no references but those to its own functions; every helper may be
 * called.
 * @throws SKEP_BAD_INSTRUCTION, SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED.
 */
export function loadBytecode(code: Uint8Array, name: string = 'program'): LoadedProgram {
  return atPlace({ program: name }, () =>
    finish(decode(code), { name, functions: [], lines: [], rights: {} }, new Map()),
  );
}

function checkType(type: ProgramType): void {
  if (runnableTypes.has(type)) return;
  throw new SkepError('SKEP_NOT_SUPPORTED', `the VM does not run programs of type ${type}`, {
    reason: `it runs ${[...runnableTypes].join(', ')}`,
    remedy: 'run the program in Linux',
  });
}

/** Puts what the reference stands for into its instruction. A weak kernel function goes into `missing`. */
function patch(slots: Slots, reference: Reference, setting: LoadSetting, missing: Map<number, string>): void {
  const { slot } = reference;
  const instruction = slots[slot];
  const expected = reference.kind === 'kfunc' ? CALL : LDDW;
  if (instruction === undefined || (instruction.opcode !== expected && !isKfuncLoad(instruction, reference))) {
    throw new SkepError('SKEP_BAD_PROGRAM', `instruction ${slot} cannot hold a reference of kind ${reference.kind}`, {
      place: { instruction: slot },
      reason: `it is no ${expected === CALL ? 'call' : '64-bit immediate load'}`,
    });
  }
  switch (reference.kind) {
    case 'map':
      slots[slot] = immediate(instruction, setting.mapHandle(reference.map));
      return;
    case 'map-value':
      slots[slot] = immediate(instruction, setting.mapValue(reference.map, reference.offset));
      return;
    case 'function':
      slots[slot] = { ...instruction, src: LoadImmediate.FUNC, imm: reference.target - slot - 1, immHigh: 0 };
      return;
    default:
      patchKernelSymbol(slots, instruction, reference, missing);
  }
}

/** A weak kernel function whose address is compared with 0 before it is called. */
function isKfuncLoad(instruction: Instruction, reference: Reference): boolean {
  return reference.kind === 'kfunc' && instruction.opcode === LDDW;
}

function patchKernelSymbol(
  slots: Slots,
  instruction: Instruction,
  reference: Reference & { kind: 'kfunc' | 'ksym' },
  missing: Map<number, string>,
): void {
  const { slot, name, kind } = reference;
  if (!reference.weak) {
    throw new SkepError(
      'SKEP_NOT_SUPPORTED',
      `the VM does not have the kernel ${kind === 'kfunc' ? 'function' : 'variable'} ${name}`,
      {
        place: { instruction: slot },
        reason: 'only a running kernel has it',
        remedy: 'declare it __weak and check for it, or run the program in Linux',
      },
    );
  }
  if (instruction.opcode === LDDW) slots[slot] = immediate(instruction, 0);
  else missing.set(slot, name);
}

/** The load with an unsigned 32-bit number as its immediate. */
function immediate(instruction: Instruction, value: number): Instruction {
  return { ...instruction, src: LoadImmediate.VALUE, imm: value | 0, immHigh: 0 };
}

/** Validates, binds helpers and pre-decodes. */
function finish(slots: Slots, source: Bytecode, missing: ReadonlyMap<number, string>): LoadedProgram {
  validate(slots);
  const entries = new Set([0, ...source.functions.map((info) => info.slot)]);
  const resolved = slots.map((instruction, slot) => instruction && resolve(instruction, slot, entries));
  const binding = new HelperBinding(source.rights);
  const predecoded = predecode(resolved, (call, slot) =>
    atPlace(placeOf(source, slot), () => numberOfCall(call, missing.get(slot), binding)),
  );
  return {
    ...predecoded,
    name: source.name,
    type: source.rights.type,
    instructions: resolved,
    helpers: binding.bound,
    helperById: (id) => findHelper(id, source.rights),
    entries,
    functions: source.functions,
    lines: source.lines,
  };
}

function numberOfCall({ src, imm }: Instruction, missing: string | undefined, binding: HelperBinding): number {
  if (missing !== undefined) return binding.indexOfMissing(missing);
  if (src === Call.HELPER) return binding.indexOf(imm);
  throw new SkepError(
    'SKEP_NOT_SUPPORTED',
    `the VM does not have kernel functions, and the program calls one (${imm})`,
    {
      remedy: 'run the program in Linux',
    },
  );
}

/** Gives function references their tag, notes where functions start, and refuses what only a kernel can resolve. */
function resolve(instruction: Instruction, slot: number, entries: Set<number>): Instruction {
  const { opcode, src, imm } = instruction;
  if (opcode === CALL && src === Call.LOCAL) entries.add(slot + 1 + imm);
  if (opcode === (Class.ALU64 | Alu.MOV | Source.X) && instruction.offset === 1) {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the VM has no arenas, and the program casts an address of one', {
      place: { instruction: slot },
      remedy: 'run the program in Linux 6.9 or later',
    });
  }
  if (opcode !== LDDW || src === LoadImmediate.VALUE) return instruction;
  if (src !== LoadImmediate.FUNC) {
    throw new SkepError('SKEP_BAD_PROGRAM', `instruction ${slot} refers to a map or variable that was not given`, {
      place: { instruction: slot },
      reason: `the source field of its 64-bit load is ${src}`,
      remedy: 'load the object file, or a program spec with its references',
    });
  }
  const target = slot + 1 + imm;
  entries.add(target);
  return { ...instruction, src: LoadImmediate.VALUE, imm: target, immHigh: FUNCTION_TAG };
}

/** Slot and source line of an instruction. */
function placeOf({ lines }: Bytecode, slot: number): Place {
  const line = lines.findLast((info) => info.slot <= slot);
  return line === undefined
    ? { instruction: slot }
    : { instruction: slot, file: line.file, line: line.line, column: line.column, text: line.text };
}
