import type { MapType } from '@skep/core/abi';
import type { Callee } from './callee.ts';
import type { DataType } from './data-type.ts';

/** A map of the object. Sizes come from the types where these are given. */
export interface MapDeclaration {
  readonly name: string;
  readonly type: MapType;
  readonly key?: DataType;
  readonly value?: DataType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly mapExtra?: bigint;
  /** Pinned by its name where the loader keeps pins. */
  readonly pinned?: boolean;
  /** Template of the inner maps. */
  readonly inner?: MapDeclaration;
  /** Programs of a program array by slot; filled after the programs are lowered. */
  readonly programs?: readonly (Callee | undefined)[];
}

/** A variable of the object: constants in `.rodata`, the rest in `.data` or, where all bytes are zero, `.bss`. */
export interface VariableDeclaration {
  readonly name: string;
  readonly section: '.rodata' | '.data' | '.bss';
  readonly type: DataType;
  readonly align: number;
  readonly initial: Uint8Array;
  /** Visible to other objects and to users; literals of the program are not. */
  readonly exported: boolean;
}
