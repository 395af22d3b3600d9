import type TypeScript from 'typescript-js';
import type { Evaluator, StaticFunction } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import { bind } from './bind.ts';
import { intOf } from './integers.ts';
import type { Frame, Lowering } from './lowering.ts';
import { type Alternative, merge } from './merge.ts';
import { describe, type Operand } from './operand.ts';
import { fitted } from './scalars.ts';
import { type ScalarType, scalarType } from './types.ts';

/** The scalar that a function returns; undefined for a view or nothing. */
export function resultType(evaluator: Evaluator, node: TypeScript.SignatureDeclaration): ScalarType | undefined {
  const { checker } = evaluator;
  const signature = checker.getSignatureFromDeclaration(node);
  return signature && scalarType(checker, checker.getReturnTypeOfSignature(signature));
}

/** Refuses what no function of a program may be. */
export function refuseFunction(l: Lowering, node: TypeScript.SignatureDeclaration): void {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const asynchronous = modifiers.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  const generator = (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) && node.asteriskToken;
  if (asynchronous || generator) l.fail(node, 1007);
  for (const parameter of node.parameters) {
    if (parameter.name.getText() === 'this') l.fail(parameter, 1001);
    if (parameter.dotDotDotToken || parameter.questionToken || parameter.initializer) l.fail(parameter, 1020);
  }
}

/** Calls a function of the module: in place, or as a BPF-to-BPF call. */
export function callFunction(l: Lowering, target: StaticFunction, node: TypeScript.CallExpression): Operand {
  refuseFunction(l, target.node);
  for (let frame: Frame | undefined = l.frame; frame !== undefined; frame = frame.outer) {
    if (frame.declaration === target.node) l.fail(node, 1011, { name: target.name || 'the function' });
  }
  const values = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return l.fail(argument, 1015);
    return { operand: l.expression(argument), argument };
  });
  l.at(node);
  if (target.subprogram) return callSubprogram(l, target, values, node);
  for (const [index, parameter] of target.node.parameters.entries()) {
    const value = values[index];
    if (value === undefined) l.fail(node, 1020);
    else bind(l, parameter.name, value.operand, value.argument);
  }
  return inlineBody(l, target.node, node, false);
}

function callSubprogram(
  l: Lowering,
  target: StaticFunction,
  values: readonly { readonly operand: Operand; readonly argument: TypeScript.Expression }[],
  node: TypeScript.CallExpression,
): Operand {
  const callee = l.module.subprogram(target, node);
  const { checker } = l.evaluator;
  const registers = values.map(({ operand, argument }, index) => {
    const parameter = target.node.parameters[index];
    const type = parameter && scalarType(checker, checker.getTypeAtLocation(parameter));
    const value = fitted(l, type, operand, argument);
    if (value.kind === 'int' || value.kind === 'bool') return value.value;
    return l.fail(argument, 1021, { operator: target.name, type: describe(value) });
  });
  if (l.locked) l.fail(node, 4013, { name: target.name });
  l.flush();
  const result = l.builder.call(callee, registers);
  const type = resultType(l.evaluator, target.node);
  if (type === undefined) return { kind: 'nothing' };
  return type.kind === 'bool' ? { kind: 'bool', value: result } : intOf(result, type.big, type.range);
}

/** The body of a function in place of its call. Its parameters are bound already. */
export function inlineBody(
  l: Lowering,
  declaration: TypeScript.FunctionDeclaration | TypeScript.ArrowFunction | TypeScript.FunctionExpression,
  node: TypeScript.Node,
  callback: boolean,
): Operand {
  const { body } = declaration;
  if (body === undefined) return l.fail(node, 1022, { name: 'a function without a body' });
  const type = resultType(l.evaluator, declaration);
  const outer = l.frame;
  const alternatives: Alternative[] = [];
  l.frame = {
    declaration,
    jumps: [],
    callback,
    outer,
    leave(operand, at) {
      const value = fitted(l, type, operand, at);
      l.flush();
      alternatives.push({ block: l.builder.current, operand: value });
      const after = l.builder.block('after');
      l.builder.seal(after);
      l.builder.enter(after);
      l.unreachable = true;
    },
  };
  try {
    if (!ts.isBlock(body)) return fitted(l, type, l.expression(body), body);
    const unreachable = l.unreachable;
    l.unreachable = false;
    l.statement(body);
    if (!l.unreachable) {
      l.flush();
      if (alternatives.length === 0 || type === undefined)
        alternatives.push({ block: l.builder.current, operand: { kind: 'nothing' } });
      else l.fail(declaration, 6010);
    }
    l.unreachable = unreachable;
  } finally {
    l.frame = outer;
  }
  const values = alternatives.filter(({ operand }) => operand.kind !== 'nothing');
  const kept =
    values.length === alternatives.length
      ? alternatives
      : alternatives.map(({ block, operand }) => ({
          block,
          operand: values.length > 0 && operand.kind === 'nothing' ? ({ kind: 'undefined' } as const) : operand,
        }));
  return merge(l, kept, node);
}
