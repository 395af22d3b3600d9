import type { MapDeclaration, VariableDeclaration } from './declaration.ts';
import type { IrFunction } from './function.ts';

/** What one source file compiles to, before it is an object. */
export interface Module {
  readonly name: string;
  license: string | undefined;
  readonly maps: MapDeclaration[];
  readonly variables: VariableDeclaration[];
  readonly functions: IrFunction[];
}
