import type TypeScript from 'typescript-js';
import { integerOfText } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';

/** What bounds a loop: a variable that goes towards a limit in steps, or one that is shifted to zero. */
export type Induction =
  | {
      readonly kind: 'count';
      readonly variable: TypeScript.Identifier;
      readonly limit: TypeScript.Expression;
      readonly step: bigint;
      readonly up: boolean;
      /** The limit itself is reached. */
      readonly inclusive: boolean;
    }
  | { readonly kind: 'shift' };

/** The induction of a loop whose condition, step and body are these. */
export function inductionOf(
  condition: TypeScript.Expression,
  incrementor: TypeScript.Expression | undefined,
  body: TypeScript.Statement,
): Induction | undefined {
  for (const part of conjuncts(condition)) {
    const found = ofComparison(part, incrementor, body);
    if (found !== undefined) return found;
  }
  return undefined;
}

function conjuncts(node: TypeScript.Expression): TypeScript.Expression[] {
  if (ts.isParenthesizedExpression(node)) return conjuncts(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return [...conjuncts(node.left), ...conjuncts(node.right)];
  }
  return [node];
}

function ofComparison(
  node: TypeScript.Expression,
  incrementor: TypeScript.Expression | undefined,
  body: TypeScript.Statement,
): Induction | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const operator = ts.tokenToString(node.operatorToken.kind) ?? '';
  const sides = ts.isIdentifier(node.left)
    ? { variable: node.left, limit: node.right, operator }
    : ts.isIdentifier(node.right)
      ? { variable: node.right, limit: node.left, operator: mirrored(operator) }
      : undefined;
  if (sides === undefined || !isPlain(sides.limit)) return undefined;
  const steps = stepsOf(sides.variable.text, incrementor, body);
  if (steps === undefined || changes(sides.limit, body)) return undefined;
  if (steps === 'shift') return sides.operator === '!==' || sides.operator === '>' ? { kind: 'shift' } : undefined;
  const up = steps > 0n;
  const towards = up ? ['<', '<='] : ['>', '>='];
  if (!towards.includes(sides.operator)) return undefined;
  const inclusive = sides.operator.length === 2;
  return { kind: 'count', variable: sides.variable, limit: sides.limit, step: up ? steps : -steps, up, inclusive };
}

function mirrored(operator: string): string {
  const mirrors: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
  return mirrors[operator] ?? operator;
}

/** An expression without a call, so that reading it twice is the same. */
function isPlain(node: TypeScript.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return false;
  return !ts.forEachChild(node, (child) => (isPlain(child) ? undefined : true));
}

/** Whether the body assigns to a name that the expression reads. */
function changes(expression: TypeScript.Expression, body: TypeScript.Statement): boolean {
  const names = new Set<string>();
  const collect = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, collect);
  };
  collect(expression);
  return [...names].some((name) => assignments(name, body).length > 0);
}

/** The step of a variable that changes in one place that every round passes: the step of the loop, or its body. */
function stepsOf(
  name: string,
  incrementor: TypeScript.Expression | undefined,
  body: TypeScript.Statement,
): bigint | 'shift' | undefined {
  const inBody = assignments(name, body);
  if (incrementor !== undefined) {
    const step = stepOf(name, incrementor);
    if (step !== undefined) return inBody.length === 0 ? step : undefined;
  }
  const [only] = inBody;
  if (only === undefined || inBody.length > 1 || hasContinue(body)) return undefined;
  const statements = ts.isBlock(body) ? body.statements : [body];
  const isTop = statements.some((statement) => ts.isExpressionStatement(statement) && statement.expression === only);
  return isTop ? stepOf(name, only) : undefined;
}

function stepOf(name: string, node: TypeScript.Expression): bigint | 'shift' | undefined {
  const kind = ts.SyntaxKind;
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
    if (!isName(node.operand, name)) return undefined;
    return node.operator === kind.PlusPlusToken ? 1n : node.operator === kind.MinusMinusToken ? -1n : undefined;
  }
  if (!ts.isBinaryExpression(node) || !isName(node.left, name)) return undefined;
  const amount = integerOf(node.right);
  if (amount === undefined || amount <= 0n) return undefined;
  if (node.operatorToken.kind === kind.PlusEqualsToken) return amount;
  if (node.operatorToken.kind === kind.MinusEqualsToken) return -amount;
  const shifts: TypeScript.SyntaxKind[] = [kind.GreaterThanGreaterThanGreaterThanEqualsToken];
  return shifts.includes(node.operatorToken.kind) ? 'shift' : undefined;
}

function integerOf(node: TypeScript.Expression): bigint | undefined {
  if (ts.isNumericLiteral(node)) return integerOfText(node.text);
  return ts.isBigIntLiteral(node) ? BigInt(node.text.slice(0, -1)) : undefined;
}

function isName(node: TypeScript.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function assignments(name: string, node: TypeScript.Node): TypeScript.Expression[] {
  const found: TypeScript.Expression[] = [];
  const visit = (child: TypeScript.Node): void => {
    const kind = ts.SyntaxKind;
    if (ts.isBinaryExpression(child) && isName(child.left, name)) {
      const operator = child.operatorToken.kind;
      if (operator >= kind.FirstAssignment && operator <= kind.LastAssignment) found.push(child);
    }
    if ((ts.isPrefixUnaryExpression(child) || ts.isPostfixUnaryExpression(child)) && isName(child.operand, name)) {
      if (child.operator === kind.PlusPlusToken || child.operator === kind.MinusMinusToken) found.push(child);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function hasContinue(node: TypeScript.Node): boolean {
  if (ts.isContinueStatement(node)) return true;
  return ts.forEachChild(node, (child) => (hasContinue(child) ? true : undefined)) === true;
}
