import type TypeScript from 'typescript-js';
import type { MapDeclaration, VariableDeclaration } from '../../ir/index.ts';
import type { Schema } from '../schema/index.ts';

/** What a const of a module is, known without running it. */
export type StaticValue =
  | StaticInteger
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'schema'; readonly schema: Schema }
  | { readonly kind: 'map'; readonly map: StaticMap }
  | StaticVariable
  | StaticProgram
  | StaticFunction
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, StaticValue> }
  | { readonly kind: 'list'; readonly elements: readonly StaticValue[] }
  /** A function or namespace of `skep/bpf`, by name. */
  | StaticLibrary;

export interface StaticInteger {
  readonly kind: 'integer';
  readonly value: bigint;
  /** It is a bigint. */
  readonly big: boolean;
}

/** `config(..)` and `global(..)`. */
export interface StaticVariable {
  readonly kind: 'variable';
  readonly config: boolean;
  readonly schema: Schema;
  readonly declaration: VariableDeclaration;
}

/** A map, by the name of its class. */
export interface StaticMap {
  readonly className: string;
  readonly declaration: MapDeclaration;
  readonly key: Schema | undefined;
  readonly value: Schema | undefined;
  readonly inner: StaticMap | undefined;
  /** Program array: names of programs by slot. */
  readonly names: readonly string[];
  /** Program array: wrapper of its programs. */
  readonly wrapper?: string;
  readonly node: TypeScript.Node;
}

export interface StaticProgram {
  readonly kind: 'program';
  /** Name of the wrapper: `xdp`, `tc`. */
  readonly wrapper: string;
  readonly name: string;
  readonly run: TypeScript.ArrowFunction | TypeScript.FunctionExpression;
  readonly call: TypeScript.CallExpression;
  readonly frags: boolean;
}

export interface StaticFunction {
  readonly kind: 'function';
  readonly name: string;
  readonly node: TypeScript.FunctionDeclaration | TypeScript.ArrowFunction | TypeScript.FunctionExpression;
  /** It is never inlined. */
  readonly subprogram: boolean;
}

export interface StaticLibrary {
  readonly kind: 'library';
  readonly name: string;
  readonly symbol: TypeScript.Symbol;
}
