import type { MapDefinition } from '../../../src/maps/definition.ts';
import { Errno } from '../../../src/maps/errno.ts';
import { hex, type Operation, type Outcome, type Subject, userValueSize } from './operation.ts';

/** A map as plain JavaScript, in the simplest way that could be right. */
export class Model implements Subject {
  readonly #definition: MapDefinition;
  readonly #cpus: number;
  readonly #entries = new Map<string, { key: Uint8Array; value: Uint8Array }>();
  #values: Uint8Array[] = [];

  constructor(definition: MapDefinition, cpus: number) {
    this.#definition = definition;
    this.#cpus = cpus;
    if (!this.#isArray) return;
    for (let index = 0; index < definition.maxEntries; index++) {
      const key = new Uint8Array(new Uint32Array([index]).buffer);
      this.#entries.set(hex(key), { key, value: this.#zeroes() });
    }
  }

  dump(): string[] {
    return [...this.#entries.values()].map(({ key, value }) => `${hex(key)}=${hex(value)}`).sort();
  }

  apply(operation: Operation): Outcome {
    switch (operation.kind) {
      case 'get':
        return this.#isKeyless ? this.#peek() : this.#get(operation.key, 0, this.#userSize);
      case 'lookup':
        return this.#get(operation.key, this.#stride * operation.cpu, this.#definition.valueSize);
      case 'set':
        if (this.#isKeyless) return this.#push(operation.value, operation.flags);
        if (operation.flags & 4) return Errno.EINVAL;
        return this.#put(operation.key, operation.value, 0, operation.flags);
      case 'update':
        return this.#put(operation.key, operation.value, this.#stride * operation.cpu, operation.flags);
      case 'remove':
      case 'delete':
        return this.#delete(operation.key);
      case 'next':
        return this.#next(operation.key);
      case 'push':
        return this.#push(operation.value, operation.flags);
      case 'peek':
        return this.#peek();
      case 'pop':
      case 'take':
        return this.#pop();
    }
  }

  get #isArray(): boolean {
    return this.#definition.type.includes('array');
  }
  get #isTrie(): boolean {
    return this.#definition.type === 'lpm_trie';
  }
  get #isKeyless(): boolean {
    return this.#definition.keySize === 0;
  }
  get #stride(): number {
    return this.#definition.type.includes('percpu') ? Math.ceil(this.#definition.valueSize / 8) * 8 : 0;
  }
  get #userSize(): number {
    return userValueSize(this.#definition, this.#cpus);
  }
  #zeroes(): Uint8Array {
    return new Uint8Array(this.#userSize);
  }

  #get(key: Uint8Array, from: number, size: number): Outcome {
    const entry = this.#isTrie ? this.#longest(key) : this.#entries.get(hex(key));
    return entry === undefined ? Errno.ENOENT : hex(entry.value.subarray(from, from + size));
  }

  #put(key: Uint8Array, value: Uint8Array, at: number, flags: number): Outcome {
    const name = this.#isTrie ? bitsOf(key) : hex(key);
    const old = this.#entries.get(name);
    // Arrays look at BPF_F_LOCK (4) last, the others at first.
    const refusedLast = this.#isArray && flags <= 6 && flags !== 3;
    if ((flags > 2 && !refusedLast) || (this.#isTrie && isTooLong(key))) return Errno.EINVAL;
    if (this.#isArray && old === undefined) return Errno.E2BIG;
    if (old !== undefined && (flags & 1) !== 0) return Errno.EEXIST;
    if (flags > 2) return Errno.EINVAL;
    if (old === undefined && flags === 2) return Errno.ENOENT;
    if (old === undefined && this.#entries.size >= this.#definition.maxEntries) {
      return this.#isTrie ? Errno.ENOSPC : Errno.E2BIG;
    }
    const whole = old?.value.slice() ?? this.#zeroes();
    whole.set(value, at);
    this.#entries.set(name, { key, value: whole });
    return 0;
  }

  #delete(key: Uint8Array): Outcome {
    if (this.#isArray || (this.#isTrie && isTooLong(key))) return Errno.EINVAL;
    return this.#entries.delete(this.#isTrie ? bitsOf(key) : hex(key)) ? 0 : Errno.ENOENT;
  }

  /** Where the kernel has an order that can be told from outside: indices, and the trie's. Else whether it is the end. */
  #next(key: Uint8Array): Outcome {
    if (!this.#isArray && !this.#isTrie) return 'unordered';
    const order = [...this.#entries.keys()];
    if (this.#isTrie) order.sort(compareBits);
    const at = order.indexOf(this.#isTrie ? (isTooLong(key) ? 'none' : bitsOf(key)) : hex(key));
    const next = order[at + 1];
    const entry = next === undefined ? undefined : this.#entries.get(next);
    return entry === undefined ? Errno.ENOENT : hex(entry.key);
  }

  #longest(key: Uint8Array): { value: Uint8Array } | undefined {
    if (isTooLong(key)) return undefined;
    const bits = bitsOf(key);
    for (let length = bits.length; length >= 0; length--) {
      const entry = this.#entries.get(bits.slice(0, length));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #push(value: Uint8Array, flags: number): Outcome {
    if (flags !== 0 && flags !== 2) return Errno.EINVAL;
    if (this.#values.length === this.#definition.maxEntries) {
      if (flags !== 2) return Errno.E2BIG;
      this.#values.shift();
    }
    this.#values.push(value);
    return 0;
  }
  #peek(): Outcome {
    const value = this.#definition.type === 'queue' ? this.#values[0] : this.#values.at(-1);
    return value === undefined ? Errno.ENOENT : hex(value);
  }
  #pop(): Outcome {
    const outcome = this.#peek();
    this.#values = this.#definition.type === 'queue' ? this.#values.slice(1) : this.#values.slice(0, -1);
    return outcome;
  }
}

function prefixLength(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset).getUint32(0, true);
}
function isTooLong(key: Uint8Array): boolean {
  return prefixLength(key) > (key.length - 4) * 8;
}
/** The bits of a prefix as text. */
function bitsOf(key: Uint8Array): string {
  const bits = Array.from(key.subarray(4), (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.slice(0, prefixLength(key));
}
/** Longer prefixes before the shorter ones they begin with, zeroes before ones. */
function compareBits(left: string, right: string): number {
  if (left.startsWith(right)) return left === right ? 0 : -1;
  if (right.startsWith(left)) return 1;
  return left < right ? -1 : 1;
}
