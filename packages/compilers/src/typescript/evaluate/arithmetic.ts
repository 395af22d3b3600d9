import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import type { StaticInteger } from './static-value.ts';

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A binary operation on constants as JavaScript does it; undefined where its result is no exact integer. */
export function binaryConstant(
  operator: TypeScript.SyntaxKind,
  left: StaticInteger,
  right: StaticInteger,
): StaticInteger | undefined {
  if (left.big !== right.big) return undefined;
  const value = left.big
    ? bigResult(operator, left.value, right.value)
    : numberResult(operator, left.value, right.value);
  if (value === undefined || (!left.big && (value > SAFE || value < -SAFE))) return undefined;
  return { kind: 'integer', value, big: left.big };
}

function bigResult(operator: TypeScript.SyntaxKind, left: bigint, right: bigint): bigint | undefined {
  const kind = ts.SyntaxKind;
  switch (operator) {
    case kind.SlashToken:
      return right === 0n ? undefined : left / right;
    case kind.AmpersandToken:
      return left & right;
    case kind.BarToken:
      return left | right;
    case kind.CaretToken:
      return left ^ right;
    case kind.LessThanLessThanToken:
      return right < 0n || right > 1024n ? undefined : left << right;
    case kind.GreaterThanGreaterThanToken:
      return right < 0n || right > 1024n ? undefined : left >> right;
    default:
      return shared(operator, left, right);
  }
}

function numberResult(operator: TypeScript.SyntaxKind, left: bigint, right: bigint): bigint | undefined {
  const kind = ts.SyntaxKind;
  const [low, by] = [BigInt.asIntN(32, left), BigInt.asUintN(5, right)];
  switch (operator) {
    case kind.SlashToken:
      return right === 0n || left % right !== 0n ? undefined : left / right;
    case kind.AmpersandToken:
      return low & BigInt.asIntN(32, right);
    case kind.BarToken:
      return low | BigInt.asIntN(32, right);
    case kind.CaretToken:
      return low ^ BigInt.asIntN(32, right);
    case kind.LessThanLessThanToken:
      return BigInt.asIntN(32, low << by);
    case kind.GreaterThanGreaterThanToken:
      return low >> by;
    case kind.GreaterThanGreaterThanGreaterThanToken:
      return BigInt.asUintN(32, left) >> by;
    default:
      return shared(operator, left, right);
  }
}

/** What numbers and bigints do alike. */
function shared(operator: TypeScript.SyntaxKind, left: bigint, right: bigint): bigint | undefined {
  const kind = ts.SyntaxKind;
  switch (operator) {
    case kind.PlusToken:
      return left + right;
    case kind.MinusToken:
      return left - right;
    case kind.AsteriskToken:
      return left * right;
    case kind.PercentToken:
      return right === 0n ? undefined : left % right;
    case kind.AsteriskAsteriskToken:
      return right < 0n || right > 64n ? undefined : left ** right;
    default:
      return undefined;
  }
}

/** The integer that a numeric literal means; undefined for a fraction. */
export function integerOfText(text: string): bigint | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
