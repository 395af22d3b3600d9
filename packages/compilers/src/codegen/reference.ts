import type { Callee, MapDeclaration, VariableDeclaration } from '../ir/index.ts';

/** What an instruction names that has no address before the object is loaded; a relocation in the object. */
export type Reference =
  | { readonly kind: 'map'; readonly map: MapDeclaration }
  | { readonly kind: 'variable'; readonly variable: VariableDeclaration; readonly offset: number }
  /** Address of a function, for a callback. */
  | { readonly kind: 'function'; readonly function: Callee }
  | { readonly kind: 'call'; readonly function: Callee };
