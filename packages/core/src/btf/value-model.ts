import { SkepError } from '../base/errors.ts';

/**
 * A value as userland sees it. Integers of up to 32 bits are `number`, longer ones and pointers `bigint`; addresses
 * and char arrays are text, enumerators their name, structs and unions records.
 */
export type Value = number | bigint | string | boolean | readonly Value[] | ValueRecord;

/** Fields by name, each an own property: `__proto__` is a name like any other. */
export interface ValueRecord {
  readonly [name: string]: Value;
}

/** A record of these fields, as its own properties whatever their names. */
export function recordOf(fields: Iterable<readonly [name: string, value: Value]>): ValueRecord {
  return Object.fromEntries(fields);
}

/** True for a {@link ValueRecord}, and for any other object that can serve as one. */
export function isRecord(value: unknown): value is ValueRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** SKEP_BAD_VALUE with the field path in front: `rules.action: 256 does not fit u8 (0..255)`. */
export function badValue(path: string, what: string, remedy?: string): SkepError {
  return new SkepError(
    'SKEP_BAD_VALUE',
    path === '' ? what : `${path}: ${what}`,
    remedy === undefined ? {} : { remedy },
  );
}

/** How a value is named in an error: short, and quoted where it is text. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'a record' : `a ${typeof value}`;
}
