import { FRAME_POINTER, type Instruction } from './instruction.ts';
import { fetchOperations, plainOperations } from './mnemonics.ts';
import {
  Alu,
  Atomic,
  CALL,
  CALLX,
  Call,
  Class,
  classOf,
  EXIT,
  Jump,
  LDDW,
  LoadImmediate,
  Mode,
  Size,
  Source,
} from './opcode.ts';

/** What is wrong with one instruction by itself. */
export interface FieldFault {
  readonly what: string;
  readonly reason?: string;
}

/** Fields that an instruction does not use; they are reserved and must be zero. */
type Field = 'dst' | 'src' | 'offset' | 'imm';

/**
 * What is wrong with the opcode and the fields of an instruction taken by itself, or undefined: an opcode that does
 * not exist, a reserved field that is not zero, an operand out of its set.
 */
export function fieldFault(instruction: Instruction): FieldFault | undefined {
  switch (classOf(instruction.opcode)) {
    case Class.LD:
      return loadFault(instruction);
    case Class.LDX:
      return loadExtendedFault(instruction);
    case Class.ST:
    case Class.STX:
      return storeFault(instruction);
    case Class.ALU:
    case Class.ALU64:
      return arithmeticFault(instruction);
    default:
      return jumpFault(instruction);
  }
}

function unknown({ opcode }: Instruction): FieldFault {
  return { what: `unknown opcode 0x${opcode.toString(16).padStart(2, '0')}` };
}

function reserved(instruction: Instruction, ...fields: Field[]): FieldFault | undefined {
  const field = fields.find((name) => instruction[name] !== 0);
  if (field === undefined) return undefined;
  return {
    what: `reserved field '${field}' is ${instruction[field]}`,
    reason: 'this instruction does not use it: it must be 0',
  };
}

function oneOf(name: Field, value: number, allowed: readonly number[]): FieldFault | undefined {
  if (allowed.includes(value)) return undefined;
  return { what: `field '${name}' is ${value}`, reason: `this instruction takes ${allowed.join(', ')}` };
}

function loadFault(instruction: Instruction): FieldFault | undefined {
  const { opcode, src } = instruction;
  if (opcode === LDDW) {
    const kind = src > LoadImmediate.MAP_IDX_VALUE ? { what: `unknown kind ${src} of 64-bit immediate` } : undefined;
    return kind ?? reserved(instruction, 'offset');
  }
  if ((opcode & Size.DW) === Size.DW) return unknown(instruction);
  const mode = opcode & 0xe0;
  if (mode === Mode.ABS) return reserved(instruction, 'dst', 'src', 'offset');
  return mode === Mode.IND ? reserved(instruction, 'dst', 'offset') : unknown(instruction);
}

function loadExtendedFault(instruction: Instruction): FieldFault | undefined {
  const mode = instruction.opcode & 0xe0;
  const signed = mode === Mode.MEMSX && (instruction.opcode & Size.DW) !== Size.DW;
  return mode === Mode.MEM || signed ? reserved(instruction, 'imm') : unknown(instruction);
}

function storeFault(instruction: Instruction): FieldFault | undefined {
  const { opcode } = instruction;
  const mode = opcode & 0xe0;
  const fromRegister = classOf(opcode) === Class.STX;
  if (mode === Mode.MEM) return reserved(instruction, fromRegister ? 'imm' : 'src');
  return mode === Mode.ATOMIC && fromRegister ? atomicFault(instruction) : unknown(instruction);
}

function atomicFault(instruction: Instruction): FieldFault | undefined {
  const { opcode, imm } = instruction;
  if (imm === Atomic.LOAD_ACQ || imm === Atomic.STORE_REL) return undefined;
  const size = opcode & Size.DW;
  if (size !== Size.W && size !== Size.DW) return { what: 'atomic operations take 4 or 8 bytes' };
  const known = fetchOperations.has(imm) || plainOperations.has(imm) || imm === Atomic.XCHG || imm === Atomic.CMPXCHG;
  return known ? undefined : { what: `unknown atomic operation 0x${(imm >>> 0).toString(16)}` };
}

function arithmeticFault(instruction: Instruction): FieldFault | undefined {
  const { opcode, offset } = instruction;
  const code = opcode & 0xf0;
  const fromRegister = (opcode & Source.X) !== 0;
  switch (code) {
    case Alu.NEG:
      return fromRegister ? unknown(instruction) : reserved(instruction, 'src', 'offset', 'imm');
    case Alu.END:
      if (fromRegister && classOf(opcode) === Class.ALU64) return unknown(instruction);
      return reserved(instruction, 'src', 'offset') ?? oneOf('imm', instruction.imm, [16, 32, 64]);
    case Alu.MOV:
      if (fromRegister) return moveFault(instruction);
      return reserved(instruction, 'src', 'offset');
    case Alu.DIV:
    case Alu.MOD:
      return reserved(instruction, fromRegister ? 'imm' : 'src') ?? oneOf('offset', offset, [0, 1]);
    default:
      return code > Alu.END ? unknown(instruction) : reserved(instruction, fromRegister ? 'imm' : 'src', 'offset');
  }
}

/** Moves between registers: plain, sign-extending (offset 8, 16, 32) or between address spaces (offset 1). */
function moveFault(instruction: Instruction): FieldFault | undefined {
  const { opcode, offset, imm } = instruction;
  const wide = classOf(opcode) === Class.ALU64;
  // The kernel has casts from address space 1 to 0 and back (Linux 6.9).
  if (wide && offset === 1) return oneOf('imm', imm, [1, 0x10000]);
  return oneOf('offset', offset, wide ? [0, 8, 16, 32] : [0, 8, 16]) ?? reserved(instruction, 'imm');
}

function jumpFault(instruction: Instruction): FieldFault | undefined {
  const { opcode } = instruction;
  const wide = classOf(opcode) === Class.JMP;
  const fromRegister = (opcode & Source.X) !== 0;
  if (opcode === CALL) return callFault(instruction);
  if (opcode === CALLX) return callxFault(instruction);
  if (opcode === EXIT) return reserved(instruction, 'dst', 'src', 'offset', 'imm');
  switch (opcode & 0xf0) {
    case Jump.JA:
      if (fromRegister) return unknown(instruction);
      return reserved(instruction, 'dst', 'src', wide ? 'imm' : 'offset');
    case Jump.JCOND:
      if (!wide || fromRegister) return unknown(instruction);
      return reserved(instruction, 'dst', 'src', 'imm');
    case Jump.CALL:
    case Jump.EXIT:
    case 0xf0:
      return unknown(instruction);
    default:
      return reserved(instruction, fromRegister ? 'imm' : 'src');
  }
}

function callFault(instruction: Instruction): FieldFault | undefined {
  const { src } = instruction;
  if (src > Call.KFUNC)
    return { what: `unknown kind ${src} of call`, reason: 'known are 0 helper, 1 local, 2 kernel function' };
  return src === Call.KFUNC ? reserved(instruction, 'dst') : reserved(instruction, 'dst', 'offset');
}

/** The register is in dst, or where clang before 19 put it: in the immediate. */
function callxFault(instruction: Instruction): FieldFault | undefined {
  const { dst, imm } = instruction;
  if (dst !== 0) return reserved(instruction, 'src', 'offset', 'imm');
  if (imm < 0 || imm > FRAME_POINTER) return { what: `there is no register r${imm}`, reason: 'registers are r0..r10' };
  return reserved(instruction, 'src', 'offset');
}
