import type TypeScript from 'typescript-js';
import type { Evaluator } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';

/** Refuses what stands at the top of a module and would have to run: a module only declares. */
export function checkModule(evaluator: Evaluator, file: TypeScript.SourceFile): void {
  for (const statement of file.statements) checkStatement(evaluator, statement);
}

function checkStatement(evaluator: Evaluator, node: TypeScript.Statement): void {
  const { reporter } = evaluator;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isFunctionDeclaration(node)) return;
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isEmptyStatement(node)) return;
  if (ts.isClassDeclaration(node)) reporter.report(node, 1002);
  else if (ts.isThrowStatement(node) || ts.isTryStatement(node)) reporter.report(node, 1004);
  else if (ts.isVariableStatement(node)) checkVariables(evaluator, node);
  else if (!isAmbient(node)) reporter.report(node, 1018);
}

function isAmbient(node: TypeScript.Statement): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
  );
}

function checkVariables(evaluator: Evaluator, node: TypeScript.VariableStatement): void {
  const { checker, reporter } = evaluator;
  if (isAmbient(node)) return;
  const isConst = (node.declarationList.flags & ts.NodeFlags.Const) !== 0;
  for (const { name, initializer } of node.declarationList.declarations) {
    if (!isConst)
      reporter.report(name, (node.declarationList.flags & ts.NodeFlags.Let) === 0 ? 1014 : 1024, {
        name: name.getText(),
      });
    else if (ts.isIdentifier(name) && initializer) {
      const symbol = checker.getSymbolAtLocation(name);
      const before = reporter.count;
      const value = symbol && evaluator.valueOf(symbol);
      if (value === undefined && reporter.count === before) reportUnknown(evaluator, initializer);
    } else reporter.report(name, 3001);
  }
}

/** Says what of an expression is not known, where it has a name of its own. */
function reportUnknown({ reporter }: Evaluator, node: TypeScript.Expression): void {
  if (ts.isNumericLiteral(node)) reporter.report(node, 1005, { text: node.getText() });
  else if (ts.isRegularExpressionLiteral(node)) reporter.report(node, 1006);
  else if (ts.isClassExpression(node)) reporter.report(node, 1002);
  else reporter.report(node, 3001);
}
