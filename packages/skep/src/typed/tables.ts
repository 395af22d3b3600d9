/** A key of an LPM trie: CIDR text (`10.0.0.0/8`) for addresses, else the data and its length in bits. */
export type PrefixKey<Key> = Key extends string ? string : { readonly prefixLength: number; readonly data: Key };

/** A map with keys, as userland sees it. Every call is one or more system calls; values are copies. */
export interface TypedTable<Key, Value> extends Iterable<[key: Key, value: Value]> {
  get(key: Key): Value | undefined;
  /** Throws SKEP_MAP_FULL where there is no room. */
  set(key: Key, value: Value): void;
  /** True where there was such an entry. Always false in an array. */
  delete(key: Key): boolean;
  has(key: Key): boolean;
  /** Reads, applies `change`, writes back. Not atomic against a running program. False where there is no entry. */
  update(key: Key, change: (value: Value) => Value): boolean;
  keys(): Iterable<Key>;
  values(): Iterable<Value>;
}

/** A per-CPU map: each value is an array with one element per CPU. */
export interface TypedPerCpuTable<Key, Value> extends Iterable<[key: Key, values: TypedPerCpu<Value>]> {
  get(key: Key): TypedPerCpu<Value> | undefined;
  /** One value for each possible CPU; throws SKEP_BAD_VALUE for another number of them. */
  set(key: Key, values: readonly Value[]): void;
  delete(key: Key): boolean;
  has(key: Key): boolean;
  update(key: Key, change: (value: Value, cpu: number) => Value): boolean;
  keys(): Iterable<Key>;
  values(): Iterable<TypedPerCpu<Value>>;
}

/** The values of one key on all CPUs. */
export interface TypedPerCpu<Value> extends ReadonlyArray<Value> {
  /** The exact total over all CPUs: of a number, or of each integer of a record (text and addresses left out). */
  sum(): Sum<Value>;
}

/** What `sum()` gives. A record keeps the fields that can be added. */
export type Sum<Value> = Value extends number | bigint
  ? Value
  : Value extends readonly unknown[]
    ? Value
    : { readonly [Name in keyof Value as Value[Name] extends Addable ? Name : never]: Sum<Value[Name]> };
type Addable = number | bigint | readonly number[] | readonly bigint[];

/** A ring buffer. `for await` reads until it is disposed; records come decoded. */
export interface TypedEvents<Value> extends AsyncIterable<Value> {
  /** The records that are there now, without waiting. */
  drain(): Value[];
}

export interface TypedQueue<Value> {
  push(value: Value): void;
  pop(): Value | undefined;
  peek(): Value | undefined;
}

export interface TypedBloomFilter<Value> {
  add(value: Value): void;
  /** False is certain, true is likely. */
  has(value: Value): boolean;
}

/** A map of maps: `create` makes an inner map after the template and puts it under `key`. */
export interface TypedOuterTable<Key, Inner> {
  create(key: Key): Inner;
  get(key: Key): Inner | undefined;
  set(key: Key, inner: Inner): void;
  delete(key: Key): boolean;
}

/** A map of sockets, written as file descriptors. The kernel does not give them back. */
export interface DescriptorTable<Key> {
  set(key: Key, descriptor: number): void;
  delete(key: Key): boolean;
}

/** Storage that belongs to a task, socket, cgroup or inode, named by a descriptor (a pidfd for tasks). */
export interface StorageTable<Value> {
  get(descriptor: number): Value | undefined;
  set(descriptor: number, value: Value): void;
  delete(descriptor: number): boolean;
}
