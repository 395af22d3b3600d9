import type TypeScript from 'typescript-js';
import type { Block } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { assign, assignCompound, step } from './assignments.ts';
import { binaryInts, type Comparison, compareInts, complement, negateInt } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { type Alternative, merge } from './merge.ts';
import { describe, type IntOperand, type Operand } from './operand.ts';
import { isCompound } from './scalars.ts';
import { testOptional } from './test-optional.ts';
import { compareTexts } from './text.ts';

const relations = new Map<string, 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'>([
  ['===', 'eq'],
  ['!==', 'ne'],
  ['<', 'lt'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['>=', 'ge'],
]);

/** `a + b`, `a === b`, `a && b`, `a = b`, ... */
export function lowerBinary(l: Lowering, node: TypeScript.BinaryExpression): Operand {
  const operator = node.operatorToken.kind;
  const kind = ts.SyntaxKind;
  if (operator === kind.EqualsToken) return assign(l, node);
  if (isCompound(operator)) return assignCompound(l, node);
  if (operator === kind.CommaToken) {
    l.expression(node.left);
    return l.expression(node.right);
  }
  if (operator === kind.QuestionQuestionToken) return lowerCoalesce(l, node);
  const text = ts.tokenToString(operator) ?? '';
  refuse(l, node, text);
  if (relations.has(text)) return lowerComparison(l, node, text);
  if (operator === kind.AmpersandAmpersandToken || operator === kind.BarBarToken) return lowerLogical(l, node);
  const left = l.expression(node.left);
  const right = l.expression(node.right);
  l.at(node);
  return binary(l, operator, left, right, node, [node.left, node.right]);
}

function refuse(l: Lowering, node: TypeScript.BinaryExpression, text: string): void {
  if (text === '==' || text === '!=') {
    const replacement = `${text}=`;
    l.fail(
      node,
      1010,
      { operator: text, replacement },
      `${node.left.getText()} ${replacement} ${node.right.getText()}`,
    );
  }
  if (text === 'in' || text === 'instanceof') l.fail(node, 1012, { operator: text });
}

function binary(
  l: Lowering,
  operator: TypeScript.SyntaxKind,
  left: Operand,
  right: Operand,
  node: TypeScript.Node,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  const text = ts.tokenToString(operator) ?? '';
  const texts = [left, right].some(
    (side) => side.kind === 'text' || (side.kind === 'view' && side.schema.kind === 'text'),
  );
  if (texts) return l.fail(node, 1013);
  if (left.kind !== 'int') return l.fail(sides[0], 1021, { operator: text, type: describe(left) });
  if (right.kind !== 'int') return l.fail(sides[1], 1021, { operator: text, type: describe(right) });
  return binaryInts(l, operator, left, right, node, sides);
}

/** A comparison with a result that is used as a value. */
function lowerComparison(l: Lowering, node: TypeScript.BinaryExpression, text: string): Operand {
  const comparison = comparisonOf(l, node, text);
  if (comparison !== undefined) {
    const { operator, left, right, width } = comparison;
    return { kind: 'bool', value: l.builder.compare(operator, left, right, width) };
  }
  return boolOfCondition(l, node);
}

/** The comparison of two integers or booleans; undefined where the node compares something else. */
function comparisonOf(l: Lowering, node: TypeScript.BinaryExpression, text: string): Comparison | undefined {
  const relation = relations.get(text);
  if (relation === undefined || isUndefined(l, node.left) || isUndefined(l, node.right)) return undefined;
  const left = l.expression(node.left);
  const right = l.expression(node.right);
  l.at(node);
  return compareOperands(l, relation, left, right, node, text);
}

function compareOperands(
  l: Lowering,
  relation: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge',
  left: Operand,
  right: Operand,
  node: TypeScript.BinaryExpression,
  text: string,
): Comparison {
  const sides = [node.left, node.right] as const;
  const equality = relation === 'eq' || relation === 'ne';
  if (left.kind === 'bool' && right.kind === 'bool' && equality) {
    return { operator: relation, left: left.value, right: right.value, width: 64 };
  }
  const asText = equality ? compareTexts(l, left, right, node) : undefined;
  if (asText !== undefined) {
    return { operator: relation === 'eq' ? 'eq' : 'ne', left: asText, right: l.builder.constant(0), width: 64 };
  }
  if (equality && left.kind === 'optional' && right.kind === 'int')
    return optionalEquality(l, relation, left, right, node, text);
  if (left.kind === 'view' || right.kind === 'view') {
    const equals = `${relation === 'ne' ? '!' : ''}equals(${node.left.getText()}, ${node.right.getText()})`;
    return l.fail(node, 2010, { operator: text, fix: equals }, equals);
  }
  if (left.kind !== 'int') return l.fail(sides[0], 1021, { operator: text, type: describe(left) });
  if (right.kind !== 'int') return l.fail(sides[1], 1021, { operator: text, type: describe(right) });
  if (left.big !== right.big) {
    const number = left.big ? node.right : node.left;
    const fix = `u64(${number.getText()})`;
    const replaced = left.big ? `${node.left.getText()} ${text} ${fix}` : `${fix} ${text} ${node.right.getText()}`;
    return l.fail(node, 2011, { fix }, replaced);
  }
  return compareInts(l, relation, left, right, text, sides);
}

/** `map.get(k) === 1`: false where there is no value. */
function optionalEquality(
  l: Lowering,
  relation: 'eq' | 'ne',
  left: Operand & { kind: 'optional' },
  right: IntOperand,
  node: TypeScript.BinaryExpression,
  text: string,
): Comparison {
  const { builder } = l;
  const [some, none] = [builder.block('some'), builder.block('none')];
  testOptional(l, left, some, none);
  builder.seal(some);
  builder.seal(none);
  builder.enter(some);
  const payload = left.payload();
  if (payload.kind !== 'int') return l.fail(node, 1021, { operator: text, type: describe(payload) });
  const { operator, left: a, right: b, width } = compareInts(l, 'eq', payload, right, text, [node.left, node.right]);
  const equal = builder.compare(operator, a, b, width);
  const alternatives: Alternative[] = [
    { block: builder.current, operand: { kind: 'bool', value: equal } },
    { block: none, operand: { kind: 'bool', value: zeroIn(l, none) } },
  ];
  const merged = merge(l, alternatives, node);
  const value = merged.kind === 'bool' ? merged.value : builder.constant(0);
  return { operator: relation === 'eq' ? 'ne' : 'eq', left: value, right: builder.constant(0), width: 64 };
}

function zeroIn(l: Lowering, block: Block) {
  const here = l.builder.current;
  l.builder.enter(block);
  const zero = l.builder.constant(0);
  l.builder.enter(here);
  return zero;
}

function isUndefined(l: Lowering, node: TypeScript.Expression): boolean {
  return (
    ts.isIdentifier(node) && node.text === 'undefined' && l.evaluator.symbolOf(node)?.valueDeclaration === undefined
  );
}

/** `a && b` and `a || b` as values. */
function lowerLogical(l: Lowering, node: TypeScript.BinaryExpression): Operand {
  const type = l.evaluator.checker.getTypeAtLocation(node);
  if (type.flags & ts.TypeFlags.BooleanLike) return boolOfCondition(l, node);
  const { builder } = l;
  const left = l.expression(node.left);
  const [right, done] = [builder.block('right'), builder.block('done')];
  const and = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  truth(l, left, node.left, and ? right : done, and ? done : right);
  builder.seal(right);
  builder.seal(done);
  builder.enter(right);
  const second = l.expression(node.right);
  l.flush();
  const end = builder.current;
  const kept =
    left.kind === 'optional' && !and
      ? left.payload()
      : left.kind === 'optional'
        ? { kind: 'undefined' as const }
        : left;
  return merge(
    l,
    [
      { block: done, operand: kept },
      { block: end, operand: second },
    ],
    node,
  );
}

/** `a ?? b`. */
function lowerCoalesce(l: Lowering, node: TypeScript.BinaryExpression): Operand {
  const left = l.expression(node.left);
  if (left.kind === 'undefined') return l.expression(node.right);
  if (left.kind !== 'optional') return left;
  const { builder } = l;
  const [some, none] = [builder.block('some'), builder.block('none')];
  testOptional(l, left, some, none);
  builder.seal(some);
  builder.seal(none);
  builder.enter(none);
  const second = l.expression(node.right);
  l.flush();
  const end = builder.current;
  builder.enter(some);
  const first = left.payload();
  return merge(
    l,
    [
      { block: builder.current, operand: first },
      { block: end, operand: second },
    ],
    node,
  );
}

/** 0 or 1 from a condition. */
export function boolOfCondition(l: Lowering, node: TypeScript.Expression): Operand {
  const { builder } = l;
  const [yes, no] = [builder.block('true'), builder.block('false')];
  l.condition(node, yes, no);
  builder.seal(yes);
  builder.seal(no);
  builder.enter(yes);
  const one: Operand = { kind: 'bool', value: builder.constant(1) };
  builder.enter(no);
  const zero: Operand = { kind: 'bool', value: builder.constant(0) };
  return merge(
    l,
    [
      { block: yes, operand: one },
      { block: no, operand: zero },
    ],
    node,
  );
}

/** `a ? b : c`. */
export function lowerConditional(l: Lowering, node: TypeScript.ConditionalExpression): Operand {
  const { builder } = l;
  const [yes, no] = [builder.block('then'), builder.block('else')];
  l.condition(node.condition, yes, no);
  builder.seal(yes);
  builder.seal(no);
  const alternatives = (
    [
      [yes, node.whenTrue],
      [no, node.whenFalse],
    ] as const
  ).map(([block, branch]): Alternative => {
    builder.enter(block);
    const operand = l.expression(branch);
    l.flush();
    return { block: builder.current, operand };
  });
  return merge(l, alternatives, node);
}

/** Branches on an expression. */
export function lowerCondition(l: Lowering, node: TypeScript.Expression, then: Block, otherwise: Block): void {
  const kind = ts.SyntaxKind;
  if (ts.isParenthesizedExpression(node)) {
    lowerCondition(l, node.expression, then, otherwise);
    return;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === kind.ExclamationToken) {
    lowerCondition(l, node.operand, otherwise, then);
    return;
  }
  if (!ts.isBinaryExpression(node)) {
    lowerTruth(l, node, then, otherwise);
    return;
  }
  const operator = node.operatorToken.kind;
  const text = ts.tokenToString(operator) ?? '';
  if (operator === kind.AmpersandAmpersandToken || operator === kind.BarBarToken) {
    const next = l.builder.block('next');
    const and = operator === kind.AmpersandAmpersandToken;
    lowerCondition(l, node.left, and ? next : then, and ? otherwise : next);
    l.builder.seal(next);
    l.builder.enter(next);
    lowerCondition(l, node.right, then, otherwise);
    return;
  }
  refuse(l, node, text);
  const presence = presenceTest(l, node, text);
  if (presence !== undefined) {
    const [some, none] = presence.equal ? [otherwise, then] : [then, otherwise];
    testPresence(l, presence.operand, some, none, node);
    return;
  }
  const comparison = relations.has(text) ? comparisonOf(l, node, text) : undefined;
  if (comparison === undefined) {
    lowerTruth(l, node, then, otherwise);
    return;
  }
  branch(l, comparison, then, otherwise);
}

function branch(l: Lowering, { operator, left, right, width }: Comparison, then: Block, otherwise: Block): void {
  l.flush();
  l.builder.branch({ kind: 'compare', operator, width }, left, right, then, otherwise);
}

/** `x === undefined` and `x !== undefined`. */
function presenceTest(
  l: Lowering,
  node: TypeScript.BinaryExpression,
  text: string,
): { operand: Operand; equal: boolean } | undefined {
  if (text !== '===' && text !== '!==') return undefined;
  const subject = isUndefined(l, node.right) ? node.left : isUndefined(l, node.left) ? node.right : undefined;
  if (subject === undefined) return undefined;
  const operand = l.expression(subject);
  l.at(node);
  return { operand, equal: text === '===' };
}

function testPresence(l: Lowering, operand: Operand, some: Block, none: Block, _node: TypeScript.Node): void {
  if (operand.kind === 'optional') testOptional(l, operand, some, none);
  else l.jump(operand.kind === 'undefined' ? none : some);
}

function lowerTruth(l: Lowering, node: TypeScript.Expression, then: Block, otherwise: Block): void {
  const operand = l.expression(node);
  l.at(node);
  truth(l, operand, node, then, otherwise);
}

/** Branches on whether JavaScript takes the operand for true. */
function truth(l: Lowering, operand: Operand, node: TypeScript.Expression, then: Block, otherwise: Block): void {
  switch (operand.kind) {
    case 'bool':
      branchBool(l, operand.value, then, otherwise);
      return;
    case 'int':
      if (operand.big) {
        refuseTruth(l, node, 'a bigint', 'nothing', '0n');
        return;
      }
      branch(l, { operator: 'ne', left: operand.value, right: l.builder.constant(0), width: 64 }, then, otherwise);
      return;
    case 'optional':
      if (operand.of === 'int') {
        refuseTruth(l, node, 'a value that may be undefined', 'undefined', 'undefined');
        return;
      }
      testOptional(l, operand, then, otherwise);
      return;
    case 'undefined':
      l.jump(otherwise);
      return;
    case 'view':
    case 'ref':
    case 'socket':
    case 'tuple':
    case 'map':
      l.jump(then);
      return;
    default:
      l.fail(node, 1021, { operator: 'if', type: describe(operand) });
  }
}

function refuseTruth(l: Lowering, node: TypeScript.Expression, type: string, other: string, zero: string): never {
  const { parent } = node;
  const negated = ts.isPrefixUnaryExpression(parent);
  const fix = `${node.getText()} ${negated ? '===' : '!=='} ${zero}`;
  const replacement = negated ? `(${fix})` : fix;
  return l.fail(negated ? parent : node, 2009, { type, other, fix }, replacement);
}

function branchBool(l: Lowering, value: IntOperand['value'], then: Block, otherwise: Block): void {
  const { operation, operands } = value;
  const [left, right] = operands;
  if (operation.kind === 'constant') {
    l.jump(operation.value === 0n ? otherwise : then);
    return;
  }
  if (operation.kind === 'compare' && left && right) {
    branch(l, { operator: operation.operator, left, right, width: operation.width }, then, otherwise);
    return;
  }
  branch(l, { operator: 'ne', left: value, right: l.builder.constant(0), width: 64 }, then, otherwise);
}

/** `-x`, `~x`, `+x`, `!x`, `++x`. */
export function lowerPrefix(l: Lowering, node: TypeScript.PrefixUnaryExpression): Operand {
  const kind = ts.SyntaxKind;
  if (node.operator === kind.ExclamationToken) return boolOfCondition(l, node);
  if (node.operator === kind.PlusPlusToken || node.operator === kind.MinusMinusToken) return step(l, node, true);
  const operand = l.expression(node.operand);
  l.at(node);
  const text = ts.tokenToString(node.operator) ?? '';
  if (operand.kind !== 'int') return l.fail(node, 1021, { operator: text, type: describe(operand) });
  if (node.operator === kind.MinusToken) return negateInt(l, operand, node);
  return node.operator === kind.TildeToken ? complement(l, operand) : operand;
}

export function lowerPostfix(l: Lowering, node: TypeScript.PostfixUnaryExpression): Operand {
  return step(l, node, false);
}
