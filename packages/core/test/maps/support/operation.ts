import fc from 'fast-check';
import type { MapDefinition } from '../../../src/maps/definition.ts';

/**
 * Something done to a map. `get`, `set`, `remove`, `next` and `take` are user space's; `lookup`, `update`, `delete`,
 * `push`, `pop` and `peek` a program's, on a CPU.
 */
export type Operation =
  | { readonly kind: 'get' | 'remove' | 'next'; readonly key: Uint8Array }
  | { readonly kind: 'set'; readonly key: Uint8Array; readonly value: Uint8Array; readonly flags: number }
  | { readonly kind: 'take' }
  | { readonly kind: 'lookup' | 'delete'; readonly key: Uint8Array; readonly cpu: number }
  | {
      readonly kind: 'update';
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      readonly flags: number;
      readonly cpu: number;
    }
  | { readonly kind: 'push'; readonly value: Uint8Array; readonly flags: number }
  | { readonly kind: 'pop' | 'peek' };

/** What an operation gives: an error number (0: done), or the bytes in hexadecimal. */
export type Outcome = number | string;

/** A map to do operations on. */
export interface Subject {
  apply(operation: Operation): Outcome;
  /** All entries as `key=value`, sorted. */
  dump(): string[];
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Bytes of a value as user space sees it on a machine with so many CPUs. */
export function userValueSize({ type, valueSize }: MapDefinition, cpus: number): number {
  return type.includes('percpu') ? Math.ceil(valueSize / 8) * 8 * cpus : valueSize;
}

const flags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2) },
  { weight: 1, arbitrary: fc.constantFrom(3, 4, 5, 8, 0x80000000) },
);

function bytes(size: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: size, maxLength: size });
}

function u32(value: number): Uint8Array {
  return new Uint8Array(new Uint32Array([value]).buffer);
}

/** Keys that meet each other: few of them, and for arrays some beyond the end. */
function keys({ type, keySize, maxEntries }: MapDefinition): fc.Arbitrary<Uint8Array> {
  if (type === 'lpm_trie') return prefixes(keySize - 4);
  if (type.includes('array')) {
    const index = fc.oneof({ weight: 9, arbitrary: fc.nat(maxEntries + 1) }, fc.constantFrom(0x80000000, 0xffffffff));
    return index.map(u32);
  }
  return fc
    .tuple(fc.nat(Math.min(255, Math.ceil(maxEntries * 1.5))), fc.constantFrom(0, keySize - 1))
    .map(([digit, at]) => {
      const key = new Uint8Array(keySize);
      key[at] = digit;
      return key;
    });
}

/** Prefixes that share their beginnings, with bits set behind their length too, and some that are too long. */
function prefixes(size: number): fc.Arbitrary<Uint8Array> {
  const length = fc.oneof({ weight: 9, arbitrary: fc.nat(size * 8) }, fc.constantFrom(size * 8 + 1, 0xffffffff));
  const data = fc.array(fc.constantFrom(0, 0, 1, 0x80, 0xff), { minLength: size, maxLength: size });
  return fc.tuple(length, data).map(([bits, rest]) => Uint8Array.of(...u32(bits), ...rest));
}

/** One operation that suits a map of this definition; programs run on CPUs below `programCpus`. */
export function operations(definition: MapDefinition, cpus: number, programCpus: number): fc.Arbitrary<Operation> {
  const kind = <T extends string>(...names: T[]) => fc.constantFrom(...names);
  const programValue = bytes(definition.valueSize);
  const userValue = bytes(userValueSize(definition, cpus));
  if (definition.type === 'queue' || definition.type === 'stack') {
    const key = fc.constant(new Uint8Array(0));
    return fc.oneof(
      fc.record({ kind: kind('push'), value: programValue, flags }),
      fc.record({ kind: kind('set'), key, value: userValue, flags }),
      fc.record({ kind: kind('get'), key }),
      fc.record({ kind: kind('pop', 'peek', 'take') }),
    );
  }
  const key = keys(definition);
  const cpu = fc.nat(programCpus - 1);
  return fc.oneof(
    fc.record({ kind: kind('get', 'remove', 'next'), key }),
    fc.record({ kind: kind('set'), key, value: userValue, flags }),
    fc.record({ kind: kind('lookup', 'delete'), key, cpu }),
    fc.record({ kind: kind('update'), key, value: programValue, flags, cpu }),
  );
}
