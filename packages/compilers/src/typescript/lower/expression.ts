import type TypeScript from 'typescript-js';
import type { StaticValue } from '../evaluate/index.ts';
import { kindName, ts } from '../facade/index.ts';
import { Abort } from './abort.ts';
import { lowerCall } from './calls.ts';
import { literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe, type Operand } from './operand.ts';
import { lowerBinary, lowerConditional, lowerPostfix, lowerPrefix } from './operators.ts';
import { readElement, readOptionalProperty, readProperty } from './property.ts';
import { variablePlace } from './reference.ts';
import { lowerPrintk } from './text.ts';

/** Compiles an expression. */
export function lowerExpression(l: Lowering, node: TypeScript.Expression): Operand {
  l.at(node);
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) return lowerExpression(l, node.expression);
  if (ts.isIdentifier(node)) return lowerName(l, node);
  if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) return lowerLiteral(l, node);
  if (ts.isPropertyAccessExpression(node)) return lowerProperty(l, node);
  if (ts.isElementAccessExpression(node)) return lowerElement(l, node);
  if (ts.isArrayLiteralExpression(node)) return lowerList(l, node);
  if (ts.isCallExpression(node)) return lowerCall(l, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(l, node);
  if (ts.isPrefixUnaryExpression(node)) return constant(l, node) ?? lowerPrefix(l, node);
  if (ts.isPostfixUnaryExpression(node)) return lowerPostfix(l, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(l, node);
  if (ts.isNonNullExpression(node)) {
    if (!ts.isElementAccessExpression(node.expression)) return l.fail(node, 1009);
    return lowerExpression(l, node.expression);
  }
  if (ts.isStringLiteralLike(node)) return { kind: 'text', value: node.text };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { kind: 'bool', value: l.builder.constant(1) };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { kind: 'bool', value: l.builder.constant(0) };
  if (ts.isTaggedTemplateExpression(node)) return lowerTagged(l, node);
  if (ts.isVoidExpression(node)) {
    l.expression(node.expression);
    return { kind: 'undefined' };
  }
  if (ts.isAsExpression(node) && ts.isConstTypeReference(node.type)) return l.expression(node.expression);
  return refuse(l, node);
}

function constant(l: Lowering, node: TypeScript.Expression): Operand | undefined {
  const value = l.evaluator.expression(node);
  return value?.kind === 'integer' ? literal(l, value.value, value.big) : undefined;
}

/** Names the construct that has no meaning here. */
function refuse(l: Lowering, node: TypeScript.Expression): never {
  const kind = ts.SyntaxKind;
  switch (node.kind) {
    case kind.ThisKeyword:
      return l.fail(node, 1001);
    case kind.ClassExpression:
      return l.fail(node, 1002);
    case kind.ArrowFunction:
    case kind.FunctionExpression:
      return l.fail(node, 1003);
    case kind.RegularExpressionLiteral:
      return l.fail(node, 1006);
    case kind.AwaitExpression:
    case kind.YieldExpression:
      return l.fail(node, 1007);
    case kind.AsExpression:
    case kind.TypeAssertionExpression:
      return l.fail(node, 1008);
    case kind.DeleteExpression:
      return l.fail(node, 1012, { operator: 'delete' });
    case kind.TypeOfExpression:
      return l.fail(node, 1012, { operator: 'typeof' });
    case kind.TemplateExpression:
      return l.fail(node, 1013);
    case kind.SpreadElement:
      return l.fail(node, 1015);
    case kind.ObjectLiteralExpression:
    case kind.ArrayLiteralExpression:
      return l.fail(node, 1016);
    case kind.NewExpression:
      return l.fail(node, 1017);
    default:
      return l.fail(node, 1000, { kind: kindName(node.kind) });
  }
}

function lowerLiteral(l: Lowering, node: TypeScript.NumericLiteral | TypeScript.BigIntLiteral): Operand {
  const value = l.evaluator.expression(node);
  return value?.kind === 'integer' ? literal(l, value.value, value.big) : l.fail(node, 1005, { text: node.getText() });
}

function lowerName(l: Lowering, node: TypeScript.Identifier): Operand {
  const symbol = l.evaluator.symbolOf(node);
  const binding = symbol && l.bindings.get(symbol);
  if (binding !== undefined) {
    return narrowed(l, binding.kind === 'operand' ? binding.operand : binding.carrier.read(), node);
  }
  if (node.text === 'undefined') return { kind: 'undefined' };
  const value = symbol && l.evaluator.valueOf(symbol);
  if (value !== undefined) return ofStatic(l, value, node);
  if (l.evaluator.reporter.hasErrors) throw new Abort();
  return l.fail(node, 1023, { name: node.text });
}

/** The value itself where TypeScript knows that it is not undefined. */
function narrowed(l: Lowering, operand: Operand, node: TypeScript.Expression): Operand {
  if (operand.kind !== 'optional') return operand;
  const type = l.evaluator.checker.getTypeAtLocation(node);
  const members = type.isUnion() ? type.types : [type];
  const canBeUndefined = members.some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Any));
  return canBeUndefined ? operand : operand.payload();
}

/** A const of a module as an operand. */
function ofStatic(l: Lowering, value: StaticValue, node: TypeScript.Node): Operand {
  switch (value.kind) {
    case 'integer':
      return literal(l, value.value, value.big);
    case 'boolean':
      return { kind: 'bool', value: l.builder.constant(value.value ? 1 : 0) };
    case 'object':
      return l.fail(node, 1016);
    case 'list':
      return { kind: 'tuple', elements: value.elements.map((element) => ofStatic(l, element, node)) };
    case 'variable': {
      const { schema } = value;
      if (value.config || (schema.kind !== 'record' && schema.kind !== 'array')) return value;
      return { kind: 'view', schema, place: variablePlace(l, value) };
    }
    default:
      return value;
  }
}

function lowerElement(l: Lowering, node: TypeScript.ElementAccessExpression): Operand {
  const known = isLocal(l, node.expression) ? undefined : l.evaluator.expression(node);
  return known === undefined ? readElement(l, l.expression(node.expression), node) : ofStatic(l, known, node);
}

/** `[a, b]`: a tuple, which is taken apart again. */
function lowerList(l: Lowering, node: TypeScript.ArrayLiteralExpression): Operand {
  const elements = node.elements.map((element) => {
    if (ts.isSpreadElement(element)) return l.fail(element, 1015);
    return l.expression(element);
  });
  return { kind: 'tuple', elements };
}

function lowerProperty(l: Lowering, node: TypeScript.PropertyAccessExpression): Operand {
  const known = isLocal(l, node.expression) ? undefined : l.evaluator.expression(node);
  if (known !== undefined && known.kind !== 'library') return ofStatic(l, known, node);
  const target = l.expression(node.expression);
  l.at(node);
  if (target.kind === 'library') return l.fail(node, 1022, { name: `${describe(target)}.${node.name.text}` });
  const name = node.name.text;
  if (node.questionDotToken || ts.isOptionalChain(node)) {
    return readOptionalProperty(l, target, node, (payload) => readProperty(l, payload, name, node));
  }
  return readProperty(l, target, name, node);
}

/** Whether the access starts at a variable of the function. */
function isLocal(l: Lowering, node: TypeScript.Expression): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return isLocal(l, node.expression);
  if (!ts.isIdentifier(node)) return false;
  const symbol = l.evaluator.symbolOf(node);
  return symbol !== undefined && l.bindings.has(symbol);
}

function lowerTagged(l: Lowering, node: TypeScript.TaggedTemplateExpression): Operand {
  const tag = l.evaluator.expression(node.tag);
  if (tag?.kind === 'library' && tag.name === 'printk') return lowerPrintk(l, node);
  return l.fail(node, 1022, { name: node.tag.getText() });
}
