import { Alu, Class, Jump, Source } from '@skep/core/isa';
import type { CompareOperator, Condition, Value, Width } from '../ir/index.ts';
import { knownBits } from './known-bits.ts';
import { type MachineInstruction, machine } from './machine.ts';
import { fits32, signExtend } from './select-arithmetic.ts';
import type { Selection } from './selection.ts';

const codes: Readonly<Record<CompareOperator, number>> = {
  eq: Jump.JEQ,
  ne: Jump.JNE,
  ult: Jump.JLT,
  ule: Jump.JLE,
  ugt: Jump.JGT,
  uge: Jump.JGE,
  slt: Jump.JSLT,
  sle: Jump.JSLE,
  sgt: Jump.JSGT,
  sge: Jump.JSGE,
};

const swapped: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'ugt',
  ule: 'uge',
  ugt: 'ult',
  uge: 'ule',
  slt: 'sgt',
  sle: 'sge',
  sgt: 'slt',
  sge: 'sle',
};

const negated: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'ne',
  ne: 'eq',
  ult: 'uge',
  ule: 'ugt',
  ugt: 'ule',
  uge: 'ult',
  slt: 'sge',
  sle: 'sgt',
  sgt: 'sle',
  sge: 'slt',
};

const unsigned: Readonly<Partial<Record<CompareOperator, CompareOperator>>> = {
  slt: 'ult',
  sle: 'ule',
  sgt: 'ugt',
  sge: 'uge',
};

/** The jump instruction of a condition, and whether it is taken where the condition holds. */
export interface Test {
  readonly test: MachineInstruction;
  readonly taken: boolean;
}

/** Emits what a condition needs and gives its jump. */
export function selectCondition(selection: Selection, condition: Condition, left: Value, right: Value): Test {
  if (condition.kind === 'compare') return selectCompare(selection, condition.operator, left, right, condition.width);
  const end = selection.use(right);
  const { root, offset } = selection.rootOf(left, condition.size);
  const behind = selection.code.register();
  selection.into(root, behind);
  if (offset !== 0) selection.aluImmediate(Alu.ADD, 64, behind, offset);
  const opcode = Class.JMP | Jump.JGT | Source.X;
  return { test: machine(opcode, selection.location, { dst: behind, src: end }), taken: false };
}

/** A comparison as its parts, while it is made simpler. */
interface Comparison {
  readonly operator: CompareOperator;
  readonly left: Value;
  readonly right: Value;
  readonly width: Width;
}

function selectCompare(
  selection: Selection,
  operator: CompareOperator,
  first: Value,
  second: Value,
  asked: Width,
): Test {
  const { comparison, taken } = innermost(selection, { operator, left: first, right: second, width: asked });
  const narrow = narrowed(selection, comparison);
  const bits = selectBitTest(selection, narrow);
  if (bits !== undefined) return { test: bits, taken: narrow.operator === 'ne' ? taken : !taken };
  if (narrow.width === 32 && selection.cpu < 3) return { test: selectExtended(selection, narrow), taken };
  const constant = selection.constantOf(narrow.right);
  const value = (operand: Value): Value => (narrow.width === 32 ? selection.low(operand, 32) : operand);
  const jump = narrow.width === 32 ? Class.JMP32 : Class.JMP;
  if (constant !== undefined && (narrow.width === 32 || fits32(constant))) {
    const imm = Number(BigInt.asIntN(32, constant));
    const dst = selection.use(value(narrow.left));
    const opcode = jump | codes[narrow.operator];
    return { test: machine(opcode, selection.location, { dst, imm }), taken };
  }
  const src = selection.use(value(narrow.right));
  const dst = narrow.left === narrow.right ? src : selection.use(value(narrow.left));
  return { test: machine(jump | codes[narrow.operator] | Source.X, selection.location, { dst, src }), taken };
}

/** A comparison of low halves before cpu v3, which has no 32-bit jumps: both sides are extended first. */
function selectExtended(selection: Selection, { operator, left, right }: Comparison): MachineInstruction {
  const signed = operator.startsWith('s');
  const extended = (value: Value): number => {
    const register = selection.code.register();
    const constant = selection.constantOf(value);
    if (constant !== undefined) {
      selection.constant(register, signed ? BigInt.asIntN(32, constant) : BigInt.asUintN(32, constant));
      return register;
    }
    if (!signed && knownBits(value) <= 32) return selection.use(value);
    const source = selection.use(selection.low(value, 32));
    if (signed) signExtend(selection, register, source, 32);
    else selection.emit(machine(Class.ALU | Alu.MOV | Source.X, selection.location, { dst: register, src: source }));
    return register;
  };
  const src = extended(right);
  const dst = extended(left);
  return machine(Class.JMP | codes[operator] | Source.X, selection.location, { dst, src });
}

/** Constants to the right; and what is compared within a comparison of its 0 or 1 with 0. */
function innermost(selection: Selection, from: Comparison): { comparison: Comparison; taken: boolean } {
  let comparison = from;
  let taken = true;
  for (;;) {
    const { operator, left, right, width } = comparison;
    if (selection.constantOf(left) !== undefined && selection.constantOf(right) === undefined) {
      comparison = { operator: swapped[operator], left: right, right: left, width };
      continue;
    }
    const inner = selection.through(left);
    const [a, b] = inner.operands;
    const zero = selection.constantOf(right) === 0n && (operator === 'eq' || operator === 'ne');
    if (!zero || inner.operation.kind !== 'compare' || a === undefined || b === undefined) break;
    if (operator === 'eq') taken = !taken;
    comparison = { operator: inner.operation.operator, left: a, right: b, width: inner.operation.width };
  }
  return { comparison, taken };
}

/**
 * The comparison in 32 bits where both sides are known to fit and that saves an instruction: an unsigned constant of 32
 * bits needs no register, an extension of 32 bits is left out. Else 64 bits stay: of a quotient, a remainder or reversed
 * bytes the verifier does not know that they fit, and a comparison of low halves tells it nothing of the whole.
 */
function narrowed(selection: Selection, from: Comparison): Comparison {
  const comparison = unswapped(selection, from);
  const { left, right, operator, width } = comparison;
  if (width === 32 || selection.cpu < 3) return comparison;
  if (left.type !== 'i64' || right.type !== 'i64') return comparison;
  if (knownBits(left) > 32 || knownBits(right) > 32) return comparison;
  const constant = selection.constantOf(right);
  const saves = (constant !== undefined && !fits32(constant)) || selection.low(left, 32) !== left;
  return { operator: unsigned[operator] ?? operator, left, right, width: saves ? 32 : 64 };
}

/** Equality of a value with reversed bytes and a constant: the constant's bytes are reversed instead. */
function unswapped(selection: Selection, comparison: Comparison): Comparison {
  const { operator, left, right, width } = comparison;
  const inner = selection.through(left);
  const constant = selection.constantOf(right);
  const [operand] = inner.operands;
  if (inner.operation.kind !== 'byte-swap' || (operator !== 'eq' && operator !== 'ne')) return comparison;
  const { bits } = inner.operation;
  if (constant === undefined || operand === undefined || bits > width) return comparison;
  if (constant < 0n || constant >> BigInt(bits) !== 0n || knownBits(operand) > bits) return comparison;
  const value = reversed(constant, bits);
  if (bits === 64 && !fits32(value)) return comparison;
  return { operator, left: operand, right: selection.literal(value), width };
}

function reversed(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let at = 0; at < bits; at += 8) result = (result << 8n) | ((value >> BigInt(at)) & 0xffn);
  return BigInt.asIntN(64, result);
}

/** `(x & mask) != 0` in one instruction. */
function selectBitTest(
  selection: Selection,
  { operator, left, right, width }: Comparison,
): MachineInstruction | undefined {
  if ((operator !== 'ne' && operator !== 'eq') || selection.constantOf(right) !== 0n) return undefined;
  const inner = selection.through(left);
  const [value, mask] = inner.operands;
  if (inner.operation.kind !== 'binary' || inner.operation.operator !== 'and') return undefined;
  if (value === undefined || mask === undefined || selection.isUsed(inner)) return undefined;
  const constant = selection.constantOf(mask);
  if (constant === undefined) return undefined;
  const low = BigInt.asUintN(Math.min(width, inner.operation.width), constant);
  if (low <= 0x7fffffffn) {
    const opcode = Class.JMP | Jump.JSET;
    return machine(opcode, selection.location, { dst: selection.use(selection.low(value, 32)), imm: Number(low) });
  }
  if (low >= 1n << 32n || selection.cpu < 3) return undefined;
  const opcode = Class.JMP32 | Jump.JSET;
  const imm = Number(BigInt.asIntN(32, low));
  return machine(opcode, selection.location, { dst: selection.use(selection.low(value, 32)), imm });
}

/** The jump with the opposite condition; undefined for a bit test, which has none. */
export function invert(test: MachineInstruction): MachineInstruction | undefined {
  const code = test.opcode & 0xf0;
  for (const [operator, known] of Object.entries(codes)) {
    if (known !== code) continue;
    const opposite = codes[negated[operator as CompareOperator]];
    return { ...test, opcode: (test.opcode & 0x0f) | opposite };
  }
  return undefined;
}
