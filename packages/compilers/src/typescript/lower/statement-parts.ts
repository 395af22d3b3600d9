import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { bind, bindEmpty } from './bind.ts';
import type { Lowering } from './lowering.ts';

/** `const a = 1, b = 2` and `let`. Functions are bound where they are called. */
export function lowerVariables(l: Lowering, list: TypeScript.VariableDeclarationList): void {
  if ((list.flags & (ts.NodeFlags.Let | ts.NodeFlags.Const)) === 0) l.fail(list, 1014);
  for (const declaration of list.declarations) {
    l.at(declaration);
    const { initializer } = declaration;
    if (initializer === undefined) bindEmpty(l, declaration);
    else if (!ts.isArrowFunction(initializer) && !ts.isFunctionExpression(initializer)) {
      bind(l, declaration.name, l.expression(initializer), initializer);
    }
  }
}
