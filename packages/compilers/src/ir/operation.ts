import type { HelperName } from '@skep/core/abi';
import type { Callee } from './callee.ts';
import type { MapDeclaration, VariableDeclaration } from './declaration.ts';
import type { Interval } from './interval.ts';
import type { StackSlot } from './stack-slot.ts';
import type { AccessSize, Width } from './type.ts';

/** Integer arithmetic. `udiv` and `umod` need a divisor that is not zero; shifts take the amount modulo the width. */
export type BinaryOperator =
  | 'add'
  | 'sub'
  | 'mul'
  | 'udiv'
  | 'umod'
  | 'sdiv'
  | 'smod'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'lshr'
  | 'ashr';

/** Comparison of two integers, or of two pointers into one object, or of a pointer with 0 (`eq` and `ne`). */
export type CompareOperator = 'eq' | 'ne' | 'ult' | 'ule' | 'ugt' | 'uge' | 'slt' | 'sle' | 'sgt' | 'sge';

export type AtomicOperator = 'add' | 'and' | 'or' | 'xor' | 'exchange' | 'compare-exchange';

/** What a call does to memory besides its result. */
export interface Effects {
  /** Reads memory that its pointer arguments name, or maps. */
  readonly reads: boolean;
  /** Writes memory that its pointer arguments name, or maps, or can be told from another call (clock, random). */
  readonly writes: boolean;
  /** May move the packet: pointers into it that were made before must not be used after. */
  readonly packet: boolean;
}

/** What an instruction does; its operands are values and stand in the instruction. */
export type Operation =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'parameter'; readonly index: number }
  /** Operand i is the value where control comes from predecessor i of the block. */
  | { readonly kind: 'phi' }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly width: Width }
  | { readonly kind: 'negate'; readonly width: Width }
  /** Takes the low bits and extends them to 64. */
  | { readonly kind: 'extend'; readonly bits: 8 | 16 | 32; readonly signed: boolean }
  /** Reverses the bytes of the low bits, and zeroes the rest. */
  | { readonly kind: 'byte-swap'; readonly bits: 16 | 32 | 64 }
  /** 1 or 0. */
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly width: Width }
  /** operands: pointer, integer. */
  | { readonly kind: 'pointer-add' }
  /** operands: pointer. Zero-extends, or sign-extends where `signed`. */
  | { readonly kind: 'load'; readonly size: AccessSize; readonly signed: boolean; readonly offset: number }
  /** operands: pointer, value. */
  | { readonly kind: 'store'; readonly size: AccessSize; readonly offset: number }
  /** operands: target, source. Copies bytes between memories that do not overlap. */
  | { readonly kind: 'copy'; readonly size: number; readonly targetOffset: number; readonly sourceOffset: number }
  /** operands: pointer. Writes zeroes. */
  | { readonly kind: 'zero'; readonly size: number; readonly offset: number }
  /** operands: pointer, value; and the replacement last for compare-exchange. Gives the old value where `fetch`. */
  | {
      readonly kind: 'atomic';
      readonly operator: AtomicOperator;
      readonly size: 4 | 8;
      readonly offset: number;
      readonly fetch: boolean;
    }
  /** Address of a slot of the stack frame. */
  | { readonly kind: 'slot'; readonly slot: StackSlot }
  | { readonly kind: 'map'; readonly map: MapDeclaration }
  /** Address of a byte of a variable; type `map_value`. */
  | { readonly kind: 'variable'; readonly variable: VariableDeclaration; readonly offset: number }
  /** Address of a function, for helpers that call back. */
  | { readonly kind: 'function'; readonly function: Callee }
  /** operands: arguments, at most five. */
  | { readonly kind: 'helper'; readonly helper: HelperName; readonly effects: Effects }
  /** operands: arguments, at most five. */
  | { readonly kind: 'call'; readonly function: Callee }
  /** operands: value. Says what a front end must know of it; checked by {@link checkRequirements}, then removed. */
  | { readonly kind: 'require'; readonly requirement: Requirement };

/**
 * A condition on the mathematical value of an integer. `report` is called where the ranges do not prove it.
 */
export interface Requirement {
  readonly min?: bigint;
  readonly max?: bigint;
  readonly notZero?: boolean;
  /** Any other condition on the range. */
  holds?(range: Interval): boolean;
  report(range: Interval): void;
}

/** How a branch decides. */
export type Condition =
  /** operands: left, right. */
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly width: Width }
  /** operands: pointer into the packet, end of the packet. True where at least `size` bytes follow the pointer. */
  | { readonly kind: 'packet'; readonly size: number };
