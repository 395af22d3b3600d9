import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { callHelper, MOVES } from './helpers.ts';
import type { Lowering } from './lowering.ts';
import { mapArgument } from './map-argument.ts';
import type { Operand } from './operand.ts';

/** `stages.call(ctx, 'l4') ?? VERDICT`, the one form of a tail call. */
export interface TailCall {
  readonly call: TypeScript.CallExpression;
  readonly target: TypeScript.Expression;
  readonly fallback: TypeScript.Expression;
}

/** The tail call that a returned expression is. */
export function tailCallOf(l: Lowering, node: TypeScript.Expression): TailCall | undefined {
  if (ts.isParenthesizedExpression(node)) return tailCallOf(l, node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return undefined;
  const call = node.left;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const target = call.expression.expression;
  const value = l.evaluator.expression(target);
  if (value?.kind !== 'map' || value.map.className !== 'ProgArray') return undefined;
  return { call, target, fallback: node.right };
}

/** Jumps; what follows runs where there is no program in the slot. */
export function lowerTailCall(l: Lowering, { call, target, fallback }: TailCall): Operand {
  const value = l.evaluator.expression(target);
  const [, nameNode] = call.arguments;
  const name = nameNode && l.evaluator.expression(nameNode);
  const isTail = l.frame.outer === undefined && l.kind !== undefined;
  if (value?.kind !== 'map' || name?.kind !== 'text' || !isTail) return l.fail(call, 4008, { call: call.getText() });
  const slot = value.map.names.indexOf(name.value);
  l.at(call);
  const { builder } = l;
  const values = [builder.parameter(0), mapArgument(l, { kind: 'map', map: value.map }), builder.constant(slot)];
  callHelper(l, 'tail_call', values, MOVES, call);
  return l.expression(fallback);
}
