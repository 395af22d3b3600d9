import { SkepError } from '../base/errors.ts';
import type { CoreFailure, CoreValue } from '../btf/core-relocation.ts';
import { SLOT_SIZE } from '../isa/instruction.ts';
import { accessSize, CALL, Class, classOf, isAluClass, LDDW, Mode, Size, Source } from '../isa/opcode.ts';

/**
 * Number of the helper that a poisoned instruction calls: 0xbad2310, "bad relo". There is none, so the verifier says
 * `invalid func unknown#195896080` where the instruction can be reached; libbpf uses the same.
 */
export const BAD_RELOCATION = 0xbad2310;

/** Makes the instruction at `slot` one that the verifier refuses; both slots of a 64-bit immediate load. */
export function poison(code: DataView, slot: number): void {
  const wide = isLddw(code, slot);
  poisonSlot(code, slot);
  if (wide) poisonSlot(code, slot + 1);
}

function poisonSlot(code: DataView, slot: number): void {
  const at = slot * SLOT_SIZE;
  code.setUint32(at, CALL, true);
  code.setInt32(at + 4, BAD_RELOCATION, true);
}

function isLddw(code: DataView, slot: number): boolean {
  return code.getUint8(slot * SLOT_SIZE) === LDDW && (slot + 2) * SLOT_SIZE <= code.byteLength;
}

/**
 * Writes the value of a relocation into the instruction at `slot`: into the immediate of arithmetic and of 64-bit
 * immediate loads, into the offset of loads and stores, which are resized where the field has another size.
 * @returns why the instruction must not run, or undefined where it is done.
 * @throws SKEP_BAD_OBJECT where the instruction is of no such kind or holds something else than the compiler's value;
 *   SKEP_CORE_RELOCATION where the value does not fit.
 */
export function patchCore(code: DataView, slot: number, result: CoreValue): CoreFailure | undefined {
  const opcode = code.getUint8(slot * SLOT_SIZE);
  if (isLddw(code, slot)) return patchImmediate64(code, slot, result);
  if (isAluClass(opcode)) return patchImmediate(code, slot, opcode, result);
  if (isMemoryAccess(opcode)) return patchAccess(code, slot, opcode, result);
  throw odd(`a CO-RE relocation is for an instruction with opcode 0x${opcode.toString(16)}`, 'it takes no such value');
}

function isMemoryAccess(opcode: number): boolean {
  const instructionClass = classOf(opcode);
  return instructionClass === Class.LDX || instructionClass === Class.ST || instructionClass === Class.STX;
}

function patchImmediate(code: DataView, slot: number, opcode: number, { value, original }: CoreValue): undefined {
  if ((opcode & Source.X) !== 0) throw odd('a CO-RE relocation is for arithmetic between registers', 'it has no value');
  const at = slot * SLOT_SIZE + 4;
  checkOriginal(original, BigInt.asIntN(32, original ?? 0n), BigInt(code.getInt32(at, true)));
  if (value < -0x80000000n || value > 0xffffffffn) throw tooLarge(value, '32-bit immediate');
  code.setInt32(at, Number(BigInt.asIntN(32, value)), true);
}

function patchImmediate64(code: DataView, slot: number, { value, original }: CoreValue): undefined {
  const at = slot * SLOT_SIZE + 4;
  const low = BigInt(code.getUint32(at, true));
  const high = BigInt(code.getInt32(at + SLOT_SIZE, true));
  checkOriginal(original, BigInt.asIntN(64, original ?? 0n), (high << 32n) | low);
  code.setUint32(at, Number(BigInt.asUintN(32, value)), true);
  code.setUint32(at + SLOT_SIZE, Number(BigInt.asUintN(32, value >> 32n)), true);
}

function patchAccess(code: DataView, slot: number, opcode: number, result: CoreValue): CoreFailure | undefined {
  const { value, original, access } = result;
  const at = slot * SLOT_SIZE;
  checkOriginal(original, original ?? 0n, BigInt(code.getInt16(at + 2, true)));
  if (value < 0n || value > 0x7fffn) throw tooLarge(value, '16-bit offset');
  if (access?.obstacle !== undefined) return unreadable(access.obstacle);
  if (access !== undefined && access.localSize !== access.targetSize) {
    code.setUint8(at, resized(opcode, access.localSize, access.targetSize));
  }
  code.setInt16(at + 2, Number(value), true);
  return undefined;
}

const sizeCodes: ReadonlyMap<number, number> = new Map([
  [1, Size.B],
  [2, Size.H],
  [4, Size.W],
  [8, Size.DW],
]);

/** The opcode for an access of another size. */
function resized(opcode: number, from: number, to: number): number {
  const mode = opcode & 0xe0;
  const code = sizeCodes.get(to);
  if (mode !== Mode.MEM || accessSize(opcode) !== from || code === undefined) {
    throw odd(`an access of ${accessSize(opcode)} bytes cannot become one of ${to}`, `the field has ${from} bytes`);
  }
  return (opcode & ~Size.DW) | code;
}

function unreadable(obstacle: string): CoreFailure {
  return {
    status: 'failed',
    what: 'the field cannot be read by one load or store in the target',
    reason: obstacle,
    remedy: 'copy it with bpf_core_read, or shift it with BPF_CORE_READ_BITFIELD',
  };
}

/** The instruction must hold what the compiler knew: else relocation and code do not belong together. */
function checkOriginal(original: bigint | undefined, expected: bigint, found: bigint): void {
  if (original === undefined || expected === found) return;
  throw odd('a CO-RE relocation does not fit its instruction', `it holds ${found}, where ${expected} is expected`);
}

function odd(what: string, reason: string): SkepError {
  return new SkepError('SKEP_BAD_OBJECT', what, { reason, remedy: 'compile the program anew' });
}

function tooLarge(value: bigint, field: string): SkepError {
  return new SkepError('SKEP_CORE_RELOCATION', `the value ${value} does not fit its instruction`, {
    reason: `the instruction has a ${field}`,
    remedy: 'take the address of the field and read it with bpf_core_read',
  });
}
