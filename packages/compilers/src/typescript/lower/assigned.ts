import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';

/** What a file assigns to, by name. */
interface Assignments {
  readonly names: ReadonlySet<string>;
  /** Number of places that add to the name, or subtract from it. */
  readonly sums: ReadonlyMap<string, bigint>;
}

const known = new WeakMap<TypeScript.SourceFile, Assignments>();

function assignmentsOf(file: TypeScript.SourceFile): Assignments {
  const found = known.get(file) ?? collect(file);
  known.set(file, found);
  return found;
}

function collect(file: TypeScript.SourceFile): Assignments {
  const names = new Set<string>();
  const sums = new Map<string, bigint>();
  const note = (node: TypeScript.Node, isSum: boolean) => {
    if (!ts.isIdentifier(node)) return;
    names.add(node.text);
    if (isSum) sums.set(node.text, (sums.get(node.text) ?? 0n) + 1n);
  };
  const visit = (node: TypeScript.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      note(node.left, isSum(node.operatorToken.kind));
    }
    if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node.operator)) {
      note(node.operand, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { names, sums };
}

function isAssignment(kind: TypeScript.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
function isSum(kind: TypeScript.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.PlusEqualsToken || kind === ts.SyntaxKind.MinusEqualsToken;
}
function isStep(kind: TypeScript.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.PlusPlusToken || kind === ts.SyntaxKind.MinusMinusToken;
}

/** Whether the variable of that name may change. */
export function isAssigned(name: TypeScript.Identifier): boolean {
  return assignmentsOf(name.getSourceFile()).names.has(name.text);
}

/** Number of places that add to the variable of that name. */
export function sumsOf(name: TypeScript.Identifier): bigint {
  return assignmentsOf(name.getSourceFile()).sums.get(name.text) ?? 0n;
}
