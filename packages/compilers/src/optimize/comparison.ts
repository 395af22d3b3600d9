import { type CompareOperator, type Interval, interval, meet, single, type Width, within } from '../ir/index.ts';
import { signed, unsigned } from './views.ts';

type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

const relations: Readonly<Record<CompareOperator, Relation>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'lt',
  ule: 'le',
  ugt: 'gt',
  uge: 'ge',
  slt: 'lt',
  sle: 'le',
  sgt: 'gt',
  sge: 'ge',
};

const opposites: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'ne',
  ne: 'eq',
  ult: 'uge',
  uge: 'ult',
  ule: 'ugt',
  ugt: 'ule',
  slt: 'sge',
  sge: 'slt',
  sle: 'sgt',
  sgt: 'sle',
};

const mirrors: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'ugt',
  ugt: 'ult',
  ule: 'uge',
  uge: 'ule',
  slt: 'sgt',
  sgt: 'slt',
  sle: 'sge',
  sge: 'sle',
};

/** The comparison that is true where this one is false. */
export function oppositeOf(operator: CompareOperator): CompareOperator {
  return opposites[operator];
}
/** The comparison with its sides exchanged. */
export function mirrorOf(operator: CompareOperator): CompareOperator {
  return mirrors[operator];
}

/** What a comparison reads of an operand. */
function viewOf(operator: CompareOperator, range: Interval, width: Width): Interval {
  if (operator.startsWith('s')) return signed(range, width);
  // Equality holds between registers: the view that keeps the number as it is tells most.
  const isSigned = (operator === 'eq' || operator === 'ne') && range.min !== undefined && range.min < 0n;
  return isSigned ? signed(range, width) : unsigned(range, width);
}

/** The answer of a comparison where the intervals decide it. */
export function compareRange(
  operator: CompareOperator,
  left: Interval,
  right: Interval,
  width: Width,
): boolean | undefined {
  const equality = operator === 'eq' || operator === 'ne';
  const negative = (range: Interval) => range.min === undefined || range.min < 0n;
  // Both sides of an equality are read the same way.
  const both = equality && (negative(left) || negative(right)) ? 'slt' : operator;
  const [a, b] = [viewOf(both, left, width), viewOf(both, right, width)];
  return decide(relations[operator], a, b);
}

function decide(relation: Relation, left: Interval, right: Interval): boolean | undefined {
  const [leftMin, leftMax, rightMin, rightMax] = [left.min ?? 0n, left.max ?? 0n, right.min ?? 0n, right.max ?? 0n];
  if (relation === 'eq' || relation === 'ne') {
    if (leftMax < rightMin || rightMax < leftMin) return relation === 'ne';
    return single(left) !== undefined && single(left) === single(right) ? relation === 'eq' : undefined;
  }
  if (relation === 'lt') return leftMax < rightMin ? true : leftMin >= rightMax ? false : undefined;
  if (relation === 'ge') return leftMin >= rightMax ? true : leftMax < rightMin ? false : undefined;
  if (relation === 'gt') return leftMin > rightMax ? true : leftMax <= rightMin ? false : undefined;
  return leftMax <= rightMin ? true : leftMin > rightMax ? false : undefined;
}

/**
 * The part of `left` for which the comparison with a member of `right` can be true; undefined where there is none.
 * Says nothing where the number and what the comparison reads may differ.
 */
export function refineLeft(
  operator: CompareOperator,
  left: Interval,
  right: Interval,
  width: Width,
): Interval | undefined {
  const size = 1n << BigInt(width);
  const half = size / 2n;
  const isSigned = operator.startsWith('s');
  const inUnsigned = (range: Interval) => within(range, 0n, size - 1n);
  const inSigned = (range: Interval) => within(range, -half, half - 1n);
  if (operator === 'eq' || operator === 'ne') {
    const comparable = (inUnsigned(left) && inUnsigned(right)) || (inSigned(left) && inSigned(right));
    return comparable ? narrow(relations[operator], left, right) : left;
  }
  if (isSigned) return inSigned(left) && inSigned(right) ? narrow(relations[operator], left, right) : left;
  if (inUnsigned(left) && inUnsigned(right)) return narrow(relations[operator], left, right);
  return belowUnsigned(operator, left, unsigned(right, width), half);
}

/** `left` may be negative, which reads as a large unsigned number: being less than a small one says that it is not. */
function belowUnsigned(operator: CompareOperator, left: Interval, right: Interval, half: bigint): Interval | undefined {
  if (operator !== 'ult' && operator !== 'ule') return left;
  const limit = (right.max ?? 0n) - (operator === 'ult' ? 1n : 0n);
  if (limit >= half || !within(left, -half, half - 1n)) return left;
  return meet(left, interval(0n, limit));
}

function narrow(relation: Relation, left: Interval, right: Interval): Interval | undefined {
  if (relation === 'eq') return meet(left, right);
  if (relation === 'ne') return withoutEnd(left, single(right));
  if (relation === 'lt') return meet(left, interval(undefined, less(right.max)));
  if (relation === 'le') return meet(left, interval(undefined, right.max));
  if (relation === 'gt') return meet(left, interval(more(right.min), undefined));
  return meet(left, interval(right.min, undefined));
}

function less(value: bigint | undefined): bigint | undefined {
  return value === undefined ? undefined : value - 1n;
}
function more(value: bigint | undefined): bigint | undefined {
  return value === undefined ? undefined : value + 1n;
}

/** `range` without `value`, where that is one of its ends. */
function withoutEnd(range: Interval, value: bigint | undefined): Interval | undefined {
  if (value === undefined) return range;
  const min = range.min === value ? value + 1n : range.min;
  const max = range.max === value ? value - 1n : range.max;
  return min !== undefined && max !== undefined && min > max ? undefined : { min, max };
}
