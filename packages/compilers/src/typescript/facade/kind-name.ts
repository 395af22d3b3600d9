import type TypeScript from 'typescript-js';
import { ts } from './typescript.ts';

let names: ReadonlyMap<number, string> | undefined;

/** Name of a kind of node, such as `DebuggerStatement`: the first of those that share a number is often an alias. */
export function kindName(kind: TypeScript.SyntaxKind): string {
  names ??= new Map(
    Object.entries(ts.SyntaxKind).flatMap(([name, value]) =>
      typeof value === 'number' && !/^(First|Last)[A-Z]/.test(name) ? [[value, name] as const] : [],
    ),
  );
  return names.get(kind) ?? 'syntax';
}
