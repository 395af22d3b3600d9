import type { BoundMap } from '../../../bpf/src/runtime/index.ts';
import { mapSizes, type Space } from '../../../bpf/src/runtime/index.ts';

/** What a declared map says. */
export interface DeclaredMap {
  readonly kind: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly options: { readonly maxEntries?: number; readonly bytes?: number };
}

/** E2BIG, ENOENT, EEXIST: any error is the same to a program. */
const REFUSED = -1;
const ROOM = 1 << 16;
/** Bytes before each record of a ring buffer (Documentation/bpf/ringbuf.rst). */
const RECORD_HEADER = 8;

/** A map in JavaScript, for programs that run as plain TypeScript: written apart from the maps of the VM. */
export class PlainMap implements BoundMap {
  readonly space: Space;
  readonly key = 8;
  readonly value: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly kind: string;
  /** Records that were submitted. */
  readonly records: Uint8Array[] = [];
  readonly #most: number;
  /** Bytes of a ring buffer, and those that records have taken. */
  readonly #ring: number;
  #taken = 0;
  /** Addresses of values by the key in hexadecimal digits. */
  readonly #entries = new Map<string, { readonly key: Uint8Array; readonly at: number }>();
  readonly #queue: Uint8Array[] = [];
  readonly #reserved = new Map<number, number>();
  #next: number;
  readonly #free: number[] = [];

  constructor(declared: DeclaredMap) {
    const { kind, options } = declared;
    const sizes = mapSizes(declared);
    this.kind = kind;
    this.keySize = sizes.key?.size ?? 0;
    this.valueSize = sizes.value?.size ?? 0;
    this.#most = options.maxEntries ?? 0;
    this.#ring = options.bytes ?? 0;
    this.value = align(this.key + this.keySize);
    this.#next = align(this.value + this.valueSize);
    const buffer = new ArrayBuffer(ROOM);
    this.space = { view: new DataView(buffer), u8: new Uint8Array(buffer) };
    if (kind.endsWith('array')) this.#fillArray();
  }

  #fillArray(): void {
    for (let index = 0; index < this.#most; index += 1) {
      const key = new Uint8Array(4);
      new DataView(key.buffer).setUint32(0, index, true);
      this.#entries.set(hex(key), { key, at: this.#allocate() });
    }
  }

  #allocate(): number {
    const at = this.#free.pop() ?? this.#next;
    if (at === this.#next) this.#next = align(this.#next + this.valueSize);
    if (this.#next > ROOM) throw new Error('a plain map has no room left');
    this.space.u8.fill(0, at, at + this.valueSize);
    return at;
  }

  #bytes(at: number, size: number): Uint8Array {
    return this.space.u8.slice(at, at + size);
  }

  lookup(): number {
    const key = this.#bytes(this.key, this.keySize);
    return (this.kind === 'lpm_trie' ? this.#longest(key) : this.#entries.get(hex(key)))?.at ?? 0;
  }

  #longest(key: Uint8Array): { readonly at: number } | undefined {
    const most = new DataView(key.buffer).getUint32(0, true);
    const covering = [...this.#entries.values()].filter((entry) => {
      const length = new DataView(entry.key.buffer).getUint32(0, true);
      return length <= most && prefix(entry.key, length) === prefix(key, length);
    });
    return covering.sort((a, b) => lengthOf(b.key) - lengthOf(a.key))[0];
  }

  update(mode: number): number {
    const key = this.#bytes(this.key, this.keySize);
    const name = this.#nameOf(key);
    const known = this.#entries.get(name);
    if (known === undefined && (this.kind.endsWith('array') || this.#entries.size >= this.#most)) return REFUSED;
    if ((mode === 1 && known !== undefined) || (mode === 2 && known === undefined)) return REFUSED;
    const at = known?.at ?? this.#allocate();
    this.#entries.set(name, { key, at });
    this.space.u8.copyWithin(at, this.value, this.value + this.valueSize);
    return 0;
  }

  delete(): number {
    const name = this.#nameOf(this.#bytes(this.key, this.keySize));
    const known = this.#entries.get(name);
    if (known === undefined || this.kind.endsWith('array')) return REFUSED;
    this.#entries.delete(name);
    this.#free.push(known.at);
    return 0;
  }

  #nameOf(key: Uint8Array): string {
    return this.kind === 'lpm_trie' ? `${lengthOf(key)}:${prefix(key, lengthOf(key))}` : hex(key);
  }

  walk(visit: (key: number, value: number) => boolean): number {
    let calls = 0;
    for (const { key, at } of this.#entries.values()) {
      this.space.u8.set(key, this.key);
      calls += 1;
      if (visit(this.key, at)) break;
    }
    return calls;
  }

  push(): number {
    if (this.#queue.length >= this.#most) return REFUSED;
    this.#queue.push(this.#bytes(this.value, this.valueSize));
    return 0;
  }

  pop(): number {
    const result = this.peek();
    if (result === 0 && this.kind === 'stack') this.#queue.pop();
    else if (result === 0) this.#queue.shift();
    return result;
  }

  peek(): number {
    const found = this.#queue.at(this.kind === 'stack' ? -1 : 0);
    if (found === undefined) return REFUSED;
    this.space.u8.set(found, this.value);
    return 0;
  }

  /** 0 where the ring is full: nobody reads it before the comparison. */
  reserve(size: number): number {
    const taken = this.#taken + RECORD_HEADER + align(size);
    if (taken >= this.#ring) return 0;
    this.#taken = taken;
    const at = this.#allocate();
    this.#reserved.set(at, size);
    return at;
  }

  submit(record: number): void {
    this.records.push(this.#bytes(record, this.#reserved.get(record) ?? 0));
    this.discard(record);
  }

  discard(record: number): void {
    this.#reserved.delete(record);
    this.#free.push(record);
  }

  inner(): undefined {
    return undefined;
  }

  redirect(_index: number, otherwise: number): number {
    return otherwise;
  }

  /** Contents, as a line for each entry in a fixed order. */
  dump(): string[] {
    if (this.kind === 'queue' || this.kind === 'stack') return this.#queue.map(hex);
    return [...this.#entries.values()]
      .map(({ key, at }) => `${hex(key)}=${hex(this.#bytes(at, this.valueSize))}`)
      .sort();
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function align(at: number): number {
  return Math.ceil(at / 8) * 8;
}

function lengthOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset).getUint32(0, true);
}

/** The first bits behind the length. */
function prefix(key: Uint8Array, length: number): string {
  const bits = [...key.subarray(4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.slice(0, length);
}
