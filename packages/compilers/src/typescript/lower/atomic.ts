import type TypeScript from 'typescript-js';
import type { AtomicOperator } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { fieldOf, type IntSchema } from '../schema/index.ts';
import { intOf, wrap } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { placeAt, touch, usePlace } from './memory.ts';
import { describe, type IntOperand, type Operand, type Place } from './operand.ts';
import { elementAt } from './property.ts';
import { variablePlace } from './reference.ts';

const operators: Readonly<Record<string, AtomicOperator>> = {
  add: 'add',
  sub: 'add',
  and: 'and',
  or: 'or',
  xor: 'xor',
  exchange: 'exchange',
  compareExchange: 'compare-exchange',
};

/** `atomic.add(target, field, n)`: gives the old value; what is not used is not fetched. */
export function lowerAtomic(l: Lowering, name: string, node: TypeScript.CallExpression): Operand {
  const operator = operators[name];
  const [targetNode, keyNode, ...valueNodes] = node.arguments;
  if (operator === undefined || targetNode === undefined || keyNode === undefined)
    return l.fail(node, 1022, { name: `atomic.${name}` });
  const { schema, place } = target(l, targetNode, keyNode);
  const values = valueNodes.map((value) => integer(l, value));
  l.at(node);
  if (schema.size < 4 || schema.network || place.pointer.type === 'packet' || place.pointer.type === 'context')
    return l.fail(keyNode, 4014);
  usePlace(l, place, node);
  touch(l, place);
  const size = schema.size as 4 | 8;
  const operands = values.map(({ value }, index) => (name === 'sub' && index === 0 ? l.builder.negate(value) : value));
  const fetch = isUsed(node) || operator === 'exchange' || operator === 'compare-exchange';
  const old = l.builder.atomic(operator, place.pointer, size, place.offset, operands, fetch);
  if (!fetch) return { kind: 'nothing' };
  const value = size === 4 ? wrap(l, old, 32, schema.signed) : old;
  return intOf(value, schema.big, { min: schema.min, max: schema.max });
}

function integer(l: Lowering, node: TypeScript.Expression): IntOperand {
  const operand = l.expression(node);
  return operand.kind === 'int' ? operand : l.fail(node, 2015, { type: describe(operand) });
}

/** The field or element that an atomic operation names. */
function target(
  l: Lowering,
  node: TypeScript.Expression,
  keyNode: TypeScript.Expression,
): { readonly schema: IntSchema; readonly place: Place } {
  const operand = l.expression(node);
  const key = l.evaluator.expression(keyNode);
  if (operand.kind === 'ref' && operand.schema.kind === 'int') return { schema: operand.schema, place: operand.place };
  if (operand.kind === 'variable' && operand.schema.kind === 'int')
    return { schema: operand.schema, place: variablePlace(l, operand) };
  const view =
    operand.kind === 'variable' && operand.schema.kind !== 'int' && operand.schema.kind !== 'text'
      ? { schema: operand.schema, place: variablePlace(l, operand) }
      : operand.kind === 'view'
        ? operand
        : undefined;
  if (view?.schema.kind === 'record' && key?.kind === 'text') {
    const field = fieldOf(view.schema, key.value);
    if (field?.schema.kind === 'int') return { schema: field.schema, place: placeAt(view.place, field.offset) };
  }
  if (view?.schema.kind === 'array' && view.schema.element.kind === 'int') {
    return { schema: view.schema.element, place: elementAt(l, view.schema, view.place, keyNode, keyNode) };
  }
  return l.fail(keyNode, 4014);
}

/** Whether something takes the result. */
function isUsed(node: TypeScript.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isUsed(parent);
  return !ts.isExpressionStatement(parent);
}
