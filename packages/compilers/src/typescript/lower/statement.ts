import type TypeScript from 'typescript-js';
import type { Block } from '../../ir/index.ts';
import { kindName, ts } from '../facade/index.ts';
import { Abort } from './abort.ts';
import { lowerDo, lowerFor, lowerForOf, lowerWhile } from './loops.ts';
import type { Lowering } from './lowering.ts';
import { lowerVariables } from './statement-parts.ts';
import { lowerSwitch } from './switch.ts';
import { lowerTailCall, tailCallOf } from './tail-call.ts';

/** One statement. A diagnostic in it does not stop the next. */
export function lowerStatement(l: Lowering, node: TypeScript.Statement): void {
  if (l.unreachable && !ts.isFunctionDeclaration(node)) return;
  l.at(node);
  try {
    lower(l, node);
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
  }
}

function lower(l: Lowering, node: TypeScript.Statement): void {
  if (ts.isBlock(node)) {
    lowerBlock(l, node.statements);
    return;
  }
  if (ts.isVariableStatement(node)) {
    lowerVariables(l, node.declarationList);
    return;
  }
  if (ts.isExpressionStatement(node)) {
    l.expression(node.expression);
    return;
  }
  if (ts.isIfStatement(node)) {
    lowerIf(l, node);
    return;
  }
  if (ts.isReturnStatement(node)) {
    lowerReturn(l, node);
    return;
  }
  if (ts.isForStatement(node)) {
    lowerFor(l, node);
    return;
  }
  if (ts.isForOfStatement(node)) {
    lowerForOf(l, node);
    return;
  }
  if (ts.isWhileStatement(node)) {
    lowerWhile(l, node);
    return;
  }
  if (ts.isDoStatement(node)) {
    lowerDo(l, node);
    return;
  }
  if (ts.isSwitchStatement(node)) {
    lowerSwitch(l, node);
    return;
  }
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) {
    lowerJump(l, node);
    return;
  }
  if (ts.isLabeledStatement(node)) {
    l.statement(node.statement);
    return;
  }
  if (ts.isEmptyStatement(node) || ts.isFunctionDeclaration(node)) return;
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
  if (ts.isThrowStatement(node) || ts.isTryStatement(node)) l.fail(node, 1004);
  if (ts.isClassDeclaration(node)) l.fail(node, 1002);
  l.fail(node, 1000, { kind: kindName(node.kind) });
}

export function lowerBlock(l: Lowering, statements: readonly TypeScript.Statement[]): void {
  for (const statement of statements) lowerStatement(l, statement);
}

function lowerIf(l: Lowering, node: TypeScript.IfStatement): void {
  const { builder } = l;
  const [then, otherwise, done] = [builder.block('then'), builder.block('else'), builder.block('endif')];
  l.condition(node.expression, then, node.elseStatement ? otherwise : done);
  builder.seal(then);
  builder.seal(otherwise);
  const thenLeft = branchOf(l, then, node.thenStatement, done);
  const elseLeft = node.elseStatement !== undefined && branchOf(l, otherwise, node.elseStatement, done);
  l.unreachable = thenLeft && elseLeft;
  builder.seal(done);
  builder.enter(done);
}

/** A branch of an if; true where control leaves it for good. */
function branchOf(l: Lowering, block: Block, node: TypeScript.Statement, done: Block): boolean {
  l.builder.enter(block);
  l.statement(node);
  const left = l.unreachable;
  if (!left) l.jump(done);
  l.unreachable = false;
  return left;
}

function lowerReturn(l: Lowering, node: TypeScript.ReturnStatement): void {
  const { expression } = node;
  if (expression === undefined) {
    l.frame.leave({ kind: 'nothing' }, node);
    return;
  }
  lowerReturned(l, expression);
}

/** `return expression`, or the body of an arrow function that is one. */
export function lowerReturned(l: Lowering, expression: TypeScript.Expression): void {
  const call = tailCallOf(l, expression);
  const operand = call ? lowerTailCall(l, call) : l.expression(expression);
  l.at(expression);
  l.frame.leave(operand, expression);
}

function lowerJump(l: Lowering, node: TypeScript.BreakStatement | TypeScript.ContinueStatement): void {
  const label = node.label?.text;
  const isContinue = ts.isContinueStatement(node);
  const target = l.frame.jumps.findLast(
    (jump) => (label === undefined || jump.label === label) && (!isContinue || jump.continueTo !== undefined),
  );
  const block = isContinue ? target?.continueTo : target?.breakTo;
  if (block === undefined) l.fail(node, 1000, { kind: 'a jump out of a callback' });
  l.jump(block);
  l.unreachable = true;
}
