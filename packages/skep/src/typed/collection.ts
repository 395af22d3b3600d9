import type { AnyMap, AnySchema, Config, GlobalSchema, Program, ProgramKind, Userland } from '@skep/bpf';
import type { Host } from '@skep/core/host';
import type { TypedGlobal } from './globals.ts';
import type { TypedMap } from './maps.ts';
import type { TypedProgram } from './programs.ts';

/** One optional value for each exported `config`. */
export type ModuleConfig<Module> = {
  readonly [Name in keyof Module as Module[Name] extends Config<AnySchema>
    ? Name
    : never]?: Module[Name] extends Config<infer S> ? Userland<S> : never;
};

/** The exports of one program file, bound to one host. Disposing it detaches and frees all. */
export interface TypedCollection<Module extends object> extends AsyncDisposable, Disposable {
  readonly host: Host;
  readonly maps: TypedMaps<Module>;
  readonly programs: TypedPrograms<Module>;
  readonly globals: TypedGlobals<Module>;
  /** Detaches the programs and frees them and the maps. */
  dispose(): void;
}

/** The exported maps, each as the handle of its kind. */
export type TypedMaps<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyMap ? Name : never]: TypedMap<Module[Name]>;
};

/** The exported programs, each as the handle of its kind. */
export type TypedPrograms<Module> = {
  readonly [Name in keyof Module as Module[Name] extends Program<ProgramKind, unknown> ? Name : never]: TypedProgram<
    Module[Name]
  >;
};

/** The exported variables. */
export type TypedGlobals<Module> = {
  readonly [Name in keyof Module as [GlobalSchema<Module[Name]>] extends [never] ? never : Name]: TypedGlobal<
    Userland<GlobalSchema<Module[Name]>>
  >;
};
