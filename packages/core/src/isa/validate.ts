import { SkepError } from '../base/errors.ts';
import { disassembleInstruction } from './disassemble.ts';
import { fieldFault } from './fields.ts';
import { FRAME_POINTER, type Instruction } from './instruction.ts';
import { jumpDistance } from './jumps.ts';
import { Atomic, CALL, Call, Class, classOf, EXIT, Jump, LDDW, LoadImmediate, Mode } from './opcode.ts';

/**
 * Checks what the kernel checks before it follows any path: that every opcode and register exists, reserved fields
 * are zero, r10 is not written, jumps, local calls and callbacks stay inside the program and off the second slot of
 * a 64-bit load, and no function runs over its end. Cost is linear in the number of slots.
 *
 * All conformance groups of RFC 9669 are accepted (base, divmul, atomic, callx, packet) and so is what the kernel
 * and clang's cpu v4 add. Unlike the kernel it lets through what the RFC defines: division by an immediate of zero,
 * shifts by more than the width, `callx`.
 * @param slots what `decode` gives.
 * @throws SKEP_BAD_INSTRUCTION with the slot.
 */
export function validate(slots: readonly (Instruction | undefined)[]): void {
  if (slots.length === 0) throw new SkepError('SKEP_BAD_INSTRUCTION', 'the program is empty');
  const entries = new Set<number>([0]);
  for (const [slot, instruction] of slots.entries()) {
    if (instruction === undefined) continue;
    checkFields(instruction, slot);
    const target = functionTarget(instruction, slot);
    if (target === undefined) continue;
    checkTarget(slots, slot, target);
    entries.add(target);
  }
  checkFunctions(slots, entries);
}

function fault(instruction: Instruction, slot: number, what: string, reason?: string): SkepError {
  return new SkepError('SKEP_BAD_INSTRUCTION', what, {
    place: { instruction: slot, text: disassembleInstruction(instruction, {}, slot) },
    ...(reason === undefined ? {} : { reason }),
  });
}

function checkFields(instruction: Instruction, slot: number): void {
  const found = fieldFault(instruction);
  if (found !== undefined) throw fault(instruction, slot, found.what, found.reason);
  if (instruction.dst > FRAME_POINTER || instruction.src > FRAME_POINTER) {
    const register = Math.max(instruction.dst, instruction.src);
    throw fault(instruction, slot, `there is no register r${register}`, 'registers are r0..r10');
  }
  if (writtenRegister(instruction) === FRAME_POINTER) {
    throw fault(instruction, slot, 'r10 cannot be written', 'it is the frame pointer (RFC 9669, section 2)');
  }
}

/** The register that an instruction names as its result, if it has one. */
function writtenRegister({ opcode, dst, src, imm }: Instruction): number | undefined {
  switch (classOf(opcode)) {
    case Class.ALU:
    case Class.ALU64:
    case Class.LDX:
      return dst;
    case Class.LD:
      return opcode === LDDW ? dst : undefined;
    case Class.STX:
      if ((opcode & 0xe0) !== Mode.ATOMIC) return undefined;
      if (imm === Atomic.LOAD_ACQ) return dst;
      return (imm & Atomic.FETCH) !== 0 && imm !== Atomic.CMPXCHG ? src : undefined;
    default:
      return undefined;
  }
}

/** The slot that a local call or a callback's address names. */
function functionTarget({ opcode, src, imm }: Instruction, slot: number): number | undefined {
  if (opcode === CALL && src === Call.LOCAL) return slot + 1 + imm;
  if (opcode === LDDW && src === LoadImmediate.FUNC) return slot + 1 + imm;
  return undefined;
}

function checkTarget(slots: readonly (Instruction | undefined)[], slot: number, target: number): void {
  const instruction = slots[slot];
  if (instruction === undefined) return;
  if (target < 0 || target >= slots.length) {
    const reason = `it leads to slot ${target}; the program has ${slots.length}`;
    throw fault(instruction, slot, 'a jump or call leaves the program', reason);
  }
  if (slots[target] === undefined) {
    const reason = `slot ${target} is the second half of a 64-bit immediate load`;
    throw fault(instruction, slot, 'a jump or call leads into the middle of an instruction', reason);
  }
}

/** Jumps stay inside their function; each function ends with exit or a jump. */
function checkFunctions(slots: readonly (Instruction | undefined)[], entries: ReadonlySet<number>): void {
  let start = 0;
  const jumps: { slot: number; target: number }[] = [];
  for (const [slot, instruction] of slots.entries()) {
    if (instruction !== undefined) {
      const distance = jumpDistance(instruction);
      const target = slot + 1 + (distance ?? 0);
      if (distance !== undefined) {
        checkTarget(slots, slot, target);
        jumps.push({ slot, target });
      }
    }
    if (slot + 1 < slots.length && !entries.has(slot + 1)) continue;
    checkEnd(slots, slot);
    checkInside(slots, jumps, start, slot + 1);
    jumps.length = 0;
    start = slot + 1;
  }
}

function checkEnd(slots: readonly (Instruction | undefined)[], slot: number): void {
  const last = slots[slot] ?? slots[slot - 1];
  if (last === undefined) return;
  const jumps = classOf(last.opcode) === Class.JMP || classOf(last.opcode) === Class.JMP32;
  const leaves = last.opcode === EXIT || (jumps && (last.opcode & 0xf0) === Jump.JA);
  if (slots[slot] !== undefined && leaves) return;
  const at = slots[slot] === undefined ? slot - 1 : slot;
  throw fault(last, at, 'the program runs over its end', 'every function ends with exit or goto');
}

function checkInside(
  slots: readonly (Instruction | undefined)[],
  jumps: readonly { slot: number; target: number }[],
  start: number,
  end: number,
): void {
  const out = jumps.find(({ target }) => target < start || target >= end);
  const instruction = out === undefined ? undefined : slots[out.slot];
  if (out === undefined || instruction === undefined) return;
  const reason = `it leads to slot ${out.target}; the function has slots ${start}..${end - 1}`;
  throw fault(instruction, out.slot, 'a jump leaves its function', reason);
}
