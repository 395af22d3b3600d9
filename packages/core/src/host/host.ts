import type { AttachType } from '../abi/attach-types.gen.ts';
import type { HelperName } from '../abi/helpers.gen.ts';
import type { MapType } from '../abi/map-types.gen.ts';
import type { ProgramType } from '../abi/program-types.gen.ts';
import type { Btf } from '../btf/reader.ts';
import type { ValueRecord } from '../btf/value.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import type { PacketCopy, Redirect } from '../vm/contexts/context.ts';
import type { AttachTarget } from './attach-target.ts';
import type { MapInfo, ProgramInfo } from './info.ts';
import type { LinkInfo } from './link-info.ts';
import type { RecordBatch } from './record-batch.ts';

/** Something a host may or may not have. */
export type Feature =
  | { readonly kind: 'program-type'; readonly name: ProgramType }
  | { readonly kind: 'map-type'; readonly name: MapType }
  | { readonly kind: 'attach-type'; readonly name: AttachType }
  | { readonly kind: 'helper'; readonly name: HelperName; readonly programType: ProgramType };

/**
 * Answer of {@link Host.probe}: yes, or no with the reason. `since` is the first Linux that has it, where that is
 * known; a kernel that is newer was built without it, or denies it.
 */
export type ProbeResult =
  | { readonly supported: true }
  | { readonly supported: false; readonly reason: string; readonly since?: string };

/** Where programs run: the embedded VM or a kernel. What is written against it runs on every host. */
export interface Host {
  readonly name: 'vm' | 'kernel' | 'plain';
  probe(feature: Feature): ProbeResult;
  /**
   * Makes a map. `inner` is the template of a map of maps, made before; `btf` has the types that the spec names.
   * @throws SKEP_BAD_MAP for a definition the kernel would refuse, SKEP_NOT_SUPPORTED, SKEP_MEMORY_LIMIT.
   */
  createMap(spec: MapSpec, inner?: HostMap, btf?: Btf): HostMap;
  /**
   * Loads a program; `environment.maps` holds the maps its references name.
   * @throws SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED (an unknown helper, by name).
   */
  loadProgram(spec: ProgramSpec, environment: LoadEnvironment): HostProgram;
  /**
   * A value of the kernel that the host is, for `extern .. __kconfig`; undefined for one that it does not know. A host
   * without it has no kernel configuration.
   */
  kernelConfig?(name: string): string | bigint | undefined;
  /** What can outlive its collection under a path; absent where nothing can. */
  readonly pins?: Pins;
  /**
   * Counts how often and how long programs run, until it is disposed of: `runCount` and `runTime` of their info.
   * @throws SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
   */
  enableStatistics?(): Disposable;
  /** Lets go of what it keeps of a collection's BTF for loading. */
  forgetTypes?(btf: Btf): void;
  /** Frees whatever it still holds. */
  dispose(): void;
}

/** A pinned map, and the types of its keys and values where the host knows them. */
export interface PinnedMap {
  readonly map: HostMap;
  readonly btf?: Btf;
}

/** What on a host has a path, and stays when its collection ends (in a kernel: files of a bpf file system, Linux 4.4). */
export interface Pins {
  /** Where maps go that are pinned by name. */
  readonly directory: string;
  /** The map at a path, as `spec` names it where that is given; undefined where there is nothing. @throws SKEP_BAD_MAP. */
  openMap(path: string, spec?: MapSpec): PinnedMap | undefined;
  /** The program at a path. `section` says what a kernel does not tell: to what it attaches. */
  openProgram(path: string, section?: string): HostProgram | undefined;
  openLink(path: string): Link | undefined;
  /** Takes the path away. What is there lives on as long as something else holds it. */
  unpin(path: string): void;
}

/** What a program needs from its collection when it is loaded. */
export interface LoadEnvironment {
  readonly maps: ReadonlyMap<string, HostMap>;
  readonly license: string;
  /** BTF that the functions of the program name their types in. */
  readonly btf?: Btf;
  /** What the verifier of a kernel prints: 1 the path to an error, 2 every state, 4 the statistics, or a sum. Default 0. */
  readonly logLevel?: number;
  /** Function of another program that this one replaces or traces: BPF programs only, not the kernel's functions. */
  readonly target?: ProgramTarget;
}

/** An entry of a map, by bytes. */
export type MapEntry = readonly [key: Uint8Array, value: Uint8Array];

/** Entries of a map, by bytes: keys stand one behind the other, and so do values. */
export interface EntryBatch {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

/** The values of an array in memory shared with the programs: read and written in parts, without a system call. */
export interface SharedValues {
  /** False where the values may only be read. */
  readonly writable: boolean;
  /** A copy of bytes of the value at `index`; numbers of 32 and 64 bits at their alignment are read at once. */
  read(index: number, offset: number, size: number): Uint8Array;
  write(index: number, offset: number, bytes: Uint8Array): void;
}

/** A function of a loaded program, which an extension replaces (Linux 5.6) or fentry and fexit trace (Linux 5.6). */
export interface ProgramTarget {
  readonly program: HostProgram;
  /** Its name in the source. Default: what the section of the program says. */
  readonly function?: string;
}

/** A map on a host, by bytes. Keys and values have the sizes of the spec; per-CPU values stand side by side. */
export interface HostMap {
  readonly spec: MapSpec;
  /** CPUs whose values stand in one per-CPU value; 1 for other maps. */
  readonly cpus: number;
  lookup(key: Uint8Array): Uint8Array | undefined;
  /** @throws SKEP_MAP_FULL, SKEP_MAP_EXISTS, SKEP_MAP_NO_ENTRY, SKEP_MAP_REFUSED. */
  update(key: Uint8Array, value: Uint8Array, mode?: 'any' | 'noexist' | 'exist'): void;
  /** True where there was such an entry. @throws SKEP_MAP_REFUSED where the type cannot delete. */
  delete(key: Uint8Array): boolean;
  nextKey(key: Uint8Array | undefined): Uint8Array | undefined;
  /**
   * All entries, in the order of the host. One that is in the map all the time comes once; those that come and go
   * meanwhile may be left out. The arrays are the caller's.
   */
  entries(): Iterable<MapEntry>;
  /** What `entries` gives, as many at a time as the host has at once; absent where it has them one by one. */
  entryBatches?(): Iterable<EntryBatch>;
  /** Writes entries in their order. @throws as `update`: those before the one refused are written. */
  updateMany(entries: Iterable<MapEntry>): void;
  /** Removes entries, and gives how many there were. @throws SKEP_MAP_REFUSED where the type cannot delete. */
  deleteMany(keys: Iterable<Uint8Array>): number;
  /** Removes all entries of a table and gives them: each update of a program is either in them or stays in the map. */
  takeAll(): MapEntry[];
  /** The values of an array that has them in shared memory (BPF_F_MMAPABLE), until the map is disposed of or frozen. */
  shared?(): SharedValues | undefined;
  /** Map of maps: the map under a key, held once more; absent where only this process puts maps in. */
  innerMap?(key: Uint8Array): HostMap | undefined;
  /** Bloom filter: false where a value was certainly never added with `push`. */
  contains?(value: Uint8Array): boolean;
  /**
   * Puts a map or a program into a map of maps, a program array, or behind the bytes `before` of an entry of a devmap or
   * cpumap (a program there: Linux 5.8, 5.9).
   */
  updateReference(key: Uint8Array, target: HostMap | HostProgram, before?: Uint8Array): void;
  /** Queue and stack. @throws SKEP_MAP_FULL. */
  push(value: Uint8Array): void;
  pop(): Uint8Array | undefined;
  peek(): Uint8Array | undefined;
  /** Takes the records that a ring buffer or perf event array holds now. */
  drain(): Uint8Array[];
  /** Takes `most` records at most, at once; absent where {@link drain} does it as well. */
  take?(most: number): RecordBatch;
  /** Records lost because they were not read in time; undefined where the host does not know. */
  readonly lost?: number | undefined;
  /**
   * Calls `wake` once when there are records, unless the function that it gives is called before; not sooner than
   * `every` milliseconds after the last time. Absent where records come only from runs that this process asks for.
   */
  watch?(wake: () => void, every?: number): () => void;
  /**
   * Gives a struct of functions to the kernel (struct_ops, Linux 5.6): data as in the object, and the programs by
   * their names there. Absent from other maps.
   * @throws SKEP_BUSY, SKEP_NOT_SUPPORTED
   */
  register?(programs: ReadonlyMap<string, HostProgram>): Link;
  /** Refuses writes from userland from now on. */
  freeze(): void;
  /** Gives it a path by which it lives on and can be opened again. @throws SKEP_BUSY where the path is taken. */
  pin?(path: string): void;
  info?(): MapInfo;
  dispose(): void;
}

/** Options of one test run. */
export interface RunOptions {
  readonly ifindex?: number;
  readonly rxQueue?: number;
  readonly cpu?: number;
  /** Nanoseconds that `ktime_get_ns` and its sisters give; default: the host's clock. */
  readonly time?: bigint;
  /** Run this many times, each time on the packet as given, and report the mean duration. Default 1. */
  readonly repeat?: number;
  /** Mirror the limits and set-up of the kernel's `BPF_PROG_TEST_RUN`; a kernel always does. */
  readonly asTestRun?: boolean;
  /**
   * What the program gets as its context, where a test can set it: bytes; a record of fields of `xdp_md`, `__sk_buff`
   * or `bpf_sk_lookup`; a list of 64-bit arguments (raw tracepoint). `run` of a `syscall` program takes nothing else.
   * The VM takes `ingress_ifindex` and `rx_queue_index` of `xdp_md`, and bytes or fields of `bpf_sock_addr` and
   * `bpf_sk_lookup`, addresses also as text.
   */
  readonly context?: Uint8Array | ValueRecord | readonly (number | bigint)[];
  /**
   * Sends the packets for real, by the verdict of the XDP program (Linux 5.18): `repeat` of them, in batches; then
   * there is no packet in the result. Not in the VM.
   */
  readonly live?: true | { readonly batchSize?: number };
  /** Kernel: bytes that the packet may have afterwards. Default: 4096 more than before. */
  readonly room?: number;
}

/** Result of one test run. */
export interface RunResult {
  /** The verdict by its kernel name (`XDP_PASS`, `TC_ACT_OK`), or the number where the type has no names. */
  readonly verdict: string;
  /** The raw return value, 32 bits unsigned. */
  readonly code: number;
  /** The packet afterwards. */
  readonly data: Uint8Array;
  /** Mean duration in nanoseconds. */
  readonly duration: number;
  /** Where the packet goes, where the verdict is to redirect it. */
  readonly redirect?: Redirect;
  /** Copies that the program sent while it ran on (`clone_redirect`), in order. */
  readonly copies: readonly PacketCopy[];
  /** Lines that the program printed. A kernel does not give them: they go to its trace pipe. */
  readonly printk: readonly string[];
  /** The context as the program left it, where one was given and the kernel gives it back. */
  readonly context?: Uint8Array;
}

/** A program on a host. */
export interface HostProgram {
  readonly spec: ProgramSpec;
  /** What the verifier printed, where it was asked for. */
  readonly verifierLog?: string | undefined;
  /** Runs it on a packet. @throws SKEP_FAULT, SKEP_BAD_PACKET. */
  run(packet: Uint8Array, options?: RunOptions): RunResult;
  /**
   * Attaches it; the shape of `target` goes with the program's type.
   * @throws SKEP_BUSY where another program is attached there, SKEP_NOT_SUPPORTED for a type that this host cannot
   *   attach.
   */
  attach(target: AttachTarget): Link;
  /** Gives it a path by which it lives on and can be opened again. @throws SKEP_BUSY where the path is taken. */
  pin?(path: string): void;
  info?(): ProgramInfo;
  dispose(): void;
}

/** An attachment. Disposing it detaches; doing so again does nothing. */
export interface Link extends Disposable {
  /** The host's number of the link; 0 for an attachment that has none. */
  readonly id: number;
  /**
   * Keeps the attachment after the process, as a file under /sys/fs/bpf.
   * @throws SKEP_NOT_SUPPORTED where the attachment cannot outlive the process.
   */
  pin(path: string): void;
  /**
   * Puts another program of the same type in the place of the one that runs; no event is missed between them (Linux
   * 5.7 to 6.6, by kind). The link still ends with the collection that attached it.
   * @throws SKEP_NOT_SUPPORTED where the kind of attachment cannot do so.
   */
  update(program: HostProgram | { readonly program: HostProgram }): void;
  /** What the host tells of it. */
  info(): LinkInfo;
  /**
   * Detaches even where the link is pinned or somebody else holds it, which disposing does not (Linux 5.9).
   * @throws SKEP_NOT_SUPPORTED for kinds that end only with their last holder.
   */
  detach(): void;
}
