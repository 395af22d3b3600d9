/**
 * `skep/bpf`: what a `.bpf.ts` program imports. Every schema here is at once a TypeScript type, a byte
 * layout and a conversion, so `u32` names all three: `let x: u32`, `struct({ x: u32 })`, `u32(y)`.
 *
 * Userland never imports this module for its own sake; `load` and the hosts live in `skep`.
 */

// ---------------------------------------------------------------------------------------------------------
// Integers
// ---------------------------------------------------------------------------------------------------------

declare const width: unique symbol;
declare const layout: unique symbol;

/**
 * Unsigned 8-bit integer, 0..255, a `number`.
 *
 * The integers are *flavours*: `number` or `bigint` with an optional property that no value ever has. Optional,
 * so a literal or the result of `x + 1` (which TypeScript calls `number`) flows in without a cast. A property,
 * so that `u32` to `u16` is refused: a narrow type lists fewer names than a wide one. Its key is a symbol that
 * is not exported, so completion on a number does not show it. `| undefined` is there for the error text only:
 * without it exactOptionalPropertyTypes adds a hint that does not apply.
 */
export type u8 = number & { readonly [width]?: 'u8' | undefined };
/** Unsigned 16-bit integer, 0..65535, a `number`. Takes u8. */
export type u16 = number & { readonly [width]?: 'u8' | 'u16' | undefined };
/** Unsigned 32-bit integer, 0..4294967295, a `number`. Takes u8 and u16. */
export type u32 = number & { readonly [width]?: 'u8' | 'u16' | 'u32' | undefined };
/** Signed 8-bit integer, -128..127, a `number`. */
export type i8 = number & { readonly [width]?: 'i8' | undefined };
/** Signed 16-bit integer, a `number`. Takes i8 and u8. */
export type i16 = number & { readonly [width]?: 'i8' | 'i16' | 'u8' | undefined };
/** Signed 32-bit integer, a `number`. Takes i8, i16, u8 and u16. */
export type i32 = number & { readonly [width]?: 'i8' | 'i16' | 'i32' | 'u8' | 'u16' | undefined };
/** Unsigned 64-bit integer, a `bigint`. */
export type u64 = bigint & { readonly [width]?: 'u64' | undefined };
/** Signed 64-bit integer, a `bigint`. */
export type i64 = bigint & { readonly [width]?: 'i64' | undefined };

/**
 * A 16-bit integer in network order in memory and in host order as a value: `tcp.dst === 443` needs no swap.
 * The second flavour lets `atomic` refuse such a field (the CPU would add in the wrong byte order); in every
 * other place a `be16` is a `u16` and the other way round.
 */
export type be16 = u16 & { readonly [layout]?: 'network' | undefined };
/** A 32-bit integer in network order in memory, host order as a value. */
export type be32 = u32 & { readonly [layout]?: 'network' | undefined };
/** A 64-bit integer in network order in memory, host order as a value. */
export type be64 = u64 & { readonly [layout]?: 'network' | undefined };
/** An IPv4 address: a number in host order in the program (`10.0.0.1` is 0x0a000001), dotted text in userland. */
export type ipv4 = u32 & { readonly [layout]?: 'network' | undefined };
/** An IPv6 address: 16 bytes in the program, text such as `2001:db8::1` in userland. */
export type ipv6 = Bytes<16>;
/** An Ethernet address: 6 bytes in the program, text such as `02:00:00:00:00:01` in userland. */
export type mac = Bytes<6>;

// ---------------------------------------------------------------------------------------------------------
// Schemas
// ---------------------------------------------------------------------------------------------------------

declare const types: unique symbol;

/**
 * A byte layout and the three types that belong to it: `View`, what a program reads; `Plain`, what userland
 * reads and writes; `Input`, what a program may write where a whole value is wanted (a view without its methods,
 * so that `map.set(k, { packets: 1n })` takes a literal). The symbol property exists in the types only. It is
 * required, not optional, so that the types are read back by a plain property access, which is cheaper to check
 * than a conditional type.
 */
export interface Schema<View, Plain = View, Input = View> {
  /** Size in bytes, padding included. For a header of variable length: the fixed part. */
  readonly size: number;
  readonly [types]: { readonly view: View; readonly plain: Plain; readonly input: Input };
}

/** Any schema at all, for constraints. */
export type AnySchema = Schema<unknown, unknown, unknown>;

/** What a program reads: `Infer<typeof Counter>` is a live view, `Infer<typeof u32>` is `u32`. */
export type Infer<S extends AnySchema> = S[typeof types]['view'];
/** What userland reads and writes: `Userland<typeof ipv4>` is `string`. Records are read-only. */
export type Userland<S extends AnySchema> = S[typeof types]['plain'];
/** What a program may write as a whole value: an object literal or a view. */
export type Input<S extends AnySchema> = S[typeof types]['input'];
/** A whole value with holes: fields left out are zero. Only records have fields to leave out. */
export type Init<S extends AnySchema> = S extends { readonly fields: unknown } ? Partial<Input<S>> : Input<S>;

/**
 * The schema of an integer. Calling it converts with wrap-around, as a store to memory does:
 * `u32(-1) === 4294967295`, `u64(ctx.length)` is a bigint. `true` is 1. Never throws.
 */
export interface Scalar<Value extends number | bigint> extends Schema<Value, Value extends bigint ? bigint : number> {
  (value: number | bigint | boolean): Value;
}

/** The schema of an IPv4 address. Called with a literal it is a constant: `ipv4('10.0.0.1')`. */
export interface Ipv4Address extends Schema<ipv4, string> {
  (value: number): ipv4;
  (text: `${number}.${number}.${number}.${number}`): ipv4;
}

/** The schema of an address that is bytes in the program and text in userland. The text must be a literal. */
export interface ByteAddress<Length extends number> extends Schema<Bytes<Length>, string> {
  (text: string): Bytes<Length>;
}

export declare const u8: Scalar<u8>;
export declare const u16: Scalar<u16>;
export declare const u32: Scalar<u32>;
export declare const i8: Scalar<i8>;
export declare const i16: Scalar<i16>;
export declare const i32: Scalar<i32>;
export declare const u64: Scalar<u64>;
export declare const i64: Scalar<i64>;
export declare const be16: Scalar<be16>;
export declare const be32: Scalar<be32>;
export declare const be64: Scalar<be64>;
export declare const ipv4: Ipv4Address;
export declare const ipv6: ByteAddress<16>;
export declare const mac: ByteAddress<6>;

/** Text of at most `size - 1` bytes, ended by a zero: `string` on both sides. Longer text is cut. */
export declare function cstr(size: number): Schema<string>;

/** `length` raw bytes: an array in the program, a `Uint8Array` in userland. */
export declare function bytes<Length extends number>(length: Length): Schema<Bytes<Length>, Uint8Array>;

/** `length` values of one schema. Userland gives and takes a plain array of exactly that length. */
export declare function array<Element extends AnySchema, Length extends number>(
  element: Element,
  length: Length,
): Schema<
  FixedArray<Infer<Element>, Length>,
  readonly Userland<Element>[],
  FixedArray<Infer<Element>, Length> | readonly Input<Element>[]
>;

/**
 * A field of `count` bits (1..32) in a `header`, most significant bit first. Its range is known to the compiler,
 * so `ihl * 4` is at most 60 without a check.
 */
export declare function bits<Count extends number>(count: Count): Schema<Bits<Count>, number>;

/** The narrowest integer that holds `Count` bits. Not atomic: it shares its bytes with its neighbours. */
export type Bits<Count extends number> = (Count extends 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  ? u8
  : Count extends 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
    ? u16
    : u32) & { readonly [layout]?: 'bits' | undefined };

/** A `bpf_spin_lock` in a map value. Userland does not see the field, and a program gives it to `lock` only. */
export declare const spinLock: Schema<SpinLock, never, never>;
export interface SpinLock {
  readonly [layout]: 'lock';
}

// ---------------------------------------------------------------------------------------------------------
// Arrays
// ---------------------------------------------------------------------------------------------------------

/** `Length` bytes in memory. */
export type Bytes<Length extends number> = FixedArray<u8, Length>;

/**
 * A fixed array in memory, indexed like a tuple: `a[3]` needs no `!`, `a[i]` is `Element | undefined` and takes
 * `a[i]!` where the compiler can prove the index, and a literal index past the end is a type error.
 *
 * Not a tuple type, because a tuple brings `push` and `map`, and prints 32 elements on hover.
 */
export type FixedArray<Element, Length extends number> = ArrayView<Element, Length> & Elements<Element, Length>;

export interface ArrayView<Element, Length extends number> {
  [index: number]: Element;
  readonly length: Length;
  /** A copy on the stack, which later writes to this memory do not change. */
  copy(): FixedArray<Element, Length>;
  [Symbol.iterator](): Iterator<Element>;
}

/**
 * The literal indices of a fixed array, and the 32 after them (and -1) as a type that nothing can be assigned to:
 * an index signature alone would let `a[6] = 1` through, and no index signature can tell a literal from a
 * variable. Indices further out are refused when read (possibly undefined) and by the compiler when written.
 * From 1000 elements on literals are not listed (a limit of recursive types) and need `!` as variables do.
 */
type Elements<Element, Length extends number> = number extends Length
  ? unknown
  : `${Length}` extends `${infer _1}${infer _2}${infer _3}${infer _4}${string}`
    ? unknown
    : CountElements<Element, Length>;

/** Counts up to `Length`, collecting the indices. One recursive conditional: two would compare too deeply. */
type CountElements<
  Element,
  Length extends number,
  Counted extends 0[] = [],
  Found extends number = never,
> = Counted['length'] extends Length
  ? { [Index in Found]: Element } & { [Index in PastEnd<Counted>]: IndexOutOfRange }
  : CountElements<Element, Length, [...Counted, 0], Found | Counted['length']>;

type PastEnd<Counted extends 0[]> =
  | -1
  | Exclude<keyof [...Counted, ...Eight, ...Eight, ...Eight, ...Eight], keyof Counted>;
type Eight = [0, 0, 0, 0, 0, 0, 0, 0];

/** Marks an index past the end of a fixed array, so that the error message says so. */
export interface IndexOutOfRange {
  readonly [layout]: 'index out of range';
}

// ---------------------------------------------------------------------------------------------------------
// Records: struct and header
// ---------------------------------------------------------------------------------------------------------

/** Named fields. The names that a view uses for its methods are taken. */
export type Fields = { readonly [name: string]: AnySchema } & { readonly [Name in ReservedName]?: never };
type ReservedName = 'set' | 'copy' | 'submit' | 'discard' | 'toJSON';

/** The names of the fields that have a value in userland (a spin lock has none). */
type ValueFields<F extends Fields> = keyof { [Name in keyof F as [Input<F[Name]>] extends [never] ? never : Name]: 0 };

/** The fields of a record in memory, writable. `& {}` makes an editor show the fields, not this alias. */
export type FieldViews<F extends Fields> = { -readonly [Name in keyof F]: Infer<F[Name]> } & {};
/** A record as a program writes it. */
export type FieldInputs<F extends Fields> = { [Name in ValueFields<F>]: Input<F[Name]> } & {};
/** A record as userland sees it. Read-only: it is a copy, and `update` writes one back. */
export type FieldPlains<F extends Fields> = { readonly [Name in ValueFields<F>]: Userland<F[Name]> } & {};

/**
 * The methods of a record in memory. `this` is the whole view, fields included, so that an editor shows
 * `{ packets: u64; bytes: u64 } & RecordMethods` and not the fields twice.
 */
export interface RecordMethods {
  /** Writes the whole record at once: a field left out becomes zero. */
  set(values: Partial<Omit<this, keyof RecordMethods>>): void;
  /** A copy on the stack, which later writes to this memory do not change. */
  copy(): this;
}

/**
 * A C struct: natural alignment, padding added and zeroed by the compiler. Calling it makes a value on the stack,
 * zero where no field is given: `Counter({ packets: 1n })`.
 */
export interface StructSchema<F extends Fields>
  extends Schema<FieldViews<F> & RecordMethods, FieldPlains<F>, FieldInputs<F>> {
  readonly fields: F;
  (values?: Partial<FieldInputs<F>>): FieldViews<F> & RecordMethods;
}

/** A wire layout: packed, big-endian fields by `be16` and friends, bit fields by `bits`. */
export interface HeaderSchema<F extends Fields> extends StructSchema<F> {
  readonly header: true;
}

/** The view of a record with these fields: `interface Eth extends RecordView<EthFields> {}` gives it a name. */
export type RecordView<F extends Fields> = FieldViews<F> & RecordMethods;

/** A header whose view has a name, so that an editor shows the name and not a dozen fields. */
export interface NamedHeader<F extends Fields, View extends RecordView<F>> extends HeaderSchema<F> {
  readonly [types]: { readonly view: View; readonly plain: FieldPlains<F>; readonly input: FieldInputs<F> };
}

/** Any header, for constraints. */
export type AnyHeader = AnySchema & { readonly header: true };

/** A C struct of named schemas. */
export declare function struct<F extends Fields>(fields: F): StructSchema<F>;

/** A packed wire header; `options` tell `ctx.parse` how long it is and what follows. */
export declare function header<F extends Fields>(fields: F, options?: HeaderOptions<F>): HeaderSchema<F>;

export interface HeaderOptions<F extends Fields> {
  /** Length in bytes, options included, where it is not fixed: `(h) => h.ihl * 4`. */
  readonly length?: (header: FieldViews<F>) => number;
  /** The number that names the next header: `(h) => h.protocol`. */
  readonly next?: (header: FieldViews<F>) => number;
  /** The headers that this one may follow, each with the number that names it there. */
  readonly follows?: readonly (readonly [previous: AnyHeader, number: number])[];
}

// ---------------------------------------------------------------------------------------------------------
// Constants and variables of a program
// ---------------------------------------------------------------------------------------------------------

/** A constant in `.rodata`: fixed when the program is loaded, typed in `load`'s `config`. */
export interface Config<S extends AnySchema> {
  readonly kind: 'config';
  readonly schema: S;
  readonly value: Infer<S>;
}
export declare function config<S extends AnySchema>(schema: S, initial: Input<S>): Config<S>;

declare const global_: unique symbol;

/** A variable in `.data` or `.bss`, shared by all CPUs: records and arrays live directly, scalars by `.value`. */
export type Global<S extends AnySchema> = (Infer<S> extends number | bigint | string
  ? { value: Infer<S> }
  : Infer<S>) & { readonly [global_]: S };
/** The schema of an exported `global`, or never. */
export type GlobalSchema<T> = T extends { readonly [global_]: infer S extends AnySchema } ? S : never;
export declare function global<S extends AnySchema>(schema: S, initial?: Init<S>): Global<S>;

// ---------------------------------------------------------------------------------------------------------
// Maps
// ---------------------------------------------------------------------------------------------------------

export type MapKind =
  | 'hash'
  | 'lru_hash'
  | 'percpu_hash'
  | 'lru_percpu_hash'
  | 'array'
  | 'percpu_array'
  | 'lpm_trie'
  | 'ringbuf'
  | 'queue'
  | 'stack'
  | 'bloom_filter'
  | 'array_of_maps'
  | 'hash_of_maps'
  | 'sockmap'
  | 'sockhash'
  | 'devmap'
  | 'cpumap'
  | 'xskmap'
  | 'task_storage'
  | 'cgrp_storage'
  | 'inode_storage'
  | 'sk_storage';

/**
 * What every map has: its kernel type, key schema and value (a schema, or a map in a map of maps). A blueprint:
 * memory is bound by `load`, so two loads of one module share nothing.
 */
export interface MapSpec<Kind extends MapKind, Key, Value> {
  readonly kind: Kind;
  readonly key: Key;
  readonly value: Value;
}

/** Any map at all, for constraints. */
export type AnyMap = MapSpec<MapKind, unknown, unknown>;

export interface MapOptions {
  /** Most entries; memory is reserved for all of them unless `preallocate` is false. */
  readonly maxEntries: number;
  /** Allocate entries when they are made (hash kinds only). */
  readonly preallocate?: boolean;
  /** A name under /sys/fs/bpf that keeps the map alive after the process. */
  readonly pin?: string;
}

/** A scalar in map memory: `map.ref(key)` makes `.value += 1n` a write to the map. */
export interface Ref<Value> {
  value: Value;
}
/** What `ref` gives: a box around a scalar, or the live view that `get` gives too. */
export type RefTo<V extends AnySchema> = Infer<V> extends number | bigint | string ? Ref<Infer<V>> : Infer<V>;

declare abstract class KeyedMap<Kind extends MapKind, Key extends AnySchema, Value extends AnySchema>
  implements MapSpec<Kind, Key, Value>
{
  readonly kind: Kind;
  readonly key: Key;
  readonly value: Value;
  /** The value under `key`: a live view of a record (writes go to the map), a scalar's value, or undefined. */
  get(key: Input<Key>): Infer<Value> | undefined;
  /** As `get`, but a scalar comes as a box whose `.value` can be written. */
  ref(key: Input<Key>): RefTo<Value> | undefined;
  /** Writes the whole value. False where the map is full or the key is out of range. */
  set(key: Input<Key>, value: Input<Value>): boolean;
  /** Calls `visit` for each entry (bpf_for_each_map_elem) until it returns true; gives the number of calls. */
  forEach(visit: (value: Infer<Value>, key: Infer<Key>) => boolean | void): u32;
}

declare abstract class HashLike<Kind extends MapKind, Key extends AnySchema, Value extends AnySchema> extends KeyedMap<
  Kind,
  Key,
  Value
> {
  constructor(key: Key, value: Value, options: MapOptions);
  /**
   * The value under `key`, inserted first where there is none: `initial`, and zero for the fields it leaves out.
   * Undefined only where the map is full.
   */
  getOrInsert(key: Input<Key>, initial?: Init<Value>): Infer<Value> | undefined;
  /** True where there was such an entry. */
  delete(key: Input<Key>): boolean;
}

/** BPF_MAP_TYPE_HASH. */
export declare class HashMap<Key extends AnySchema, Value extends AnySchema> extends HashLike<'hash', Key, Value> {}
/** BPF_MAP_TYPE_LRU_HASH: when full, an entry not used for long makes room. */
export declare class LruHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<'lru_hash', Key, Value> {}
/** BPF_MAP_TYPE_PERCPU_HASH: one value per CPU, so plain `+=` is safe; userland sees an array with `sum()`. */
export declare class PerCpuHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<
  'percpu_hash',
  Key,
  Value
> {}
/** BPF_MAP_TYPE_LRU_PERCPU_HASH. */
export declare class LruPerCpuHash<Key extends AnySchema, Value extends AnySchema> extends HashLike<
  'lru_percpu_hash',
  Key,
  Value
> {}

/** BPF_MAP_TYPE_ARRAY: indices 0..maxEntries-1 always exist and start at zero. */
export declare class ArrayMap<Value extends AnySchema> extends KeyedMap<'array', Scalar<u32>, Value> {
  constructor(value: Value, options: MapOptions);
}
/** BPF_MAP_TYPE_PERCPU_ARRAY. */
export declare class PerCpuArray<Value extends AnySchema> extends KeyedMap<'percpu_array', Scalar<u32>, Value> {
  constructor(value: Value, options: MapOptions);
}

/** BPF_MAP_TYPE_LPM_TRIE: the entry with the longest prefix wins. Userland keys are CIDR text for addresses. */
export declare class LpmTrie<Key extends AnySchema, Value extends AnySchema>
  implements MapSpec<'lpm_trie', Key, Value>
{
  constructor(key: Key, value: Value, options: MapOptions);
  readonly kind: 'lpm_trie';
  readonly key: Key;
  readonly value: Value;
  /** The value of the longest prefix that covers `key`, live, or undefined. */
  match(key: Input<Key>): Infer<Value> | undefined;
  /** Writes the entry of the first `prefixLength` bits of `key`. */
  set(key: Input<Key>, prefixLength: u32, value: Input<Value>): boolean;
  delete(key: Input<Key>, prefixLength: u32): boolean;
}

/** A reserved ring buffer record: zeroed, and every path must `submit` or `discard` it. */
export type Reservation<Value> = Value & {
  submit(): void;
  discard(): void;
};

/** BPF_MAP_TYPE_RINGBUF: records from all CPUs in order. Userland reads it with `for await`. */
export declare class RingBuf<Value extends AnySchema> implements MapSpec<'ringbuf', never, Value> {
  /** `bytes` is a power of two and at least a page (4096). */
  constructor(value: Value, options: { readonly bytes: number; readonly pin?: string });
  readonly kind: 'ringbuf';
  readonly key: never;
  readonly value: Value;
  /** Reserves, stores and submits one record. Every field must be given. False where the buffer is full. */
  emit(value: Input<Value>): boolean;
  /** Memory for one record, or undefined where the buffer is full. */
  reserve(): Reservation<Infer<Value>> | undefined;
}

declare abstract class QueueLike<Kind extends MapKind, Value extends AnySchema> implements MapSpec<Kind, never, Value> {
  constructor(value: Value, options: MapOptions);
  readonly kind: Kind;
  readonly key: never;
  readonly value: Value;
  /** False where it is full. */
  push(value: Input<Value>): boolean;
  pop(): Infer<Value> | undefined;
  peek(): Infer<Value> | undefined;
}
/** BPF_MAP_TYPE_QUEUE: first in, first out. */
export declare class Queue<Value extends AnySchema> extends QueueLike<'queue', Value> {}
/** BPF_MAP_TYPE_STACK: last in, first out. */
export declare class Stack<Value extends AnySchema> extends QueueLike<'stack', Value> {}

/** BPF_MAP_TYPE_BLOOM_FILTER, with the names of JavaScript's Set. */
export declare class BloomFilter<Value extends AnySchema> implements MapSpec<'bloom_filter', never, Value> {
  constructor(value: Value, options: MapOptions & { readonly hashes?: number });
  readonly kind: 'bloom_filter';
  readonly key: never;
  readonly value: Value;
  add(value: Input<Value>): boolean;
  /** False is certain, true is likely. */
  has(value: Input<Value>): boolean;
}

/** BPF_MAP_TYPE_ARRAY_OF_MAPS. `inner` is the template that every inner map must equal. */
export declare class ArrayOfMaps<Inner extends AnyMap> implements MapSpec<'array_of_maps', Scalar<u32>, Inner> {
  constructor(inner: Inner, options: MapOptions);
  readonly kind: 'array_of_maps';
  readonly key: Scalar<u32>;
  readonly value: Inner;
  get(index: u32): Inner | undefined;
}
/** BPF_MAP_TYPE_HASH_OF_MAPS. */
export declare class HashOfMaps<Key extends AnySchema, Inner extends AnyMap>
  implements MapSpec<'hash_of_maps', Key, Inner>
{
  constructor(key: Key, inner: Inner, options: MapOptions);
  readonly kind: 'hash_of_maps';
  readonly key: Key;
  readonly value: Inner;
  get(key: Input<Key>): Inner | undefined;
}

declare abstract class SocketMap<Kind extends MapKind, Key extends AnySchema> implements MapSpec<Kind, Key, never> {
  readonly kind: Kind;
  readonly key: Key;
  readonly value: never;
  /** A referenced socket: every path must `release` it. */
  get(key: Input<Key>): Socket | undefined;
}
/** BPF_MAP_TYPE_SOCKMAP. */
export declare class SockMap extends SocketMap<'sockmap', Scalar<u32>> {
  constructor(options: MapOptions);
}
/** BPF_MAP_TYPE_SOCKHASH. */
export declare class SockHash<Key extends AnySchema> extends SocketMap<'sockhash', Key> {
  constructor(key: Key, options: MapOptions);
}

declare abstract class RedirectMap<Kind extends MapKind> implements MapSpec<Kind, Scalar<u32>, Scalar<u32>> {
  constructor(options: MapOptions);
  readonly kind: Kind;
  readonly key: Scalar<u32>;
  readonly value: Scalar<u32>;
  /** Sends the packet to entry `index`; `otherwise` (XDP.ABORTED) where there is none. */
  redirect(index: u32, otherwise?: XDP): XDP;
}
/** BPF_MAP_TYPE_DEVMAP: to a network device. */
export declare class DevMap extends RedirectMap<'devmap'> {}
/** BPF_MAP_TYPE_CPUMAP: to another CPU. */
export declare class CpuMap extends RedirectMap<'cpumap'> {}
/** BPF_MAP_TYPE_XSKMAP: to an AF_XDP socket. */
export declare class XskMap extends RedirectMap<'xskmap'> {}

declare abstract class LocalStorage<Kind extends MapKind, Owner, Value extends AnySchema>
  implements MapSpec<Kind, never, Value>
{
  constructor(value: Value, options?: { readonly pin?: string });
  readonly kind: Kind;
  readonly key: never;
  readonly value: Value;
  get(owner: Owner): Infer<Value> | undefined;
  getOrInsert(owner: Owner, initial?: Init<Value>): Infer<Value> | undefined;
  delete(owner: Owner): boolean;
}
/** BPF_MAP_TYPE_TASK_STORAGE: a value that lives and dies with a task. */
export declare class TaskStorage<Value extends AnySchema> extends LocalStorage<
  'task_storage',
  KernelStruct<'task_struct'>,
  Value
> {}
/** BPF_MAP_TYPE_CGRP_STORAGE. */
export declare class CgroupStorage<Value extends AnySchema> extends LocalStorage<
  'cgrp_storage',
  KernelStruct<'cgroup'>,
  Value
> {}
/** BPF_MAP_TYPE_INODE_STORAGE. */
export declare class InodeStorage<Value extends AnySchema> extends LocalStorage<
  'inode_storage',
  KernelStruct<'inode'>,
  Value
> {}
/** BPF_MAP_TYPE_SK_STORAGE. */
export declare class SkStorage<Value extends AnySchema> extends LocalStorage<'sk_storage', Socket, Value> {}

/**
 * BPF_MAP_TYPE_PROG_ARRAY: tail calls to programs of one kind, by the names of their exports. The names are
 * strings, not the programs, because two programs that call each other would make a circular type.
 */
export declare class ProgArray<Name extends string, Context, Verdict> {
  constructor(wrapper: (run: (context: Context) => Verdict) => Program<ProgramKind, Verdict>, names: readonly Name[]);
  readonly kind: 'prog_array';
  readonly names: readonly Name[];
  /** Jumps and does not come back; undefined where the jump failed. Only as `return a.call(..) ?? VERDICT`. */
  call(context: Context, name: Name): Verdict | undefined;
}

// ---------------------------------------------------------------------------------------------------------
// Programs
// ---------------------------------------------------------------------------------------------------------

export type ProgramKind =
  | 'xdp'
  | 'tc'
  | 'socket_filter'
  | 'cgroup_skb'
  | 'cgroup_connect4'
  | 'cgroup_connect6'
  | 'sk_lookup'
  | 'tracepoint'
  | 'tp_btf'
  | 'kprobe'
  | 'kretprobe'
  | 'fentry'
  | 'fexit'
  | 'lsm';

declare const verdict: unique symbol;

/** A program. Its kind decides the attach options that userland sees; `Verdict` is what it returns. */
export interface Program<Kind extends ProgramKind, Verdict> {
  readonly kind: Kind;
  readonly [verdict]: Verdict;
}

export interface ProgramOptions {
  /** May sleep (fentry, fexit, lsm). */
  readonly sleepable?: boolean;
  /** Takes packets in several buffers (xdp). */
  readonly frags?: boolean;
}

/** What every packet context can do. Offsets and lengths are in bytes from the start of the linear data. */
export interface PacketContext {
  /** Length of the whole packet in bytes. */
  readonly length: u32;
  readonly ifindex: u32;
  /**
   * A live view of `schema` at `offset`, or undefined where the packet is too short. The offset must have a bound
   * that the compiler can prove (SK2013). In tc only linear data can be seen: see `pull`.
   */
  at<S extends AnySchema>(schema: S, offset: number): Infer<S> | undefined;
  /**
   * Walks the headers from the start of the packet, following lengths and protocol fields. Undefined where one
   * does not fit or the packet holds another protocol.
   */
  parse<Headers extends readonly AnyHeader[]>(
    ...headers: Headers
  ): { [Index in keyof Headers]: Infer<Headers[Index]> } | undefined;
}

export interface XdpContext extends PacketContext {
  readonly rxQueue: u32;
  /** Moves the start of the packet by `delta` bytes (negative: room in front). Ends the life of earlier views. */
  adjustHead(delta: number): boolean;
  /** Moves the end of the packet by `delta` bytes. Ends the life of earlier views. */
  adjustTail(delta: number): boolean;
}

/** The verdicts of an XDP program; the type is the union of their values. */
export declare const XDP: {
  readonly ABORTED: 0;
  readonly DROP: 1;
  readonly PASS: 2;
  readonly TX: 3;
  readonly REDIRECT: 4;
};
export type XDP = 0 | 1 | 2 | 3 | 4;
export declare function xdp(run: (context: XdpContext) => XDP, options?: ProgramOptions): Program<'xdp', XDP>;

export interface SkbContext extends PacketContext {
  mark: u32;
  priority: u32;
  /** EtherType, host order. */
  readonly protocol: u16;
  readonly hash: u32;
  /** Makes the first `length` bytes linear so that `at` can see them. Ends the life of earlier views. */
  pull(length: number): boolean;
  /** A copy of `schema` at `offset` from anywhere in the packet, or undefined. Writes to it stay on the stack. */
  copy<S extends AnySchema>(schema: S, offset: number): Infer<S> | undefined;
}

/** The verdicts of a tc program (TC_ACT_*). */
export declare const TC: {
  readonly UNSPEC: -1;
  readonly OK: 0;
  readonly SHOT: 2;
  readonly PIPE: 3;
  readonly REDIRECT: 7;
};
export type TC = -1 | 0 | 2 | 3 | 7;
export declare function tc(run: (context: SkbContext) => TC): Program<'tc', TC>;

/** A socket filter returns the number of bytes to keep; 0 drops. It sees the packet from the network header on. */
export declare function socketFilter(run: (context: SkbContext) => number): Program<'socket_filter', number>;
/** A cgroup packet filter returns true to let the packet go. */
export declare function cgroupSkb(run: (context: SkbContext) => boolean): Program<'cgroup_skb', boolean>;

export interface ConnectContext {
  /** Destination port; writing it redirects the connection. */
  userPort: be16;
  readonly protocol: u32;
  readonly type: u32;
}
export interface Connect4Context extends ConnectContext {
  /** Destination address; writing it redirects the connection. */
  userIp: ipv4;
}
export interface Connect6Context extends ConnectContext {
  userIp: ipv6;
}
/** connect(2) on an IPv4 socket in a cgroup: true lets it go on, with what was written to the context. */
export declare function connect4(run: (context: Connect4Context) => boolean): Program<'cgroup_connect4', boolean>;
export declare function connect6(run: (context: Connect6Context) => boolean): Program<'cgroup_connect6', boolean>;

/** A referenced kernel socket: every path must `release` it. */
export interface Socket {
  readonly family: u32;
  readonly state: u32;
  release(): void;
}
export interface SkLookupContext {
  readonly family: u32;
  readonly protocol: u32;
  readonly localPort: u16;
  readonly localIp4: ipv4;
  readonly remotePort: be16;
  readonly remoteIp4: ipv4;
  /** Gives the packet or connection to `socket`. False where the kernel refuses it. */
  assign(socket: Socket): boolean;
}
export declare const SK: { readonly DROP: 0; readonly PASS: 1 };
export type SK = 0 | 1;
export declare function skLookup(run: (context: SkLookupContext) => SK): Program<'sk_lookup', SK>;

// ---------------------------------------------------------------------------------------------------------
// Tracing. The registries are empty here and filled by declarations that `skep types` writes from the BTF of a
// kernel (`declare module 'skep/bpf'`), a field at a time as programs use them: all of vmlinux would be 1.8 MB.
// ---------------------------------------------------------------------------------------------------------

/** Event name (`category/name`) to event record. */
export type Tracepoints = {};
/** BTF tracepoint name to function type. */
export type BtfTracepoints = {};
/** Kernel function name to function type. */
export type KernelFunctions = {};
/** LSM hook name to function type; the hook's own return value is left out. */
export type LsmHooks = {};
/** Kernel struct name to read-only type. */
export type KernelStructs = {};
export type KernelStruct<Name extends string> = Name extends keyof KernelStructs ? KernelStructs[Name] : object;

type Arguments<Hook> = Hook extends (...args: infer Args extends unknown[]) => unknown ? Args : never;
type Result<Hook> = Hook extends (...args: never[]) => infer R ? R : never;

/**
 * A pointer to text. Which memory it points to is part of its type, so the compiler picks the user or the kernel
 * read by itself.
 */
export interface TextPointer<Space extends 'user' | 'kernel'> {
  readonly space: Space;
  /** The text up to its zero byte, cut to the room of the `cstr` it is stored in; empty where it faults. */
  readString(): string;
}

/** The running task. */
export declare const current: {
  /** Process id as userland knows it (the kernel's tgid). */
  readonly pid: u32;
  /** Thread id (the kernel's pid). */
  readonly tid: u32;
  readonly uid: u32;
  readonly gid: u32;
  readonly comm: string;
  readonly cgroupId: u64;
  readonly task: KernelStruct<'task_struct'>;
};

/** Clocks, in nanoseconds. */
export declare const ktime: {
  /** CLOCK_MONOTONIC: stops while the machine sleeps. */
  ns(): u64;
  /** CLOCK_BOOTTIME. */
  bootNs(): u64;
};

export declare function tracepoint<Name extends keyof Tracepoints>(
  name: Name,
  run: (event: Tracepoints[Name]) => void,
): Program<'tracepoint', void>;
export declare function tpBtf<Name extends keyof BtfTracepoints>(
  name: Name,
  run: (...args: Arguments<BtfTracepoints[Name]>) => void,
): Program<'tp_btf', void>;
export declare function kprobe<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: Arguments<KernelFunctions[Name]>) => void,
): Program<'kprobe', void>;
export declare function kretprobe<Name extends keyof KernelFunctions>(
  name: Name,
  run: (result: Result<KernelFunctions[Name]>) => void,
): Program<'kretprobe', void>;
export declare function fentry<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: Arguments<KernelFunctions[Name]>) => void,
  options?: ProgramOptions,
): Program<'fentry', void>;
export declare function fexit<Name extends keyof KernelFunctions>(
  name: Name,
  run: (...args: [...args: Arguments<KernelFunctions[Name]>, result: Result<KernelFunctions[Name]>]) => void,
  options?: ProgramOptions,
): Program<'fexit', void>;
/** 0 allows, a negative errno such as `-EPERM` refuses. Needs `export const license = 'GPL'`. */
export declare function lsm<Name extends keyof LsmHooks>(
  hook: Name,
  run: (...args: Arguments<LsmHooks[Name]>) => number,
  options?: ProgramOptions,
): Program<'lsm', number>;

/** Whether the running kernel's struct has `field` (a CO-RE relocation, so a constant when loaded). */
export declare function exists<Struct extends object>(struct: Struct, field: keyof Struct & string): boolean;

export declare const EPERM: 1;
export declare const ENOENT: 2;
export declare const EACCES: 13;
export declare const EINVAL: 22;

// ---------------------------------------------------------------------------------------------------------
// Functions
// ---------------------------------------------------------------------------------------------------------

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
export declare const atomic: {
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
};

/**
 * Runs `body` under a spin lock and gives its result. Return what you need from it: TypeScript does not follow
 * an assignment from inside a callback to a variable outside. No helper may be called inside.
 */
export declare function lock<Result>(spinLock: SpinLock, body: () => Result): Result;

/** Runs `body` up to `count` times (bpf_loop, 5.17) until it returns true; gives the number of calls. */
export declare function loop(count: number, body: (index: u32) => boolean | void): u32;

/** 0..end-1, or start..end-1, for `for (const i of range(n))`. The bound must be provable. */
export declare function range(end: number): Iterable<u32>;
export declare function range(start: number, end: number): Iterable<u32>;

/** Makes a function that is never inlined: a BPF-to-BPF call with at most five arguments. */
export declare function subprogram<F extends (...args: never[]) => unknown>(run: F): F;

/** Compares the bytes of two views of one type. `===` on views would compare identity and is refused (SK). */
export declare function equals<View extends object>(a: View, b: NoInfer<View>): boolean;

/** Exchanges two fields of one type: `swap(eth, 'src', 'dst')`. */
export declare function swap<T extends object, A extends keyof T>(record: T, a: A, b: SameType<T, T[A]>): void;
type SameType<T, Value> = { [Key in keyof T]-?: [T[Key], Value] extends [Value, T[Key]] ? Key : never }[keyof T];

/** The Internet checksum (RFC 1071) of a header, its checksum field taken as zero. */
export declare function checksum(header: object): u16;

/** The low 32 bits of a product, unsigned (JavaScript's `Math.imul` is signed). */
export declare function imul(a: number, b: number): u32;

/** Position of the highest set bit, 0..63; 0 for 0. */
export declare function log2(value: number | bigint): u32;

/** Writes a line to the kernel's trace pipe: printk`drop ${port}`. At most three values before Linux 5.16. */
export declare function printk(text: TemplateStringsArray, ...values: readonly (number | bigint | string)[]): void;
