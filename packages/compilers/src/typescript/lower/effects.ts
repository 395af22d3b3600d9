import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import type { Lowering } from './lowering.ts';

/** Whether evaluating an expression may change something: it assigns, or calls a function or a method of a map. */
export function mayHaveEffects(l: Lowering, node: TypeScript.Node): boolean {
  if (ts.isCallExpression(node) && callHasEffects(l, node)) return true;
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return true;
  if (ts.isPostfixUnaryExpression(node)) return true;
  if (ts.isPrefixUnaryExpression(node) && isStep(node.operator)) return true;
  return ts.forEachChild(node, (child) => mayHaveEffects(l, child) || undefined) ?? false;
}

function isAssignment(kind: TypeScript.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isStep(operator: TypeScript.PrefixUnaryOperator): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

/** Conversions and clocks change nothing. */
function callHasEffects(l: Lowering, { expression }: TypeScript.CallExpression): boolean {
  if (ts.isIdentifier(expression)) return l.evaluator.expression(expression)?.kind === 'function';
  return !(ts.isPropertyAccessExpression(expression) && expression.expression.getText() === 'ktime');
}
