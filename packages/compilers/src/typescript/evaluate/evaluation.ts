import type TypeScript from 'typescript-js';
import type { Reporter } from '../diagnostics/index.ts';
import { ts } from '../facade/index.ts';
import type { Schema } from '../schema/index.ts';
import type { StaticValue } from './static-value.ts';

/** What the parts of the evaluator need of it. */
export interface Evaluation {
  readonly checker: TypeScript.TypeChecker;
  readonly reporter: Reporter;
  expression(node: TypeScript.Expression, name?: string): StaticValue | undefined;
  integer(node: TypeScript.Expression): bigint | undefined;
  schema(node: TypeScript.Expression): Schema | undefined;
}

/** The value of a literal type, which is how the library declares its constants. */
export function literalOfType(type: TypeScript.Type): StaticValue | undefined {
  if (type.isNumberLiteral()) return { kind: 'integer', value: BigInt(type.value), big: false };
  if (type.isStringLiteral()) return { kind: 'text', value: type.value };
  return undefined;
}

/** The properties of an object literal by name; undefined for what is not `name: value`. */
export function propertiesOf(node: TypeScript.Expression | undefined): Map<string, TypeScript.Expression> {
  const found = new Map<string, TypeScript.Expression>();
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return found;
  for (const property of node.properties) {
    if (property.name === undefined || ts.isComputedPropertyName(property.name)) continue;
    if (ts.isPropertyAssignment(property)) found.set(property.name.text, property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) found.set(property.name.text, property.name);
  }
  return found;
}
