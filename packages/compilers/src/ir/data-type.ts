/**
 * A type of the source as BTF can say it: what map keys and values, variables, parameters and results are. Types are
 * compared by identity, and by name and shape when they are written.
 */
export type DataType =
  | { readonly kind: 'void' }
  | { readonly kind: 'int'; readonly name: string; readonly size: 1 | 2 | 4 | 8 | 16; readonly encoding: IntEncoding }
  | { readonly kind: 'typedef'; readonly name: string; readonly type: DataType }
  | { readonly kind: 'pointer'; readonly target: DataType }
  | { readonly kind: 'array'; readonly element: DataType; readonly length: number }
  | {
      readonly kind: 'struct' | 'union';
      readonly name: string;
      readonly size: number;
      readonly members: readonly Member[];
    }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly size: 4 | 8;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    };

/** How the bits of an integer are read. */
export type IntEncoding = 'unsigned' | 'signed' | 'char' | 'bool';

/** A member of a struct; `bitOffset` counts from its start. `bits` is there for bit fields only. */
export interface Member {
  readonly name: string;
  readonly type: DataType;
  readonly bitOffset: number;
  readonly bits?: number;
}
