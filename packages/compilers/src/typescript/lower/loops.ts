import type TypeScript from 'typescript-js';
import type { Block } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { bind } from './bind.ts';
import { intCarrier } from './carrier.ts';
import { inductionOf } from './induction.ts';
import { constantOf, demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { placeAt, readPlace, usePlace } from './memory.ts';
import { describe, type IntOperand, type Operand, type ViewOperand } from './operand.ts';
import { lowerVariables } from './statement-parts.ts';
import { labelOf } from './switch.ts';

/** Most rounds of a loop that the kernel's verifier follows one by one. */
export const MOST_ROUNDS = 4096n;
/** Loops of so few rounds are written out. */
const UNROLLED_ROUNDS = 8n;

/** `for (let i = 0; i < n; i += 1) ..` */
export function lowerFor(l: Lowering, node: TypeScript.ForStatement): void {
  const { initializer, condition, incrementor } = node;
  if (initializer && ts.isVariableDeclarationList(initializer)) lowerVariables(l, initializer);
  else if (initializer) l.expression(initializer);
  const rounds = roundsOf(l, node, condition, incrementor, node.statement);
  lowerLoop(l, node, rounds, condition, node.statement, () => {
    if (incrementor) l.expression(incrementor);
  });
}

export function lowerWhile(l: Lowering, node: TypeScript.WhileStatement): void {
  const rounds = roundsOf(l, node, node.expression, undefined, node.statement);
  lowerLoop(l, node, rounds, node.expression, node.statement, () => undefined);
}

/** The body of `do .. while` runs before the first test: the loop is a while whose first test is left out. */
export function lowerDo(l: Lowering, node: TypeScript.DoStatement): void {
  const { builder } = l;
  const rounds = roundsOf(l, node, node.expression, undefined, node.statement);
  const [body, test, done] = [builder.block('body'), builder.block('test'), builder.block('done')];
  l.jump(body);
  builder.enter(body);
  repeated(l, node, rounds, done, test, () => l.statement(node.statement));
  if (!l.unreachable) l.jump(test);
  l.unreachable = false;
  builder.seal(test);
  builder.enter(test);
  l.condition(node.expression, body, done);
  builder.seal(body);
  builder.seal(done);
  builder.enter(done);
}

/** How often the loop may run; reported where there is no proof. */
function roundsOf(
  l: Lowering,
  node: TypeScript.Node,
  condition: TypeScript.Expression | undefined,
  incrementor: TypeScript.Expression | undefined,
  body: TypeScript.Statement,
): bigint {
  const induction = condition && inductionOf(condition, incrementor, body);
  if (induction === undefined) return l.fail(condition ?? node, 6002);
  if (induction.kind === 'shift') return 64n;
  const start = l.expression(induction.variable);
  const limit = l.expression(induction.limit);
  l.at(node);
  if (start.kind !== 'int' || limit.kind !== 'int') return l.fail(condition ?? node, 6002);
  const [low, high] = induction.up ? [start, limit] : [limit, start];
  const from = knownOf(low) ?? low.range.min;
  const to = knownOf(high) ?? high.range.max;
  const rounds = MOST_ROUNDS * induction.step;
  const known = knownOf(start) !== undefined && knownOf(limit) !== undefined;
  if (from !== undefined && to !== undefined) {
    const count = (to - from + induction.step - 1n) / induction.step + (induction.inclusive ? 1n : 0n);
    if (count <= MOST_ROUNDS) return count < 1n ? 1n : count;
    if (known) return l.fail(condition ?? node, 6003, { count, limit: MOST_ROUNDS });
  }
  const base = knownOf(low) ?? (from !== undefined && from > -(1n << 31n) ? from : undefined);
  if (base === undefined) return l.fail(condition ?? node, 6002);
  demand(l, high, { max: base + rounds }, condition ?? node, 6002);
  return MOST_ROUNDS + 1n;
}

/** The number that a variable holds before the loop, where it is a constant. */
function knownOf(operand: IntOperand): bigint | undefined {
  const { operation } = operand.value;
  return constantOf(operand) ?? (operation.kind === 'constant' ? operation.value : undefined);
}

/** Test, body, step, and again. */
function lowerLoop(
  l: Lowering,
  node: TypeScript.Node,
  rounds: bigint,
  condition: TypeScript.Expression | undefined,
  statement: TypeScript.Statement,
  step: () => void,
): void {
  if (rounds <= UNROLLED_ROUNDS && condition && /\.at\(/.test(statement.getText())) {
    writeOut(l, node, rounds, condition, statement, step);
    return;
  }
  const { builder } = l;
  const blocks = ['loop', 'body', 'step', 'done'].map((name) => builder.block(name));
  const [test, body, next, done] = blocks as [Block, Block, Block, Block];
  l.jump(test);
  builder.enter(test);
  if (condition) l.condition(condition, body, done);
  else l.jump(body);
  builder.seal(body);
  builder.enter(body);
  repeated(l, node, rounds, done, next, () => {
    l.statement(statement);
    if (!l.unreachable) l.jump(next);
    l.unreachable = false;
    builder.seal(next);
    builder.enter(next);
    l.at(node);
    step();
    l.jump(test);
  });
  builder.seal(test);
  builder.seal(done);
  builder.enter(done);
}

/** The rounds one after another: an offset into the packet that grows in each of them is then known. */
function writeOut(
  l: Lowering,
  node: TypeScript.Node,
  rounds: bigint,
  condition: TypeScript.Expression,
  statement: TypeScript.Statement,
  step: () => void,
): void {
  const { builder } = l;
  const done = builder.block('done');
  for (let round = 0n; round < rounds; round += 1n) {
    const [body, next] = [builder.block('body'), builder.block('step')];
    l.condition(condition, body, done);
    builder.seal(body);
    builder.enter(body);
    l.frame.jumps.push({ label: labelOf(node), breakTo: done, continueTo: next });
    l.statement(statement);
    l.frame.jumps.pop();
    if (!l.unreachable) l.jump(next);
    l.unreachable = false;
    builder.seal(next);
    builder.enter(next);
    l.at(node);
    step();
  }
  l.jump(done);
  builder.seal(done);
  builder.enter(done);
}

/** Compiles a part that runs up to `rounds` times. */
function repeated(
  l: Lowering,
  node: TypeScript.Node,
  rounds: bigint,
  done: Block,
  next: Block,
  part: () => void,
): void {
  const outer = l.repetitions;
  l.repetitions = outer * rounds;
  l.frame.jumps.push({ label: labelOf(node), breakTo: done, continueTo: next });
  part();
  l.frame.jumps.pop();
  l.repetitions = outer;
}

/** `for (const i of range(n))` and `for (const x of view)`. */
export function lowerForOf(l: Lowering, node: TypeScript.ForOfStatement): void {
  if (node.awaitModifier) l.fail(node, 1007);
  const { initializer, expression } = node;
  if (!ts.isVariableDeclarationList(initializer)) l.fail(initializer, 1000, { kind: 'for of without a declaration' });
  const name = initializer.declarations[0]?.name;
  if (name === undefined) return;
  const ends = rangeCall(l, expression);
  if (ends !== undefined) {
    lowerRange(l, node, name, ends);
    return;
  }
  const target = l.expression(expression);
  if (target.kind === 'tuple') {
    const { elements } = target;
    unroll(l, node, name, 0n, BigInt(elements.length), (index) => elements[Number(index)] ?? { kind: 'undefined' });
    return;
  }
  if (target.kind === 'view' && target.schema.kind === 'array') {
    lowerElements(l, node, name, target);
    return;
  }
  l.fail(expression, 1021, { operator: 'for of', type: describe(target) });
}

interface Ends {
  readonly start: IntOperand;
  readonly end: IntOperand;
  readonly node: TypeScript.Expression;
}

/** `range(end)` or `range(start, end)`. */
function rangeCall(l: Lowering, node: TypeScript.Expression): Ends | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = l.evaluator.expression(node.expression);
  if (callee?.kind !== 'library' || callee.name !== 'range') return undefined;
  const [first, second] = node.arguments;
  if (first === undefined) return undefined;
  const integer = (argument: TypeScript.Expression): IntOperand => {
    const operand = l.expression(argument);
    return operand.kind === 'int' ? operand : l.fail(argument, 2015, { type: describe(operand) });
  };
  const start = second === undefined ? literal(l, 0n, false) : integer(first);
  return { start, end: integer(second ?? first), node: second ?? first };
}

function lowerRange(l: Lowering, node: TypeScript.ForOfStatement, name: TypeScript.BindingName, ends: Ends): void {
  const [start, end] = [constantOf(ends.start), constantOf(ends.end)];
  if (start !== undefined && end !== undefined) {
    if (end - start > MOST_ROUNDS) l.fail(ends.node, 6003, { count: end - start, limit: MOST_ROUNDS });
    if (end - start <= UNROLLED_ROUNDS) {
      unroll(l, node, name, start, end, (index) => literal(l, index, false));
      return;
    }
  }
  const from = ends.start.range.min ?? 0n;
  const limit = demand(l, ends.end, { max: from + MOST_ROUNDS }, ends.node, 6002);
  counted(l, node, { ...ends, end: limit }, name, (index) => index);
}

function lowerElements(
  l: Lowering,
  node: TypeScript.ForOfStatement,
  name: TypeScript.BindingName,
  view: ViewOperand,
): void {
  const { schema, place } = view;
  if (schema.kind !== 'array') return;
  const { element, length } = schema;
  if (BigInt(length) <= UNROLLED_ROUNDS) {
    unroll(l, node, name, 0n, BigInt(length), (index) =>
      readPlace(l, element, placeAt(place, Number(index) * element.size), node),
    );
    return;
  }
  if (place.pointer.type === 'packet')
    l.fail(node.expression, 1000, { kind: 'a loop over more than 8 elements of a packet' });
  const ends = { start: literal(l, 0n, false), end: literal(l, BigInt(length), false), node: node.expression };
  counted(l, node, ends, name, (index) => {
    usePlace(l, place, node);
    const bytes =
      element.size === 1 ? index.value : l.builder.binary('mul', index.value, l.builder.constant(element.size));
    return readPlace(l, element, { ...place, pointer: l.builder.pointerAdd(place.pointer, bytes) }, node);
  });
}

/** The body once for each round. */
function unroll(
  l: Lowering,
  node: TypeScript.ForOfStatement,
  name: TypeScript.BindingName,
  start: bigint,
  end: bigint,
  value: (index: bigint) => Operand,
): void {
  const { builder } = l;
  const done = builder.block('done');
  for (let index = start; index < end; index += 1n) {
    const next = builder.block('next');
    l.at(node);
    bind(l, name, value(index), node);
    l.frame.jumps.push({ label: labelOf(node), breakTo: done, continueTo: next });
    l.statement(node.statement);
    l.frame.jumps.pop();
    if (!l.unreachable) l.jump(next);
    builder.seal(next);
    builder.enter(next);
    l.unreachable = next.predecessors.length === 0;
    if (l.unreachable) break;
  }
  if (!l.unreachable) l.jump(done);
  builder.seal(done);
  l.unreachable = done.predecessors.length === 0;
  builder.enter(done);
}

/** A loop over a counter. */
function counted(
  l: Lowering,
  node: TypeScript.ForOfStatement,
  { start, end }: Ends,
  name: TypeScript.BindingName,
  value: (index: IntOperand) => Operand,
): void {
  const { builder } = l;
  const range = { min: start.range.min ?? 0n, max: (end.range.max ?? 0n) - 1n };
  const carrier = intCarrier(builder, false, range, ts.isIdentifier(name) ? name.text : 'index');
  carrier.write(start);
  const blocks = ['loop', 'body', 'step', 'done'].map((text) => builder.block(text));
  const [test, body, next, done] = blocks as [Block, Block, Block, Block];
  l.jump(test);
  builder.enter(test);
  const index = carrier.read() as IntOperand;
  const isSigned = range.min < 0n || end.range.min === undefined || end.range.min < 0n;
  builder.branch(
    { kind: 'compare', operator: isSigned ? 'slt' : 'ult', width: 64 },
    index.value,
    end.value,
    body,
    done,
  );
  builder.seal(body);
  builder.enter(body);
  const rounds = range.max - range.min + 1n;
  repeated(l, node, rounds < 1n ? 1n : rounds, done, next, () => {
    bind(l, name, value(index), node);
    l.statement(node.statement);
    if (!l.unreachable) l.jump(next);
    l.unreachable = false;
    builder.seal(next);
    builder.enter(next);
    l.at(node);
    carrier.write({
      ...index,
      value: builder.binary('add', (carrier.read() as IntOperand).value, builder.constant(1)),
    });
    l.jump(test);
  });
  builder.seal(test);
  builder.seal(done);
  builder.enter(done);
}
