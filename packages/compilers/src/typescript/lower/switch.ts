import type TypeScript from 'typescript-js';
import type { Block } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { compareInts } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe } from './operand.ts';

/** Cases are compared in order; a case without `break` runs into the next. */
export function lowerSwitch(l: Lowering, node: TypeScript.SwitchStatement): void {
  const { builder } = l;
  const subject = l.expression(node.expression);
  if (subject.kind !== 'int') l.fail(node.expression, 1021, { operator: 'switch', type: describe(subject) });
  const { clauses } = node.caseBlock;
  const blocks = clauses.map(() => builder.block('case'));
  const done = builder.block('endswitch');
  let fallback: Block = done;
  for (const [index, clause] of clauses.entries()) {
    const block = blocks[index] ?? done;
    if (ts.isDefaultClause(clause)) {
      fallback = block;
      continue;
    }
    const value = l.expression(clause.expression);
    l.at(clause.expression);
    if (value.kind !== 'int') l.fail(clause.expression, 1021, { operator: 'case', type: describe(value) });
    const next = builder.block('next');
    const { operator, left, right, width } = compareInts(l, 'eq', subject, value, '===', [
      node.expression,
      clause.expression,
    ]);
    l.flush();
    builder.branch({ kind: 'compare', operator, width }, left, right, block, next);
    builder.seal(next);
    builder.enter(next);
  }
  l.jump(fallback);
  l.frame.jumps.push({ label: labelOf(node), breakTo: done, continueTo: undefined });
  let open = false;
  for (const [index, clause] of clauses.entries()) {
    const block = blocks[index] ?? done;
    if (open) l.jump(block);
    builder.seal(block);
    builder.enter(block);
    l.unreachable = false;
    for (const statement of clause.statements) l.statement(statement);
    open = !l.unreachable;
  }
  l.frame.jumps.pop();
  if (open) l.jump(done);
  l.unreachable = false;
  builder.seal(done);
  l.unreachable = done.predecessors.length === 0;
  builder.enter(done);
}

/** The label that stands before a statement. */
export function labelOf(node: TypeScript.Node): string | undefined {
  return ts.isLabeledStatement(node.parent) ? node.parent.label.text : undefined;
}
