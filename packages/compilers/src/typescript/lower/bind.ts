import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { isAssigned, sumsOf } from './assigned.ts';
import { boolCarrier, carrierOf, intCarrier } from './carrier.ts';
import { literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe, type Operand } from './operand.ts';
import { readProperty } from './property.ts';
import { fitted } from './scalars.ts';
import { scalarType } from './types.ts';

/** Gives a name, or the names of a pattern, their values. */
export function bind(l: Lowering, name: TypeScript.BindingName, operand: Operand, node: TypeScript.Node): void {
  if (ts.isIdentifier(name)) bindName(l, name, operand, node);
  else if (ts.isArrayBindingPattern(name)) bindList(l, name, operand);
  else bindFields(l, name, operand);
}

function bindName(l: Lowering, name: TypeScript.Identifier, operand: Operand, node: TypeScript.Node): void {
  const symbol = l.evaluator.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return;
  const type = l.evaluator.checker.getTypeOfSymbol(symbol);
  const scalar = scalarType(l.evaluator.checker, type);
  if (!isAssigned(name)) {
    const isTyped = ts.isVariableDeclaration(name.parent)
      ? name.parent.type !== undefined
      : ts.isParameter(name.parent);
    const value = isTyped ? fitted(l, scalar, operand, node) : operand;
    l.bindings.set(symbol, { kind: 'operand', operand: value });
    return;
  }
  const value = fitted(l, scalar, operand, node, sumsOf(name) > 0n);
  const carrier =
    scalar?.kind === 'int'
      ? intCarrier(l.builder, scalar.big, scalar.range, name.text)
      : scalar?.kind === 'bool'
        ? boolCarrier(l.builder, name.text)
        : carrierOf(
            l.builder,
            type.isUnion() && operand.kind !== 'optional' ? [operand, { kind: 'undefined' }] : [operand],
            name.text,
          );
  if (value.kind === 'optional') l.flush();
  if (carrier === undefined || !carrier.write(value)) l.fail(name, 1000, { kind: `let ${name.text}` });
  else l.bindings.set(symbol, { kind: 'carrier', carrier, type });
}

/** `const [, ip] = headers`. */
function bindList(l: Lowering, pattern: TypeScript.ArrayBindingPattern, operand: Operand): void {
  const target = operand.kind === 'optional' ? operand.payload() : operand;
  for (const [index, element] of pattern.elements.entries()) {
    if (ts.isOmittedExpression(element)) continue;
    refuseRest(l, element);
    const value = target.kind === 'tuple' ? target.elements[index] : undefined;
    if (value === undefined) l.fail(element, 1021, { operator: '[..]', type: describe(target) });
    else bind(l, element.name, value, element);
  }
}

/** `const { src, dst } = ip`. */
function bindFields(l: Lowering, pattern: TypeScript.ObjectBindingPattern, operand: Operand): void {
  for (const element of pattern.elements) {
    refuseRest(l, element);
    const name = element.propertyName ?? element.name;
    if (!ts.isIdentifier(name)) l.fail(element, 1000, { kind: 'a computed name' });
    else bind(l, element.name, readProperty(l, operand, name.text, element), element);
  }
}

function refuseRest(l: Lowering, element: TypeScript.BindingElement): void {
  if (element.dotDotDotToken || element.initializer) l.fail(element, 1020);
}

/** `let x: u32;` starts at zero: TypeScript sees to it that it is written before it is read. */
export function bindEmpty(l: Lowering, node: TypeScript.VariableDeclaration): void {
  const scalar = scalarType(l.evaluator.checker, l.evaluator.checker.getTypeAtLocation(node.name));
  if (scalar?.kind === 'int') bind(l, node.name, literal(l, 0n, scalar.big), node.name);
  else if (scalar?.kind === 'bool') bind(l, node.name, { kind: 'bool', value: l.builder.constant(0) }, node.name);
  else l.fail(node, 1000, { kind: 'a variable without a value' });
}
