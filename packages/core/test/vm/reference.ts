import type { Instruction } from '../../src/isa/instruction.ts';
import { Alu, Atomic, accessSize, Class, classOf, EXIT, Jump, LDDW, Mode, Source } from '../../src/isa/opcode.ts';

/**
 * The instruction set once more, written for plainness: BigInt all through, straight after the tables of RFC 9669.
 * No calls; memory is the stack alone, addressed by r10.
 */

const U64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** What a run of the reference leaves. */
export interface ReferenceState {
  readonly registers: bigint[];
  readonly stack: Uint8Array;
}

/** Result of one operation on operands of `width` bits, unsigned; the RFC's table 5. */
export function referenceAlu(code: number, width: 32 | 64, signed: boolean, dst: bigint, src: bigint): bigint {
  const u = (value: bigint) => BigInt.asUintN(width, value);
  const s = (value: bigint) => BigInt.asIntN(width, value);
  const a = u(dst);
  const b = u(src);
  const shift = b & BigInt(width - 1);
  switch (code) {
    case Alu.ADD:
      return u(a + b);
    case Alu.SUB:
      return u(a - b);
    case Alu.MUL:
      return u(a * b);
    case Alu.DIV:
      return b === 0n ? 0n : signed ? u(s(a) / s(b)) : a / b;
    case Alu.MOD:
      return b === 0n ? a : signed ? u(s(a) % s(b)) : a % b;
    case Alu.OR:
      return a | b;
    case Alu.AND:
      return a & b;
    case Alu.XOR:
      return a ^ b;
    case Alu.LSH:
      return u(a << shift);
    case Alu.RSH:
      return a >> shift;
    case Alu.ARSH:
      return u(s(a) >> shift);
    case Alu.NEG:
      return u(-a);
    case Alu.MOV:
      return b;
    default:
      throw new Error(`no such operation ${code}`);
  }
}

/** Bytes of the lower `bits` of a value in reverse, zero extended. */
export function referenceSwap(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let at = 0; at < bits; at += 8) result = (result << 8n) | ((value >> BigInt(at)) & 0xffn);
  return result;
}

/** Whether a jump of `width` bits is taken; the RFC's table 8. */
export function referenceJump(code: number, width: 32 | 64, dst: bigint, src: bigint): boolean {
  const a = BigInt.asUintN(width, dst);
  const b = BigInt.asUintN(width, src);
  const sa = BigInt.asIntN(width, dst);
  const sb = BigInt.asIntN(width, src);
  switch (code) {
    case Jump.JEQ:
      return a === b;
    case Jump.JNE:
      return a !== b;
    case Jump.JSET:
      return (a & b) !== 0n;
    case Jump.JGT:
      return a > b;
    case Jump.JGE:
      return a >= b;
    case Jump.JLT:
      return a < b;
    case Jump.JLE:
      return a <= b;
    case Jump.JSGT:
      return sa > sb;
    case Jump.JSGE:
      return sa >= sb;
    case Jump.JSLT:
      return sa < sb;
    case Jump.JSLE:
      return sa <= sb;
    default:
      throw new Error(`no such jump ${code}`);
  }
}

/** Value an atomic operation leaves in memory of `width` bits; the RFC's tables 12 and 13. */
export function referenceAtomic(operation: number, width: 32 | 64, old: bigint, src: bigint, r0: bigint): bigint {
  const u = (value: bigint) => BigInt.asUintN(width, value);
  if (operation === Atomic.CMPXCHG) return u(r0) === old ? u(src) : old;
  if (operation === Atomic.XCHG) return u(src);
  const code = operation & ~Atomic.FETCH;
  if (code === Atomic.ADD) return u(old + src);
  if (code === Atomic.OR) return u(old | src);
  if (code === Atomic.AND) return u(old & src);
  return u(old ^ src);
}

/** Runs a program given by slots. r0..r9 start as zero. */
export function runReference(slots: readonly (Instruction | undefined)[], limit = 1_000_000): ReferenceState {
  const state: ReferenceState = { registers: new Array<bigint>(11).fill(0n), stack: new Uint8Array(512) };
  let pc = 0;
  for (let count = 0; count < limit; count++) {
    const instruction = slots[pc];
    if (instruction === undefined) throw new Error(`no instruction in slot ${pc}`);
    if (instruction.opcode === EXIT) return state;
    pc += 1 + step(state, instruction);
  }
  throw new Error('the reference ran too long');
}

/** Executes one instruction; gives the slots to jump over. */
function step(state: ReferenceState, instruction: Instruction): number {
  const { opcode, dst, offset, imm, immHigh = 0 } = instruction;
  const { registers } = state;
  switch (classOf(opcode)) {
    case Class.LD:
      registers[dst] = U64((BigInt(immHigh) << 32n) | BigInt.asUintN(32, BigInt(imm)));
      return opcode === LDDW ? 1 : 0;
    case Class.LDX:
    case Class.ST:
    case Class.STX:
      memory(state, instruction);
      return 0;
    case Class.JMP:
    case Class.JMP32:
      return jump(registers, instruction, offset);
    default:
      registers[dst] = arithmetic(registers, instruction);
      return 0;
  }
}

const register = (registers: readonly bigint[], number: number): bigint => registers[number] ?? 0n;

function operand(registers: readonly bigint[], { opcode, src, imm }: Instruction): bigint {
  return (opcode & Source.X) !== 0 ? register(registers, src) : U64(BigInt(imm));
}

function arithmetic(registers: readonly bigint[], instruction: Instruction): bigint {
  const { opcode, dst, offset, imm } = instruction;
  const wide = classOf(opcode) === Class.ALU64;
  const code = opcode & 0xf0;
  const value = register(registers, dst);
  if (code === Alu.END) {
    const swaps = wide || (opcode & Source.X) !== 0;
    return swaps ? referenceSwap(value, imm) : BigInt.asUintN(imm, value);
  }
  const width = wide ? 64 : 32;
  let source = operand(registers, instruction);
  if (code === Alu.MOV && offset !== 0) source = BigInt.asIntN(offset, source);
  return referenceAlu(code, width, offset === 1 && code !== Alu.MOV, value, source);
}

function jump(registers: readonly bigint[], instruction: Instruction, offset: number): number {
  const { opcode, dst, imm } = instruction;
  const width = classOf(opcode) === Class.JMP32 ? 32 : 64;
  if ((opcode & 0xf0) === Jump.JA) return width === 32 ? imm : offset;
  const taken = referenceJump(opcode & 0xf0, width, register(registers, dst), operand(registers, instruction));
  return taken ? offset : 0;
}

function memory(state: ReferenceState, instruction: Instruction): void {
  const { opcode, dst, src, offset, imm } = instruction;
  const { registers, stack } = state;
  const size = accessSize(opcode);
  const at = 512 + offset;
  const read = () => {
    let value = 0n;
    for (let byte = size - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(stack[at + byte] ?? 0);
    return value;
  };
  const write = (value: bigint) => {
    for (let byte = 0; byte < size; byte++) stack[at + byte] = Number((value >> BigInt(8 * byte)) & 0xffn);
  };
  const mode = opcode & 0xe0;
  if (classOf(opcode) === Class.ST) write(U64(BigInt(imm)));
  else if (classOf(opcode) === Class.LDX) {
    registers[dst] = mode === Mode.MEMSX ? U64(BigInt.asIntN(size * 8, read())) : read();
  } else if (mode === Mode.MEM || imm === Atomic.STORE_REL) write(register(registers, src));
  else if (imm === Atomic.LOAD_ACQ) registers[dst] = read();
  else {
    const old = read();
    write(referenceAtomic(imm, size === 8 ? 64 : 32, old, register(registers, src), register(registers, 0)));
    if (imm === Atomic.CMPXCHG) registers[0] = old;
    else if ((imm & Atomic.FETCH) !== 0) registers[src] = old;
  }
}
