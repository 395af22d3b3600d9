import type { DataType } from './data-type.ts';
import type { Type } from './type.ts';

/** A function as those see it who call it or name it. */
export interface Callee {
  readonly name: string;
  readonly result: { readonly type: Type; readonly declared: DataType };
}
