import type { Token } from './scan.ts';
import type { TokenReader } from './token-reader.ts';

/**
 * What an expression of assembly comes to: a number, plus the address of a symbol, minus that of another
 * (`table + 8`, `.Lend - .Lstart`).
 */
export interface LinearValue {
  readonly constant: bigint;
  readonly plus?: string;
  readonly minus?: string;
}

/** Gives the value of a name set by `.set` or `.equ`, or undefined where it is a label. */
export type NamedValue = (name: string) => LinearValue | undefined;

/** How deep parentheses and signs may nest. */
const MAX_DEPTH = 64;

/** Operators by how strongly they bind, as GNU and LLVM assemblers have it: shifts before addition. */
const precedence: ReadonlyMap<string, number> = new Map([
  ['+', 1],
  ['-', 1],
  ['|', 2],
  ['&', 2],
  ['^', 2],
  ['*', 3],
  ['/', 3],
  ['%', 3],
  ['<<', 3],
  ['>>', 3],
]);

/**
 * Reads an expression: numbers, names, `+ - * / % << >> & | ^ ~` and parentheses.
 * @throws SKEP_BAD_ASSEMBLY at what is no expression, or where symbols are joined by more than `+` and `-`.
 */
export function parseExpression(reader: TokenReader, named: NamedValue = () => undefined): LinearValue {
  return parseBinary(reader, named, 1, 0);
}

/** Reads an expression that must come to a number; `what` names it in the error. */
export function parseConstant(reader: TokenReader, what: string, named?: NamedValue): bigint {
  const start = reader.peek();
  const value = parseExpression(reader, named);
  const symbol = value.plus ?? value.minus;
  if (symbol === undefined) return value.constant;
  throw reader.error(
    start,
    `${what} must be a number`,
    `'${symbol}' is not defined as one`,
    `define it before this line: .set ${symbol}, 1`,
  );
}

/** Reads a number within `least..most`. */
export function parseInteger(
  reader: TokenReader,
  what: string,
  least: bigint,
  most: bigint,
  named?: NamedValue,
  remedy?: string,
): bigint {
  const start = reader.peek();
  const value = parseConstant(reader, what, named);
  if (value >= least && value <= most) return value;
  throw reader.error(start, `${what} ${value} does not fit`, `it must be in ${least}..${most}`, remedy);
}

function parseBinary(reader: TokenReader, named: NamedValue, least: number, depth: number): LinearValue {
  let left = parseUnary(reader, named, depth);
  for (;;) {
    const operator = reader.peek();
    const strength = operator.kind === 'symbol' ? precedence.get(operator.text) : undefined;
    if (strength === undefined || strength < least) return left;
    reader.take();
    left = combine(reader, operator, left, parseBinary(reader, named, strength + 1, depth));
  }
}

function parseUnary(reader: TokenReader, named: NamedValue, depth: number): LinearValue {
  const token = reader.peek();
  if (depth > MAX_DEPTH) throw reader.error(token, `more than ${MAX_DEPTH} signs or parentheses nested`);
  if (reader.accept('+')) return parseUnary(reader, named, depth + 1);
  if (reader.accept('-')) return opposite(parseUnary(reader, named, depth + 1));
  if (reader.accept('~')) {
    const operand = numberOf(reader, token, parseUnary(reader, named, depth + 1));
    return { constant: bounded(~operand) };
  }
  if (reader.accept('(')) {
    const inner = parseBinary(reader, named, 1, depth + 1);
    reader.expect(')');
    return inner;
  }
  if (token.kind === 'number') {
    reader.take();
    return { constant: token.value ?? 0n };
  }
  if (token.kind !== 'word') throw reader.unexpected('a number or a name');
  reader.take();
  return named(token.text) ?? { constant: 0n, plus: token.text };
}

function numberOf(reader: TokenReader, operator: Token, value: LinearValue): bigint {
  if (value.plus === undefined && value.minus === undefined) return value.constant;
  throw reader.error(operator, `'${operator.text}' cannot be applied to the address of '${value.plus ?? value.minus}'`);
}

/** Keeps numbers within what later arithmetic can hold; 64 bits and a sign are what any operand may need. */
function bounded(value: bigint): bigint {
  return value >= 0n ? BigInt.asUintN(64, value) : -BigInt.asUintN(64, -value);
}

function combine(reader: TokenReader, operator: Token, left: LinearValue, right: LinearValue): LinearValue {
  const { text } = operator;
  if (text === '+' || text === '-') return add(reader, operator, left, text === '+' ? right : opposite(right));
  return {
    constant: bounded(calculate(reader, operator, numberOf(reader, operator, left), numberOf(reader, operator, right))),
  };
}

function opposite(value: LinearValue): LinearValue {
  return {
    constant: -value.constant,
    ...(value.minus === undefined ? {} : { plus: value.minus }),
    ...(value.plus === undefined ? {} : { minus: value.plus }),
  };
}

function add(reader: TokenReader, operator: Token, left: LinearValue, right: LinearValue): LinearValue {
  if (
    (left.plus !== undefined && right.plus !== undefined) ||
    (left.minus !== undefined && right.minus !== undefined)
  ) {
    throw reader.error(
      operator,
      'two addresses cannot be added',
      'an expression holds one address and may take off one',
    );
  }
  const plus = left.plus ?? right.plus;
  const minus = left.minus ?? right.minus;
  const constant = bounded(left.constant + right.constant);
  if (plus !== undefined && plus === minus) return { constant };
  return { constant, ...(plus === undefined ? {} : { plus }), ...(minus === undefined ? {} : { minus }) };
}

function calculate(reader: TokenReader, operator: Token, left: bigint, right: bigint): bigint {
  switch (operator.text) {
    case '*':
      return left * right;
    case '<<':
      return right < 0n || right > 63n ? 0n : left << right;
    case '>>':
      return right < 0n || right > 63n ? 0n : left >> right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    default:
      if (right === 0n) throw reader.error(operator, 'division by zero');
      return operator.text === '/' ? left / right : left % right;
  }
}
