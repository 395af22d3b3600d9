import { helpers } from '../abi/helpers.gen.ts';
import type { ContextAccess } from '../abi/platform/context-access.ts';
import { FRAME_POINTER, type Instruction } from '../isa/instruction.ts';
import { Alu, accessSize, Call, Class, LDDW, LoadImmediate, Mode, Source } from '../isa/opcode.ts';
import { applyAlu } from './alu.ts';
import { zeroExtend } from './arithmetic.ts';
import { synchronize } from './bounds.ts';
import { constantScalar, isConstant, Kind, Register, unknownScalar } from './register.ts';
import { Rejection, Uncovered } from './rejection.ts';
import { numberOfSize, readStack, type Stack, writeStack } from './stack.ts';

/** What the program may do, by tables of its platform. */
export interface Rules {
  readonly context: ReadonlyMap<number, ContextAccess>;
  readonly helpers: ReadonlySet<number>;
  /** Bytes. */
  readonly stackSize: number;
}

/** A point on a path: the next instruction and what is known before it. */
export interface State {
  slot: number;
  readonly registers: Register[];
  stack: Stack;
}

/** Helpers without arguments whose result is any number. */
const plainHelpers: ReadonlySet<number> = new Set([helpers.ktime_get_ns, helpers.get_prandom_u32]);

/** The next id of registers that hold the same number. */
let lastId = 0;

/** @throws Rejection where the register was never written. */
export function readRegister(state: State, register: number): Register {
  const found = state.registers[register];
  if (found !== undefined && found.kind !== Kind.NONE) return found;
  throw new Rejection('register-not-written', `r${register} is read before it is written`, `R${register} !read_ok`);
}

/** Follows one instruction that neither jumps nor leaves. @throws Rejection, Uncovered. */
export function step(state: State, instruction: Instruction, rules: Rules): void {
  switch (instruction.opcode & 0x07) {
    case Class.ALU:
    case Class.ALU64:
      stepAlu(state, instruction);
      break;
    case Class.LD:
      stepImmediate(state, instruction);
      break;
    case Class.LDX:
      stepLoad(state, instruction, rules);
      break;
    case Class.ST:
    case Class.STX:
      stepStore(state, instruction, rules);
      break;
    default:
      stepCall(state, instruction, rules);
  }
}

function stepImmediate(state: State, { opcode, dst, src, imm, immHigh }: Instruction): void {
  if (opcode !== LDDW || src !== LoadImmediate.VALUE) throw new Uncovered('maps and packet loads by LD');
  state.registers[dst] = constantScalar(immHigh ?? 0, imm);
}

/** The second operand; a byte swap has the number of bits. */
function operand(state: State, { opcode, src, imm }: Instruction): Register {
  const fromRegister = (opcode & Source.X) !== 0 && (opcode & 0xf0) !== Alu.END;
  return fromRegister ? readRegister(state, src) : constantScalar(imm >> 31, imm);
}

function stepAlu(state: State, instruction: Instruction): void {
  const { opcode, dst, src, offset, imm } = instruction;
  const operation = opcode & 0xf0;
  const wide = (opcode & 0x07) === Class.ALU64;
  const b = operand(state, instruction);
  if (operation === Alu.MOV) {
    if ((opcode & Source.X) !== 0) moveRegister(state, instruction, b);
    else state.registers[dst] = wide ? b : constantScalar(0, imm);
    return;
  }
  const a = readRegister(state, dst);
  if ((opcode & Source.X) === 0) checkImmediate(operation, imm, wide);
  if (a.kind !== Kind.SCALAR || b.kind !== Kind.SCALAR) {
    state.registers[dst] = pointerArithmetic(operation, wide, a, b, dst, src);
    return;
  }
  const out = a.copy();
  out.id = 0;
  applyAlu(opcode, offset, out, b);
  state.registers[dst] = out;
}

function checkImmediate(operation: number, imm: number, wide: boolean): void {
  if ((operation === Alu.DIV || operation === Alu.MOD) && imm === 0) {
    throw new Rejection('division-by-zero', 'the divisor is the constant 0', 'div by zero');
  }
  const shifts = operation === Alu.LSH || operation === Alu.RSH || operation === Alu.ARSH;
  if (shifts && (imm < 0 || imm >= (wide ? 64 : 32))) {
    throw new Rejection(
      'shift-too-far',
      `the number is shifted by ${imm} of ${wide ? 64 : 32} bits`,
      `invalid shift ${imm}`,
    );
  }
}

/** With privileges a part of a pointer is a number of which nothing is known. */
function partOfPointer(wide: boolean): Register {
  const out = unknownScalar();
  if (!wide) zeroExtend(out);
  synchronize(out);
  return out;
}

function moveRegister(state: State, { opcode, dst, src, offset }: Instruction, from: Register): void {
  const wide = (opcode & 0x07) === Class.ALU64;
  if (from.kind !== Kind.SCALAR) {
    state.registers[dst] = wide && offset === 0 ? from : partOfPointer(wide);
    return;
  }
  let source = from;
  if (offset === 0 && source.id === 0 && !isConstant(source)) {
    source = source.copy();
    source.id = ++lastId;
    state.registers[src] = source;
  }
  if (wide && offset === 0) {
    state.registers[dst] = source;
    return;
  }
  const out = new Register(Kind.SCALAR);
  applyAlu(opcode, offset, out, source);
  out.id = offset === 0 && source.umaxHigh === 0 ? source.id : 0;
  state.registers[dst] = out;
}

function pointerArithmetic(
  operation: number,
  wide: boolean,
  a: Register,
  b: Register,
  dst: number,
  src: number,
): Register {
  if (operation === Alu.NEG || operation === Alu.END) throw new Uncovered('negated and swapped pointers');
  const bothPointers = a.kind !== Kind.SCALAR && b.kind !== Kind.SCALAR;
  // With privileges a difference may be taken: it is a number.
  if (operation === Alu.SUB && (bothPointers || !wide)) return unknownScalar();
  if (!wide) {
    throw new Rejection(
      'pointer-32-bit',
      `r${dst} is computed from a pointer with 32 bits`,
      `R${dst} 32-bit pointer arithmetic prohibited`,
    );
  }
  if (bothPointers) {
    throw new Rejection(
      'pointer-operation',
      `r${dst} and r${src} are both pointers`,
      `R${dst} pointer arithmetic with pointer prohibited`,
    );
  }
  if (operation !== Alu.ADD && operation !== Alu.SUB) {
    throw new Rejection(
      'pointer-operation',
      'only addition and subtraction make sense with a pointer',
      `R${dst} arithmetic with operator on pointer prohibited`,
    );
  }
  const [pointer, number] = a.kind === Kind.SCALAR ? [b, a] : [a, b];
  if (operation === Alu.SUB && pointer === b) {
    throw new Rejection(
      'pointer-operation',
      `a pointer is subtracted from the number in r${dst}`,
      `R${dst} tried to subtract pointer from scalar`,
    );
  }
  if (!isConstant(number) || number.valueHigh !== number.valueLow >> 31)
    throw new Uncovered('variable offsets of pointers');
  const moved = pointer.copy();
  moved.offset += operation === Alu.ADD ? number.valueLow : -number.valueLow;
  if (Math.abs(moved.offset) >= 0x20000000) throw new Uncovered('far offsets of pointers');
  return moved;
}

/** @throws Rejection unless the access is inside the stack and aligned. */
function checkStack(pointer: Register, register: number, offset: number, size: number, rules: Rules): number {
  const at = pointer.offset + offset;
  if (at < -rules.stackSize || at + size > 0) {
    throw new Rejection(
      'stack-bounds',
      `${size} bytes at offset ${at} of the stack are used; it has bytes ${-rules.stackSize}..-1`,
      `invalid read or write to stack R${register} off=${at} size=${size}`,
    );
  }
  if (at % size !== 0) {
    throw new Rejection(
      'misaligned',
      `${size} bytes at offset ${at} of the stack are not aligned`,
      `misaligned stack access off=${at} size ${size}`,
    );
  }
  return at;
}

function checkContext(
  pointer: Register,
  register: number,
  offset: number,
  size: number,
  write: boolean,
  rules: Rules,
): ContextAccess {
  if (pointer.offset !== 0) {
    throw new Rejection(
      'context-moved',
      `r${register} is the context moved by ${pointer.offset} bytes`,
      `dereference of modified ctx ptr R${register} off=${pointer.offset} disallowed`,
    );
  }
  const access = rules.context.get(offset);
  const sizes = write ? access?.write : access?.read;
  if (access !== undefined && sizes?.includes(size) === true) return access;
  throw new Rejection(
    'context-access',
    `the context has no ${size} bytes at offset ${offset} that may be ${write ? 'written' : 'read'}`,
    `invalid bpf_context access off=${offset} size=${size}`,
  );
}

function notMemory(register: number, kind: number): Rejection {
  const what = kind === Kind.SCALAR ? 'a number' : 'no pointer to memory';
  return new Rejection(
    'no-pointer',
    `r${register} is ${what}, not an address`,
    `R${register} invalid mem access 'scalar'`,
  );
}

function stepLoad(state: State, { opcode, dst, src, offset }: Instruction, rules: Rules): void {
  const pointer = readRegister(state, src);
  const size = accessSize(opcode);
  if ((opcode & 0xe0) !== Mode.MEM) throw new Uncovered('loads with sign');
  if (pointer.kind === Kind.STACK) {
    const at = checkStack(pointer, src, offset, size, rules);
    const found = readStack(state.stack, at, size);
    if (found === undefined) throw new Uncovered('parts of pointers on the stack');
    state.registers[dst] = found;
    return;
  }
  if (pointer.kind !== Kind.CONTEXT) throw notMemory(src, pointer.kind);
  const access = checkContext(pointer, src, offset, size, false, rules);
  if (access.gives !== undefined) throw new Uncovered(`pointers of the context (${access.gives})`);
  state.registers[dst] = numberOfSize(unknownScalar(), size);
}

function stepStore(state: State, { opcode, dst, src, offset, imm }: Instruction, rules: Rules): void {
  if ((opcode & 0xe0) !== Mode.MEM) throw new Uncovered('atomic operations');
  const size = accessSize(opcode);
  const value = (opcode & 0x07) === Class.ST ? constantScalar(imm >> 31, imm) : readRegister(state, src);
  const pointer = readRegister(state, dst);
  if (pointer.kind === Kind.STACK) {
    if (value.kind !== Kind.SCALAR && size !== 8) {
      throw new Rejection(
        'pointer-cut',
        `${size} of the 8 bytes of the pointer in r${src} are stored`,
        'invalid size of register spill',
      );
    }
    state.stack = writeStack(state.stack, checkStack(pointer, dst, offset, size, rules), size, value);
    return;
  }
  if (pointer.kind !== Kind.CONTEXT) throw notMemory(dst, pointer.kind);
  checkContext(pointer, dst, offset, size, true, rules);
}

function stepCall(state: State, { src, imm }: Instruction, rules: Rules): void {
  if (src !== Call.HELPER) throw new Uncovered('subprograms and kernel functions');
  if (!rules.helpers.has(imm)) {
    throw new Rejection(
      'helper-not-allowed',
      `helper ${imm} may not be called by programs of this type`,
      'program of this type cannot use helper',
    );
  }
  if (!plainHelpers.has(imm)) throw new Uncovered(`helper ${imm}`);
  for (let register = 1; register <= 5; register++) state.registers[register] = notWritten;
  state.registers[0] = unknownScalar();
}

const notWritten = new Register(Kind.NONE);

/** What is known when the program starts: r1 is the context, r10 the end of the stack. */
export function firstState(): State {
  const registers = Array.from({ length: 11 }, () => notWritten);
  registers[1] = pointerOf(Kind.CONTEXT);
  registers[FRAME_POINTER] = pointerOf(Kind.STACK);
  return { slot: 0, registers, stack: [] };
}

function pointerOf(kind: number): Register {
  const out = constantScalar(0, 0);
  out.kind = kind;
  return out;
}
