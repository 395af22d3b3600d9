import type TypeScript from 'typescript-js';
import {
  type CompareOperator,
  type Interval,
  interval,
  meet,
  single,
  type Value,
  type Width,
  within,
} from '../../ir/index.ts';
import type { DiagnosticId, Values } from '../diagnostics/index.ts';
import { ts } from '../facade/index.ts';
import type { Lowering } from './lowering.ts';
import type { IntOperand } from './operand.ts';
import { SAFE, scalarType } from './types.ts';

export const U64_MAX: bigint = (1n << 64n) - 1n;
const I64_MIN = -(1n << 63n);
const I64_MAX = (1n << 63n) - 1n;
const I32_MAX = 0x7fff_ffffn;
const U32_MAX = 0xffff_ffffn;

export function intOf(value: Value, big: boolean, range: Interval): IntOperand {
  return { kind: 'int', value, big, range };
}

/** A constant. */
export function literal(l: Lowering, value: bigint, big: boolean): IntOperand {
  return intOf(l.builder.constant(value), big, interval(value, value));
}

/** The value of an operand that is a constant. */
export function constantOf(operand: IntOperand): bigint | undefined {
  return single(operand.range);
}

/** `0..4294967295` for messages. */
export function rangeText({ min, max }: Interval): string {
  return `${min ?? '-infinity'}..${max ?? 'infinity'}`;
}

/**
 * The operand, known to be in `min..max` from here on: proven by its type, or later by the ranges of the function, or
 * reported.
 */
export function demand(
  l: Lowering,
  operand: IntOperand,
  limits: { readonly min?: bigint; readonly max?: bigint },
  node: TypeScript.Node,
  id: DiagnosticId,
  values: Values = {},
  replacement?: string,
): IntOperand {
  const { min, max } = limits;
  const { range } = operand;
  const low = min === undefined || (range.min !== undefined && range.min >= min);
  const high = max === undefined || (range.max !== undefined && range.max <= max);
  if (low && high) return operand;
  // Code that is never reached, as in a loop written out, may hold anything: the ranges of the function tell.
  const narrowed = meet(range, interval(min, max)) ?? interval(min, max);
  const { reporter } = l.module.evaluator;
  const text = replacement;
  l.builder.require(operand.value, {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    report: (found) => reporter.report(node, id, { range: rangeText(found), ...values }, text),
  });
  return { ...operand, range: narrowed, bitwise: false };
}

/** What an operand is before it reaches `operator` as a 64-bit integer. */
export function demandFits(l: Lowering, operand: IntOperand, node: TypeScript.Node, operator: string): IntOperand {
  if (!operand.big) return operand;
  const isSigned = operand.range.min !== undefined && operand.range.min < 0n && within(operand.range, I64_MIN, I64_MAX);
  if (isSigned) return operand;
  const fix = `u64(${node.getText()})`;
  return demand(l, operand, { min: 0n, max: U64_MAX }, node, 2003, { operator, fix }, fix);
}

/** Refuses a negative result of a bitwise operator, which is seldom meant. */
function demandMeant(l: Lowering, operand: IntOperand, node: TypeScript.Node, operator: string): IntOperand {
  if (!operand.bitwise) return operand;
  const fix = `u32(${stripped(node).getText()})`;
  return demand(l, operand, { min: 0n }, node, 2006, { operator, fix }, fix);
}

function stripped(node: TypeScript.Node): TypeScript.Node {
  return ts.isParenthesizedExpression(node) ? stripped(node.expression) : node;
}

export function demandUnsigned(l: Lowering, operand: IntOperand, node: TypeScript.Node, operator: string): IntOperand {
  const name = operand.big ? 'u64' : 'u32';
  const fix = `${name}(${stripped(node).getText()})`;
  if (operand.big) return demand(l, operand, { min: 0n, max: U64_MAX }, node, 2003, { operator, fix }, fix);
  return demand(l, operand, { min: 0n }, node, 2006, { operator, fix }, fix);
}

/** A binary operation of two integers of one kind. `node` is the whole expression. */
export function binaryInts(
  l: Lowering,
  operator: TypeScript.SyntaxKind,
  left: IntOperand,
  right: IntOperand,
  node: TypeScript.Node,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  const kind = ts.SyntaxKind;
  switch (operator) {
    case kind.PlusToken:
      return sum(l, 'add', left, right, node);
    case kind.MinusToken:
      return sum(l, 'sub', left, right, node);
    case kind.AsteriskToken:
      return sum(l, 'mul', left, right, node);
    case kind.SlashToken:
      return divide(l, left, right, node, sides);
    case kind.PercentToken:
      return quotient(l, 'umod', left, right, '%', sides);
    case kind.AmpersandToken:
    case kind.BarToken:
    case kind.CaretToken:
      return left.big ? bitwiseBig(l, operator, left, right) : bitwise(l, operator, left, right);
    case kind.LessThanLessThanToken:
    case kind.GreaterThanGreaterThanToken:
    case kind.GreaterThanGreaterThanGreaterThanToken:
      return shift(l, operator, left, right, sides);
    default:
      return l.fail(node, 1000, { kind: ts.tokenToString(operator) ?? 'operator' });
  }
}

function combine(operator: 'add' | 'sub' | 'mul', left: Interval, right: Interval): Interval {
  const { min: a, max: b } = left;
  const { min: c, max: d } = right;
  if (operator === 'add') {
    return interval(
      a === undefined || c === undefined ? undefined : a + c,
      b === undefined || d === undefined ? undefined : b + d,
    );
  }
  if (operator === 'sub') {
    return interval(
      a === undefined || d === undefined ? undefined : a - d,
      b === undefined || c === undefined ? undefined : b - c,
    );
  }
  if (a === undefined || b === undefined || c === undefined || d === undefined) return interval(undefined, undefined);
  const ends = [a * c, a * d, b * c, b * d].sort((x, y) => (x < y ? -1 : 1));
  return interval(ends[0], ends[3]);
}

function sum(
  l: Lowering,
  operator: 'add' | 'sub' | 'mul',
  left: IntOperand,
  right: IntOperand,
  node: TypeScript.Node,
): IntOperand {
  const range = combine(operator, left.range, right.range);
  const known = single(range);
  if (known !== undefined && (left.big || (known >= -SAFE && known <= SAFE))) return literal(l, known, left.big);
  const value = l.builder.binary(operator, left.value, right.value);
  const result = intOf(value, left.big, range);
  return left.big ? result : demandSafe(l, result, node);
}

/** A number must stay where every integer is exact. */
export function demandSafe(l: Lowering, operand: IntOperand, node: TypeScript.Node): IntOperand {
  const fix = wrapped(node);
  return demand(l, operand, { min: -SAFE, max: SAFE }, node, 2002, { fix: fix ?? 'u32(..)' }, fix);
}

/** The node as a number of 32 bits; a product is taken modulo 2^32 before it loses digits. */
function wrapped(node: TypeScript.Node): string | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskToken) {
    return `imul(${node.left.getText()}, ${node.right.getText()})`;
  }
  return ts.isBinaryExpression(node) || ts.isPrefixUnaryExpression(node) ? `u32(${node.getText()})` : undefined;
}

/** `/` of bigints, or of numbers inside a conversion. */
export function quotient(
  l: Lowering,
  operator: 'udiv' | 'umod',
  left: IntOperand,
  right: IntOperand,
  symbol: string,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  const dividend = demandUnsigned(l, left, sides[0], symbol);
  const divisor = demandUnsigned(l, right, sides[1], symbol);
  demandNotZero(l, divisor, sides[1]);
  const fits32 = within(dividend.range, 0n, U32_MAX) && within(divisor.range, 0n, U32_MAX);
  const value = l.builder.binary(operator, dividend.value, divisor.value, fits32 ? 32 : 64);
  const { max = U64_MAX } = dividend.range;
  const limit = divisor.range.max ?? U64_MAX;
  const range = operator === 'udiv' ? interval(0n, max) : interval(0n, max < limit - 1n ? max : limit - 1n);
  return intOf(value, left.big, range);
}

function demandNotZero(l: Lowering, divisor: IntOperand, node: TypeScript.Node): void {
  const { min } = divisor.range;
  if (min !== undefined && min > 0n) return;
  const values = { divisor: node.getText(), zero: divisor.big ? '0n' : '0' };
  const { reporter } = l.module.evaluator;
  l.builder.require(divisor.value, { notZero: true, report: () => reporter.report(node, 2004, values) });
}

function divide(
  l: Lowering,
  left: IntOperand,
  right: IntOperand,
  node: TypeScript.Node,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  if (left.big) return quotient(l, 'udiv', left, right, '/', sides);
  const [a, b] = [constantOf(left), constantOf(right)];
  if (a !== undefined && b !== undefined && b !== 0n && a % b === 0n) return literal(l, a / b, false);
  const fix = `u32(${stripped(node).getText()})`;
  return l.fail(node, 2005, { fix }, fix);
}

const bitOperators = { and: 'and', or: 'or', xor: 'xor' } as const;

function bitOperator(operator: TypeScript.SyntaxKind): 'and' | 'or' | 'xor' {
  if (operator === ts.SyntaxKind.AmpersandToken) return bitOperators.and;
  return operator === ts.SyntaxKind.BarToken ? bitOperators.or : bitOperators.xor;
}

function ones(...values: (bigint | undefined)[]): bigint | undefined {
  let most = 0n;
  for (const value of values) {
    if (value === undefined) return undefined;
    if (value > most) most = value;
  }
  return (1n << BigInt(most.toString(2).length)) - 1n;
}

/** On bigints, of any length: the low 64 bits are what the register holds. */
function bitwiseBig(l: Lowering, operator: TypeScript.SyntaxKind, left: IntOperand, right: IntOperand): IntOperand {
  const name = bitOperator(operator);
  return intOf(l.builder.binary(name, left.value, right.value), true, bitRange(name, left.range, right.range));
}

function bitRange(name: 'and' | 'or' | 'xor', left: Interval, right: Interval): Interval {
  const positive = (range: Interval) => range.min !== undefined && range.min >= 0n;
  if (name === 'and') {
    const limits = [left, right].flatMap((range) => (positive(range) && range.max !== undefined ? [range.max] : []));
    if (limits.length > 0)
      return interval(
        0n,
        limits.reduce((a, b) => (a < b ? a : b)),
      );
    return positive(left) || positive(right) ? interval(0n, undefined) : interval(undefined, undefined);
  }
  return positive(left) && positive(right) ? interval(0n, ones(left.max, right.max)) : interval(undefined, undefined);
}

/** On numbers: both become signed 32-bit integers first (ECMA-262, 13.12). */
function bitwise(l: Lowering, operator: TypeScript.SyntaxKind, left: IntOperand, right: IntOperand): IntOperand {
  const name = bitOperator(operator);
  const value = l.builder.binary(name, left.value, right.value, 32);
  const range = bitRange(name, left.range, right.range);
  if (within(range, 0n, I32_MAX)) return intOf(value, false, range);
  return signedResult(l, value, left, right);
}

/** A register with 32 bits as the signed number that JavaScript makes of them. */
function signedResult(l: Lowering, value: Value, ...from: IntOperand[]): IntOperand {
  const isUnsigned = from.some(({ range }) => range.max === undefined || range.max > I32_MAX);
  return {
    ...intOf(l.builder.extend(value, 32, true), false, interval(-I32_MAX - 1n, I32_MAX)),
    bitwise: isUnsigned,
  };
}

function shift(
  l: Lowering,
  operator: TypeScript.SyntaxKind,
  left: IntOperand,
  right: IntOperand,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  if (left.big) return shiftBig(l, operator, left, right, sides);
  const by = constantOf(right);
  const amount = by === undefined ? undefined : BigInt.asUintN(5, by);
  const count = amount === undefined ? right.value : l.builder.constant(amount);
  if (operator === ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken) {
    const value = l.builder.binary('lshr', left.value, count, 32);
    const top = within(left.range, 0n, U32_MAX) ? (left.range.max ?? U32_MAX) : U32_MAX;
    return intOf(value, false, interval(0n, top >> (amount ?? 0n)));
  }
  if (operator === ts.SyntaxKind.GreaterThanGreaterThanToken) return shiftRight(l, left, count, amount);
  const value = l.builder.binary('shl', left.value, count, 32);
  const { min, max } = left.range;
  const high = amount === undefined || max === undefined ? undefined : max << amount;
  if (min !== undefined && min >= 0n && high !== undefined && high <= I32_MAX) {
    return intOf(value, false, interval(min << (amount ?? 0n), high));
  }
  return signedResult(l, value, left, intOf(value, false, interval(0n, U32_MAX)));
}

function shiftRight(l: Lowering, left: IntOperand, count: Value, amount: bigint | undefined): IntOperand {
  if (within(left.range, 0n, I32_MAX)) {
    const value = l.builder.binary('lshr', left.value, count, 32);
    return intOf(value, false, interval(0n, (left.range.max ?? I32_MAX) >> (amount ?? 0n)));
  }
  return signedResult(l, l.builder.binary('ashr', left.value, count, 32), left);
}

function shiftBig(
  l: Lowering,
  operator: TypeScript.SyntaxKind,
  left: IntOperand,
  right: IntOperand,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  const fix = `(${sides[1].getText()} & 63n)`;
  const by = demand(l, right, { min: 0n, max: 63n }, sides[1], 2012, { max: 63, fix }, fix);
  const amount = constantOf(by);
  if (operator === ts.SyntaxKind.LessThanLessThanToken) {
    const { min, max } = left.range;
    const range =
      amount === undefined || min === undefined || max === undefined
        ? interval(min !== undefined && min >= 0n ? 0n : undefined, undefined)
        : interval(min << amount, max << amount);
    return intOf(l.builder.binary('shl', left.value, by.value), true, range);
  }
  const fitting = demandFits(l, left, sides[0], '>>');
  const isSigned = fitting.range.min !== undefined && fitting.range.min < 0n;
  const value = l.builder.binary(isSigned ? 'ashr' : 'lshr', fitting.value, by.value);
  const { min = 0n, max = U64_MAX } = fitting.range;
  return intOf(value, true, interval(min < 0n ? min : min >> (amount ?? 63n), max >> (amount ?? 0n)));
}

/** `-x`. */
export function negateInt(l: Lowering, operand: IntOperand, node: TypeScript.Node): IntOperand {
  return sum(l, 'sub', literal(l, 0n, operand.big), operand, node);
}

/** `~x`. */
export function complement(l: Lowering, operand: IntOperand): IntOperand {
  const minusOne = l.builder.constant(-1);
  if (operand.big) {
    const { min, max } = operand.range;
    const range = interval(max === undefined ? undefined : -max - 1n, min === undefined ? undefined : -min - 1n);
    return intOf(l.builder.binary('xor', operand.value, minusOne), true, range);
  }
  return signedResult(l, l.builder.binary('xor', operand.value, minusOne, 32), operand);
}

/** Converts with wrap-around to `bits` bits. */
export function wrap(l: Lowering, value: Value, bits: number, isSigned: boolean): Value {
  if (bits === 64) return value;
  const size = bits as 8 | 16 | 32;
  const { operation, operands } = value;
  const [inner] = operands;
  if (operation.kind === 'constant') {
    return l.builder.constant(isSigned ? BigInt.asIntN(bits, operation.value) : BigInt.asUintN(bits, operation.value));
  }
  if (operation.kind === 'extend' && operation.bits >= bits && inner) return wrap(l, inner, bits, isSigned);
  if (operation.kind === 'binary' && operation.width === 32 && bits === 32 && !isSigned) return value;
  return l.builder.extend(value, size, isSigned);
}

/** A comparison as a branch or an instruction can do it. */
export interface Comparison {
  readonly operator: CompareOperator;
  readonly left: Value;
  readonly right: Value;
  readonly width: Width;
}

type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Compares two integers of one kind as mathematical values. */
export function compareInts(
  l: Lowering,
  relation: Relation,
  left: IntOperand,
  right: IntOperand,
  symbol: string,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): Comparison {
  const first = demandFits(l, demandMeant(l, left, sides[0], symbol), sides[0], symbol);
  const second = demandFits(l, demandMeant(l, right, sides[1], symbol), sides[1], symbol);
  if (relation === 'eq' || relation === 'ne') {
    refuseDisjoint(l, relation, first, second, sides);
    return { operator: relation, ...withoutSwaps(l, first.value, second.value), width: 64 };
  }
  const negative = [first, second].some(({ range }) => range.min === undefined || range.min < 0n);
  const beyond = [first, second].some(({ range }) => range.max === undefined || range.max > I64_MAX);
  if (negative && beyond) {
    for (const [index, operand] of [first, second].entries())
      demandUnsigned(l, operand, sides[index] ?? sides[0], symbol);
  }
  const operator = `${negative && !beyond ? 's' : 'u'}${relation}` as CompareOperator;
  return { operator, left: first.value, right: second.value, width: 64 };
}

function refuseDisjoint(
  l: Lowering,
  relation: Relation,
  left: IntOperand,
  right: IntOperand,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): void {
  const ranges = [left, right].map((operand, index) => declared(l, operand, sides[index] ?? sides[0]));
  const [first = left.range, second = right.range] = ranges;
  if (meet(first, second) !== undefined) return;
  l.fail(sides[0].parent, 2007, {
    result: String(relation === 'ne'),
    left: rangeText(first),
    right: rangeText(second),
    fix: 'compare with a value that it can have',
  });
}

/** What the source says of a side: a variable that happens to be a constant, in a loop written out, has its type. */
function declared(l: Lowering, operand: IntOperand, node: TypeScript.Node): Interval {
  if (constantOf(operand) === undefined || !ts.isExpression(node)) return operand.range;
  if (l.evaluator.expression(node) !== undefined) return operand.range;
  const { checker } = l.evaluator;
  const type = scalarType(checker, checker.getTypeAtLocation(node));
  return type?.kind === 'int' ? type.range : operand.range;
}

/** Bytes in network order are compared as they are in memory. */
function withoutSwaps(l: Lowering, left: Value, right: Value): { left: Value; right: Value } {
  const [a, b] = [left.operation, right.operation];
  const [x] = left.operands;
  const [y] = right.operands;
  if (a.kind === 'byte-swap' && b.kind === 'byte-swap' && a.bits === b.bits && isLoad(x) && isLoad(y))
    return { left: x, right: y };
  if (a.kind === 'byte-swap' && b.kind === 'constant' && isLoad(x)) {
    const swapped = swapConstant(b.value, a.bits);
    if (swapped !== undefined) return { left: x, right: l.builder.constant(swapped) };
  }
  return { left, right };
}

function swapConstant(value: bigint, bits: number): bigint | undefined {
  if (BigInt.asUintN(bits, value) !== BigInt.asUintN(64, value)) return undefined;
  let swapped = 0n;
  for (let index = 0; index < bits; index += 8) swapped = (swapped << 8n) | ((value >> BigInt(index)) & 0xffn);
  return swapped;
}

function isLoad(value: Value | undefined): value is Value {
  return value?.operation.kind === 'load';
}
