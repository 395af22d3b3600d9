import type { MapType } from '../abi/map-types.gen.ts';
import type { TypeId } from '../btf/types.ts';

/** What an entry of a map starts with: bytes, or the name of a program or an inner map. */
export type InitialValue =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'map'; readonly name: string };

/** Entry a map starts with. */
export interface InitialEntry {
  readonly key: Uint8Array;
  readonly value: InitialValue;
}

/** A struct of functions for the kernel (struct_ops, Linux 5.6). */
export interface StructOpsSpec {
  /** The struct as the kernel names it: `tcp_congestion_ops`. */
  readonly struct: string;
  /** Programs of the object by the member that they stand for. */
  readonly functions: ReadonlyMap<string, string>;
}

/** Blueprint of a map: what `BPF_MAP_CREATE` needs, its types, and what it holds from the start. */
export interface MapSpec {
  /** Full name, as long as it is in the object; the kernel sees the first 15 characters. */
  readonly name: string;
  readonly type: MapType;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** `BPF_F_*` bits of map creation. */
  readonly flags: number;
  /** Depends on the map type (bloom filter: number of hashes). */
  readonly mapExtra: bigint;
  readonly numaNode?: number;
  /** `name`: pin under /sys/fs/bpf by name (LIBBPF_PIN_BY_NAME). */
  readonly pinning: 'none' | 'name';
  /** Types in the collection's BTF, where the object says them. */
  readonly keyType?: TypeId;
  readonly valueType?: TypeId;
  /** Template of the inner maps of a map of maps. */
  readonly inner?: MapSpec;
  readonly contents: readonly InitialEntry[];
  /** Frozen after it is filled: constants (.rodata). */
  readonly frozen: boolean;
  /** Where it comes from: a map definition, or the variables of a data section. */
  readonly origin: 'maps' | 'rodata' | 'data' | 'bss' | 'kconfig' | 'struct_ops';
  /** The programs of a struct of functions, where the map is one. */
  readonly structOps?: StructOpsSpec;
  /** Section it was defined in. */
  readonly section: string;
}
