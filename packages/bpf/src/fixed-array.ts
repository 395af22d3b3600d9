import type { u8 } from './integers.ts';
import type { layout } from './symbols.ts';

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
