import type { Diagnostic } from '../base/diagnostic.ts';
import type { Btf } from '../btf/reader.ts';
import type { TypeId } from '../btf/types.ts';
import type { MapSpec } from './map-spec.ts';
import type { ProgramSpec } from './program-spec.ts';

/** Variable in a data section, reachable by name: the bytes `offset..offset+size` of map `map`'s only value. */
export interface VariableSpec {
  readonly name: string;
  readonly map: string;
  readonly offset: number;
  readonly size: number;
  readonly type?: TypeId;
  /** In .rodata: fixed once loaded. */
  readonly constant: boolean;
  readonly linkage: 'static' | 'global';
}

/** Kernel configuration value a program reads (`extern .. __kconfig`); it lives in map `.kconfig`. */
export interface KconfigSpec {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type?: TypeId;
  readonly weak: boolean;
}

/** What an object file holds: the same bytes give the same specs on every machine. */
export interface CollectionSpec {
  /** File it was read from, for messages. */
  readonly file?: string;
  readonly programs: ReadonlyMap<string, ProgramSpec>;
  readonly maps: ReadonlyMap<string, MapSpec>;
  readonly variables: ReadonlyMap<string, VariableSpec>;
  readonly kconfig: readonly KconfigSpec[];
  /** Text of the licence section, empty where there is none. */
  readonly license: string;
  /** Value of the legacy version section. */
  readonly version: number;
  readonly btf?: Btf;
  /** What was odd in the file but did not stop it from being read. */
  readonly diagnostics: readonly Diagnostic[];
}
