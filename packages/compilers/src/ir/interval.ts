/** Integers from `min` to `max`, both included; undefined is without bound. */
export interface Interval {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

/** Every integer. */
export const everything: Interval = { min: undefined, max: undefined };

export function interval(min: bigint | undefined, max: bigint | undefined): Interval {
  return { min, max };
}

/** Whether every member of `inner` is one of `outer`. */
export function within(inner: Interval, min: bigint, max: bigint): boolean {
  return inner.min !== undefined && inner.max !== undefined && inner.min >= min && inner.max <= max;
}

/** The one member, where there is only one. */
export function single({ min, max }: Interval): bigint | undefined {
  return min !== undefined && min === max ? min : undefined;
}

export function equalIntervals(left: Interval, right: Interval): boolean {
  return left.min === right.min && left.max === right.max;
}

/** The smallest interval that holds both. */
export function join(left: Interval, right: Interval): Interval {
  return {
    min: left.min === undefined || right.min === undefined ? undefined : least(left.min, right.min),
    max: left.max === undefined || right.max === undefined ? undefined : greatest(left.max, right.max),
  };
}

/** What both hold; undefined where that is nothing. */
export function meet(left: Interval, right: Interval): Interval | undefined {
  const min = left.min === undefined ? right.min : right.min === undefined ? left.min : greatest(left.min, right.min);
  const max = left.max === undefined ? right.max : right.max === undefined ? left.max : least(left.max, right.max);
  return min !== undefined && max !== undefined && min > max ? undefined : { min, max };
}

export function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
export function greatest(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
