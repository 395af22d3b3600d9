import type { Block, Interval, Value } from '../../ir/index.ts';
import type { StaticFunction, StaticLibrary, StaticMap, StaticProgram, StaticVariable } from '../evaluate/index.ts';
import type { ArraySchema, IntSchema, RecordSchema, Schema, TextSchema } from '../schema/index.ts';

/** What an expression is while it is compiled. */
export type Operand =
  | IntOperand
  | BoolOperand
  | ViewOperand
  | RefOperand
  | OptionalOperand
  | TupleOperand
  | MapOperand
  | SocketOperand
  | TextOperand
  | { readonly kind: 'context' }
  | { readonly kind: 'schema'; readonly schema: Schema }
  | StaticVariable
  | StaticProgram
  | StaticFunction
  | StaticLibrary
  | { readonly kind: 'undefined' }
  /** The result of a function without one. */
  | { readonly kind: 'nothing' };

/** An integer in a register: a number or a bigint. */
export interface IntOperand {
  readonly kind: 'int';
  readonly value: Value;
  readonly big: boolean;
  /** What its type alone says of it. */
  readonly range: Interval;
  /** JavaScript made a signed 32-bit number of unsigned operands: a negative one is seldom meant. */
  readonly bitwise?: boolean;
}

/** 0 or 1. */
export interface BoolOperand {
  readonly kind: 'bool';
  readonly value: Value;
}

/** A record, array or text in memory. */
export interface ViewOperand {
  readonly kind: 'view';
  readonly schema: RecordSchema | ArraySchema | TextSchema;
  readonly place: Place;
}

/** A box around an integer in memory: `map.ref(key)`. */
export interface RefOperand {
  readonly kind: 'ref';
  readonly schema: IntSchema | TextSchema;
  readonly place: Place;
}

/** Bytes at a pointer. */
export interface Place {
  readonly pointer: Value;
  readonly offset: number;
  /** Number of times the packet had been moved when the view was made. */
  readonly epoch?: Value;
  /** A map value or variable that other CPUs write too. */
  readonly shared?: boolean;
  /** A record of a ring buffer. */
  readonly held?: Held;
}

/** Something that must be given back once on every path. */
export interface Held {
  /** 1 while it is held. */
  readonly state: HeldState;
  readonly pointer: Value;
}
export interface HeldState {
  read(): Value;
  write(held: boolean): void;
}

/** A value or undefined. */
export interface OptionalOperand {
  readonly kind: 'optional';
  /** Ends the block: goes to `then` where there is a value. */
  test(then: Block, otherwise: Block): void;
  /** The value; to be used where a test said that there is one. */
  payload(): Operand;
  /** Whether its test is what computes it. */
  readonly isPending?: () => boolean;
  /** A pointer that is null exactly where there is no value, and that the value stands at. */
  readonly nullable?: Value;
  /** Type of the value for messages. */
  readonly of: string;
}

export interface TupleOperand {
  readonly kind: 'tuple';
  readonly elements: readonly Operand[];
}

/** A map of the module, or an inner map by its pointer. */
export interface MapOperand {
  readonly kind: 'map';
  readonly map: StaticMap;
  readonly pointer?: Value;
}

export interface SocketOperand {
  readonly kind: 'socket';
  readonly held: Held;
}

export interface TextOperand {
  readonly kind: 'text';
  readonly value: string;
}

/** The kind of an operand in words. */
export function describe(operand: Operand): string {
  switch (operand.kind) {
    case 'int':
      return operand.big ? 'a bigint' : 'a number';
    case 'bool':
      return 'a boolean';
    case 'view':
      return operand.schema.kind === 'record' ? `a ${operand.schema.name || 'record'}` : 'an array';
    case 'ref':
      return 'a reference';
    case 'optional':
      return 'a value that may be undefined';
    case 'text':
      return 'text';
    case 'context':
      return 'the context';
    case 'nothing':
      return 'nothing';
    case 'library':
      return operand.name;
    default:
      return `a ${operand.kind}`;
  }
}
