import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { binaryInts, constantOf, demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe, type IntOperand, type Operand } from './operand.ts';
import { type Reference, referenceOf } from './reference.ts';

/** `x++` and `++x`. */
export function step(
  l: Lowering,
  node: TypeScript.PrefixUnaryExpression | TypeScript.PostfixUnaryExpression,
  prefix: boolean,
): Operand {
  const target = referenceOf(l, node.operand);
  const before = target.read();
  l.at(node);
  if (before.kind !== 'int') return l.fail(node, 1021, { operator: '++', type: describe(before) });
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
  const after = addTo(l, target, operator, before, literal(l, 1n, before.big), node, [node.operand, node.operand]);
  target.warnShared?.(node, `atomic.${operator === ts.SyntaxKind.PlusToken ? 'add' : 'sub'}(..)`);
  return prefix ? after : before;
}

/** The new value of a variable that something is added to. Sums in loops are bounded by how often the loop runs. */
function addTo(
  l: Lowering,
  target: Reference,
  operator: TypeScript.SyntaxKind,
  before: IntOperand,
  by: IntOperand,
  node: TypeScript.Node,
  sides: readonly [TypeScript.Node, TypeScript.Node],
): IntOperand {
  const kind = ts.SyntaxKind;
  const isSum = operator === kind.PlusToken || operator === kind.MinusToken;
  const known = constantOf(before);
  if (isSum && target.sums > 0n && !before.big && l.repetitions > 1n && known === undefined) {
    const most = (1n << 52n) / (l.repetitions * target.sums);
    const fix = `u16(${sides[1].getText()})`;
    demand(l, by, { min: -most, max: most }, sides[1], 2002, { fix });
    const value = l.builder.binary(operator === kind.PlusToken ? 'add' : 'sub', before.value, by.value);
    const sum: IntOperand = { ...before, value };
    target.store(sum);
    return sum;
  }
  if (target.memory && (isSum || operator === kind.AsteriskToken)) {
    // Memory wraps by itself.
    const value = l.builder.binary(
      operator === kind.PlusToken ? 'add' : operator === kind.MinusToken ? 'sub' : 'mul',
      before.value,
      by.value,
    );
    if (operator !== kind.AsteriskToken || before.big) {
      const sum: IntOperand = { ...before, value };
      target.write(sum, node);
      return sum;
    }
  }
  const after = binaryInts(l, operator, before, by, node, sides);
  target.write(after, node);
  return after;
}

export function assign(l: Lowering, node: TypeScript.BinaryExpression): Operand {
  const target = referenceOf(l, node.left);
  if (target.writeNode) {
    target.writeNode(node.right);
    return { kind: 'nothing' };
  }
  const value = l.expression(node.right);
  l.at(node);
  target.write(value, node.right);
  if (sharedReadWrite(l, node)) target.warnShared?.(node, 'atomic');
  return value;
}

/** `x.n = x.n + 1`. */
function sharedReadWrite(_l: Lowering, node: TypeScript.BinaryExpression): boolean {
  return ts.isBinaryExpression(node.right) && node.right.left.getText() === node.left.getText();
}

/** `x += y` and its like. */
export function assignCompound(l: Lowering, node: TypeScript.BinaryExpression): Operand {
  const text = (ts.tokenToString(node.operatorToken.kind) ?? '').slice(0, -1);
  if (text === '&&' || text === '||' || text === '??') return l.fail(node, 1012, { operator: `${text}=` });
  const operator = tokenOf(text);
  const target = referenceOf(l, node.left);
  const before = target.read();
  const by = l.expression(node.right);
  l.at(node);
  if (before.kind === 'view' || by.kind === 'text')
    return l.fail(node, before.kind === 'view' && before.schema.kind !== 'text' ? 1021 : 1013, {
      operator: `${text}=`,
      type: describe(before),
    });
  if (before.kind !== 'int') return l.fail(node.left, 1021, { operator: `${text}=`, type: describe(before) });
  if (by.kind !== 'int') return l.fail(node.right, 1021, { operator: `${text}=`, type: describe(by) });
  const result = addTo(l, target, operator, before, by, node, [node.left, node.right]);
  target.warnShared?.(node, atomicFix(node, text));
  return result;
}

function atomicFix(node: TypeScript.BinaryExpression, operator: string): string {
  const names: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '&': 'and', '|': 'or', '^': 'xor' };
  const name = names[operator];
  const { left } = node;
  if (name === undefined || !ts.isPropertyAccessExpression(left)) return 'atomic';
  return `atomic.${name}(${left.expression.getText()}, '${left.name.text}', ${node.right.getText()})`;
}

function tokenOf(text: string): TypeScript.SyntaxKind {
  const kind = ts.SyntaxKind;
  const tokens: Readonly<Record<string, TypeScript.SyntaxKind>> = {
    '+': kind.PlusToken,
    '-': kind.MinusToken,
    '*': kind.AsteriskToken,
    '**': kind.AsteriskAsteriskToken,
    '/': kind.SlashToken,
    '%': kind.PercentToken,
    '&': kind.AmpersandToken,
    '|': kind.BarToken,
    '^': kind.CaretToken,
    '<<': kind.LessThanLessThanToken,
    '>>': kind.GreaterThanGreaterThanToken,
    '>>>': kind.GreaterThanGreaterThanGreaterThanToken,
  };
  return tokens[text] ?? kind.Unknown;
}
