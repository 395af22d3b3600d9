import { recordOf, type Value } from '../btf/value.ts';

/** The values of one key on all CPUs: an array with one element for each. */
export class PerCpu extends Array<Value> {
  /** Arrays made from it by map, filter and slice are plain ones. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /**
   * The exact total over all CPUs: of a number, or of each number in a record. Text, addresses and other things that
   * cannot be added are left out; undefined where nothing can be.
   */
  sum(): Value | undefined {
    return this.reduce<Value | undefined>(
      (total, value) => (total === undefined ? addable(value) : add(total, value)),
      undefined,
    );
  }
}

function isRecord(value: Value | undefined): value is { [name: string]: Value } {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The part of a value that can be added. */
function addable(value: Value): Value | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (Array.isArray(value)) {
    const parts = value.map(addable);
    return parts.every((part) => part !== undefined) ? parts : undefined;
  }
  if (!isRecord(value)) return undefined;
  const parts = Object.entries(value).map(([name, field]) => [name, addable(field)] as const);
  return recordOf(parts.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** `total` plus what of `value` has the same shape. */
function add(total: Value, value: Value | undefined): Value {
  // Numbers are at most 32 bits wide, or floating point: their sum over thousands of CPUs is exact.
  if (typeof total === 'number' && typeof value === 'number') return total + value;
  if (typeof total === 'bigint' && typeof value === 'bigint') return total + value;
  if (Array.isArray(total) && Array.isArray(value)) return total.map((part, index) => add(part, value[index]));
  if (!isRecord(total) || !isRecord(value)) return total;
  return recordOf(Object.entries(total).map(([name, part]) => [name, add(part, value[name])]));
}
