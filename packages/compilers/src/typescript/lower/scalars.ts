import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { demand } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe, type Operand } from './operand.ts';
import { SAFE, type ScalarType } from './types.ts';

/** Half of what numbers hold exactly: the other half is for sums in loops. */
const HALF = 1n << 52n;

/** The operand as a value of a declared type: integers must fit it. `isSum` says that loops add to the variable. */
export function fitted(
  l: Lowering,
  type: ScalarType | undefined,
  operand: Operand,
  node: TypeScript.Node,
  isSum = false,
): Operand {
  if (type === undefined || operand.kind === 'undefined' || operand.kind === 'optional') return operand;
  if (type.kind === 'bool')
    return operand.kind === 'bool' ? operand : l.fail(node, 1021, { operator: '=', type: describe(operand) });
  if (operand.kind !== 'int') return l.fail(node, 2015, { type: describe(operand) });
  if (type.name === 'bigint') return operand;
  if (type.name === 'number') {
    const fix = `u32(${node.getText()})`;
    const limit = isSum ? HALF : SAFE;
    return {
      ...demand(l, operand, { min: -limit, max: limit }, node, 2002, { fix }, fix),
      ...(operand.bitwise ? { bitwise: true } : {}),
    };
  }
  const { fix, replacement } = conversion(type.name, node);
  const { min, max } = type.range;
  return demand(
    l,
    operand,
    { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
    node,
    2001,
    { type: type.name, fix },
    replacement,
  );
}

/** `u32(x)` for a value, and `x = u32(x + y)` for `x += y`. */
function conversion(name: string, node: TypeScript.Node): { fix: string; replacement: string } {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) {
    const operator = ts.tokenToString(node.operatorToken.kind) ?? '';
    const [left, right] = [node.left.getText(), node.right.getText()];
    if (isCompound(node.operatorToken.kind)) {
      const fix = `${left} = ${name}(${left} ${operator.slice(0, -1)} ${right})`;
      return { fix, replacement: fix };
    }
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const step =
      node.operator === ts.SyntaxKind.PlusPlusToken ? '+' : node.operator === ts.SyntaxKind.MinusMinusToken ? '-' : '';
    if (step !== '') {
      const target = node.operand.getText();
      const fix = `${target} = ${name}(${target} ${step} 1)`;
      return { fix, replacement: fix };
    }
  }
  const fix = `${name}(${node.getText()})`;
  return { fix, replacement: fix };
}

export function isCompound(kind: TypeScript.SyntaxKind): boolean {
  return kind > ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
