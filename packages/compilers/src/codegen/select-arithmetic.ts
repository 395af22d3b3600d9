import { Alu, Class, Source } from '@skep/core/isa';
import type { BinaryOperator, Value, Width } from '../ir/index.ts';
import { knownBits } from './known-bits.ts';
import { machine } from './machine.ts';
import { selectSignedDivision } from './select-division.ts';
import type { Selection } from './selection.ts';

const codes = {
  add: Alu.ADD,
  sub: Alu.SUB,
  mul: Alu.MUL,
  udiv: Alu.DIV,
  umod: Alu.MOD,
  and: Alu.AND,
  or: Alu.OR,
  xor: Alu.XOR,
  shl: Alu.LSH,
  lshr: Alu.RSH,
  ashr: Alu.ARSH,
} as const;

const commutative: ReadonlySet<BinaryOperator> = new Set(['add', 'mul', 'and', 'or', 'xor']);

/** `result = left operator right`. */
export function selectBinary(selection: Selection, value: Value, operator: BinaryOperator, width: Width): void {
  const [left, right] = value.operands;
  if (left === undefined || right === undefined) return;
  if (operator === 'sdiv' || operator === 'smod') {
    if (!isUnsigned(left, width) || !isUnsigned(right, width)) {
      selectSignedDivision(selection, value, operator, width);
      return;
    }
    selectPlain(selection, value, operator === 'sdiv' ? 'udiv' : 'umod', width, left, right);
    return;
  }
  selectPlain(selection, value, operator, width, left, right);
}

/** Whether the sign bit is known to be zero. */
function isUnsigned(value: Value, width: Width): boolean {
  return knownBits(value) < width;
}

function selectPlain(
  selection: Selection,
  value: Value,
  operator: keyof typeof codes,
  width: Width,
  first: Value,
  second: Value,
): void {
  const dst = selection.result(value);
  const [left, right] = ordered(selection, operator, first, second, width);
  const constant = selection.constantOf(right);
  if (constant !== undefined && selectConstant(selection, dst, operator, width, left, constant)) return;
  const reads = width === 32 && operator !== 'shl' && operator !== 'lshr' && operator !== 'ashr';
  const other = selection.use(reads ? selection.low(right, 32) : right);
  selection.into(width === 32 ? selection.low(left, 32) : left, dst);
  selection.alu(codes[operator], width, dst, other);
}

/** Operands in the order that needs fewer moves: constants last, and a value that dies here first. */
function ordered(
  selection: Selection,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  width: Width,
): [Value, Value] {
  if (!commutative.has(operator) || selection.constantOf(right) !== undefined) return [left, right];
  if (selection.constantOf(left) !== undefined) return [right, left];
  const a = width === 32 ? selection.low(left, 32) : selection.through(left);
  const b = width === 32 ? selection.low(right, 32) : selection.through(right);
  return !selection.isLastUse(a) && selection.isLastUse(b) ? [right, left] : [left, right];
}

/** The operation with an immediate. False where the constant does not fit one. */
function selectConstant(
  selection: Selection,
  dst: number,
  operator: keyof typeof codes,
  width: Width,
  left: Value,
  constant: bigint,
): boolean {
  if (operator === 'shl' || operator === 'lshr' || operator === 'ashr') {
    selection.into(operator === 'shl' && width === 32 ? selection.low(left, 32) : left, dst);
    selection.aluImmediate(codes[operator], width, dst, Number(constant & BigInt(width - 1)));
    return true;
  }
  const power = powerOfTwo(BigInt.asUintN(width, constant));
  if (operator === 'udiv' && power !== undefined) {
    selection.into(left, dst);
    selection.aluImmediate(Alu.RSH, width, dst, power);
    return true;
  }
  if (operator === 'umod' && power !== undefined && power > 0) {
    return selectMask(selection, dst, left, (1n << BigInt(power)) - 1n);
  }
  if (operator === 'and') return selectMask(selection, dst, left, BigInt.asUintN(width, constant));
  const narrow = width === 32 || fits32(constant) ? width : narrower(operator, left, constant);
  if (narrow === undefined) return false;
  selection.into(narrow === 32 ? selection.low(left, 32) : left, dst);
  selection.aluImmediate(codes[operator], narrow, dst, Number(BigInt.asIntN(32, constant)));
  return true;
}

/** 32 where the operation gives the same in 32 bits, so that an unsigned constant of 32 bits fits. */
function narrower(operator: BinaryOperator, left: Value, constant: bigint): 32 | undefined {
  const same = operator === 'or' || operator === 'xor' || operator === 'udiv' || operator === 'umod';
  return same && constant >= 0n && constant < 1n << 32n && knownBits(left) <= 32 ? 32 : undefined;
}

function selectMask(selection: Selection, dst: number, left: Value, mask: bigint): boolean {
  const low = mask.toString(2).length;
  const bare = selection.low(left, low <= 32 ? 32 : 64);
  if (mask === 0xffffffffn) {
    selection.emit(machine(Class.ALU | Alu.MOV | Source.X, selection.location, { dst, src: selection.use(bare) }));
    return true;
  }
  if (mask < 1n << 32n) {
    selection.into(bare, dst);
    selection.aluImmediate(Alu.AND, 32, dst, Number(BigInt.asIntN(32, mask)));
    return true;
  }
  const signed = BigInt.asIntN(64, mask);
  if (!fits32(signed)) return false;
  selection.into(left, dst);
  selection.aluImmediate(Alu.AND, 64, dst, Number(signed));
  return true;
}

export function fits32(value: bigint): boolean {
  return value >= -0x80000000n && value <= 0x7fffffffn;
}

function powerOfTwo(value: bigint): number | undefined {
  return value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined;
}

/** `result = -operand`. */
export function selectNegate(selection: Selection, value: Value, operand: Value, width: Width): void {
  const dst = selection.result(value);
  selection.into(width === 32 ? selection.low(operand, 32) : operand, dst);
  selection.aluImmediate(Alu.NEG, width, dst, 0);
}

/** Takes the low bits and extends them to 64. */
export function selectExtend(
  selection: Selection,
  value: Value,
  operand: Value,
  bits: 8 | 16 | 32,
  signed: boolean,
): void {
  const dst = selection.result(value);
  const source = selection.low(operand, bits);
  if (!signed) {
    selectMask(selection, dst, source, (1n << BigInt(bits)) - 1n);
    return;
  }
  signExtend(selection, dst, selection.use(source), bits);
}

/** `dst` = the low bits of `src` with their sign; by shifts before cpu v4. */
export function signExtend(selection: Selection, dst: number, src: number, bits: 8 | 16 | 32): void {
  if (selection.cpu >= 4) {
    const opcode = Class.ALU64 | Alu.MOV | Source.X;
    selection.emit(machine(opcode, selection.location, { dst, src, offset: bits }));
    return;
  }
  if (dst !== src) selection.move(dst, src);
  selection.aluImmediate(Alu.LSH, 64, dst, 64 - bits);
  selection.aluImmediate(Alu.ARSH, 64, dst, 64 - bits);
}

/** Reverses the bytes of the low bits: to big-endian, which on a little-endian machine is just that. */
export function selectByteSwap(selection: Selection, value: Value, operand: Value, bits: 16 | 32 | 64): void {
  const dst = selection.result(value);
  selection.into(selection.low(operand, bits), dst);
  selection.emit(machine(Class.ALU | Alu.END | Source.X, selection.location, { dst, imm: bits }));
}

/** `result = pointer + offset`. */
export function selectPointerAdd(selection: Selection, value: Value): void {
  const { root, offset } = selection.rootOf(value, 0);
  const dst = selection.result(value);
  if (root !== selection.through(value)) {
    selection.into(root, dst);
    if (offset !== 0) selection.aluImmediate(Alu.ADD, 64, dst, offset);
    return;
  }
  const [pointer, amount] = value.operands;
  if (pointer === undefined || amount === undefined) return;
  const constant = selection.constantOf(amount);
  if (constant !== undefined && fits32(constant)) {
    selection.into(pointer, dst);
    selection.aluImmediate(Alu.ADD, 64, dst, Number(constant));
    return;
  }
  const base = selection.rootOf(pointer, 0);
  const rest = base.offset - selection.constantPart(value);
  const swap = !selection.isLastUse(base.root) && selection.isLastUse(selection.through(amount));
  const other = selection.use(swap ? base.root : amount);
  selection.into(swap ? amount : base.root, dst);
  selection.alu(Alu.ADD, 64, dst, other);
  if (rest !== 0) selection.aluImmediate(Alu.ADD, 64, dst, rest);
}
