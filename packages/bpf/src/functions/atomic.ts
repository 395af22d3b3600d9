import type { layout, width } from '../symbols.ts';

/**
 * The fields, or array indices, of `Target` that an atomic instruction can reach: 32 or 64 bits, CPU order. Used as
 * `AtomicKeys<T>[keyof T]`, not as an alias of that, so that an error lists the fields and not the alias.
 */
export type AtomicKeys<Target> = {
  [Key in keyof Target]-?: IsAtomic<Target[Key]> extends true ? Key : never;
};

type IsAtomic<Value> = typeof layout extends keyof Value
  ? false
  : Value extends { readonly [width]?: infer Widths }
    ? [Extract<Widths, 'u32' | 'i32' | 'u64' | 'i64'>] extends [never]
      ? false
      : true
    : false;

/**
 * Atomic read-modify-write of shared memory, with the names and the result (the old value) of JavaScript's
 * `Atomics`. A result that is not used costs nothing.
 */
export const atomic: {
  add<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  sub<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  and<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  or<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  xor<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  exchange<T extends object, Key extends AtomicKeys<T>[keyof T]>(target: T, key: Key, value: T[Key]): T[Key];
  compareExchange<T extends object, Key extends AtomicKeys<T>[keyof T]>(
    target: T,
    key: Key,
    expected: T[Key],
    replacement: T[Key],
  ): T[Key];
} = {
  add(target, key, value) {
    return exchange(target, key, (old) => sum(old, value));
  },
  sub(target, key, value) {
    return exchange(target, key, (old) => difference(old, value));
  },
  and(target, key, value) {
    return exchange(target, key, (old) => big(old) & big(value));
  },
  or(target, key, value) {
    return exchange(target, key, (old) => big(old) | big(value));
  },
  xor(target, key, value) {
    return exchange(target, key, (old) => big(old) ^ big(value));
  },
  exchange(target, key, value) {
    return exchange(target, key, () => value);
  },
  compareExchange(target, key, expected, replacement) {
    return exchange(target, key, (old) => (old === expected ? replacement : old));
  },
};

/** Puts what `change` makes of a value in its place, and gives the value from before. Stores wrap around. */
function exchange<T extends object, Key extends keyof T>(
  target: T,
  key: Key,
  change: (old: T[Key]) => unknown,
): T[Key] {
  const old = target[key];
  const after = change(old);
  const stored = typeof old === 'number' && typeof after === 'bigint' ? Number(BigInt.asIntN(32, after)) : after;
  target[key] = stored as T[Key];
  return old;
}

function sum(left: unknown, right: unknown): unknown {
  return typeof left === 'bigint' ? left + big(right) : Number(left) + Number(right);
}

function difference(left: unknown, right: unknown): unknown {
  return typeof left === 'bigint' ? left - big(right) : Number(left) - Number(right);
}

function big(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value));
}
