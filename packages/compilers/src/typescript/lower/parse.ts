import type TypeScript from 'typescript-js';
import type { Block, Value, Variable } from '../../ir/index.ts';
import { integerOfText } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import { fieldOf, type HeaderFunction, type RecordSchema } from '../schema/index.ts';
import { callHelper, WRITES } from './helpers.ts';
import { binaryInts, compareInts, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { readField, stackPlace } from './memory.ts';
import type { IntOperand, Operand, Place } from './operand.ts';
import { packetPlace, pendingOptional, schemaOf } from './packet.ts';

/** `ctx.parse(Eth, Ipv4, Tcp)`. */
export function lowerParse(l: Lowering, node: TypeScript.CallExpression): Operand {
  const { packet, builder } = l;
  if (packet === undefined && !l.kind?.copies) {
    return l.fail(node, 5003, { kind: l.kind?.wrapper ?? 'this function', name: 'parse' });
  }
  const headers = node.arguments.map((argument) => {
    const schema = schemaOf(l, argument);
    return schema.kind === 'record' ? schema : l.fail(argument, 3005);
  });
  for (const [index, header] of headers.entries()) {
    const previous = headers[index - 1];
    if (previous && numbersOf(previous, header).length === 0) {
      l.fail(node.arguments[index] ?? node, 5002, { previous: previous.name, next: header.name });
    }
  }
  if (packet === undefined) return parseCopies(l, headers, node);
  const data = builder.read(packet.data);
  const end = builder.read(packet.end);
  const groups = groupHeaders(headers);
  const pointers = groups.map((group, index): Variable => ({ name: `header${group.first + index}`, type: 'packet' }));
  const present: Variable = { name: 'parsed', type: 'i64' };
  const state: Walk = { present, headers, groups, pointers, data, end, place: packetPlace(l, data, 0), node };
  return pendingOptional(l, {
    present,
    of: 'tuple',
    clear: () => {
      for (const pointer of pointers) builder.write(pointer, data);
    },
    emit: (then, otherwise) => walk(l, state, then, otherwise),
    payload: () => tuple(l, state),
  });
}

/** The headers as copies on the stack, one after another. */
function parseCopies(l: Lowering, headers: readonly RecordSchema[], node: TypeScript.CallExpression): Operand {
  const { builder } = l;
  const places = headers.map((header) => stackPlace(l, header.name, header.size, node));
  const present: Variable = { name: 'parsed', type: 'i64' };
  return pendingOptional(l, {
    present,
    of: 'tuple',
    clear: () => undefined,
    emit(then, otherwise) {
      let offset = builder.constant(0);
      for (const [index, header] of headers.entries()) {
        const place = places[index] as Place;
        const values = [builder.parameter(0), offset, place.pointer, builder.constant(header.size)];
        const result = callHelper(l, 'skb_load_bytes', values, WRITES, node);
        const inside = builder.block('inside');
        builder.branch({ kind: 'compare', operator: 'eq', width: 32 }, result, builder.constant(0), inside, otherwise);
        builder.seal(inside);
        builder.enter(inside);
        const next = headers[index + 1];
        if (next === undefined) break;
        expectNext(l, { node, header, next }, place, otherwise);
        const length = header.length
          ? headerExpression(l, header.length, header, place).value
          : builder.constant(header.size);
        offset = builder.binary('add', offset, length);
      }
      builder.write(present, builder.constant(1));
      builder.jump(then);
    },
    payload: () => ({
      kind: 'tuple',
      elements: headers.map((schema, index): Operand => ({ kind: 'view', schema, place: places[index] as Place })),
    }),
  });
}

/** Headers at constant distances: all of them are checked at once. */
interface HeaderGroup {
  readonly first: number;
  readonly count: number;
  /** Bytes from the pointer of the group to its first header, and to the end of its last. */
  readonly start: number;
  readonly end: number;
}

interface Walk {
  readonly present: Variable;
  readonly headers: readonly RecordSchema[];
  readonly groups: readonly HeaderGroup[];
  readonly pointers: readonly Variable[];
  readonly data: Value;
  readonly end: Value;
  readonly place: Place;
  readonly node: TypeScript.CallExpression;
}

function groupHeaders(headers: readonly RecordSchema[]): HeaderGroup[] {
  const groups: { first: number; count: number; start: number; end: number }[] = [];
  let offset = 0;
  for (const [index, header] of headers.entries()) {
    const last = groups.at(-1);
    const previous = headers[index - 1];
    if (last === undefined || previous?.length !== undefined) {
      const start = last === undefined || previous === undefined ? 0 : offset - previous.size;
      groups.push({ first: index, count: 1, start, end: start + header.size });
      offset = start + header.size;
      continue;
    }
    last.count += 1;
    offset += header.size;
    last.end = offset;
  }
  return groups;
}

function numbersOf(previous: RecordSchema, next: RecordSchema): readonly bigint[] {
  return next
    .follows()
    .filter((follow) => follow.previous === previous)
    .map(({ number }) => number);
}

function placeOfHeader(walk: Walk, index: number, pointer: Value): Place {
  const group = walk.groups.find(({ first, count }) => index >= first && index < first + count);
  let offset = group?.start ?? 0;
  for (let before = group?.first ?? 0; before < index; before += 1) offset += walk.headers[before]?.size ?? 0;
  return { ...walk.place, pointer, offset };
}

function walk(l: Lowering, state: Walk, then: Block, otherwise: Block): void {
  const { builder } = l;
  const found: Value[] = [];
  for (const [number, group] of state.groups.entries()) {
    const pointer = number === 0 ? state.data : nextPointer(l, state, group, found[number - 1] ?? state.data);
    const variable = state.pointers[number];
    found.push(pointer);
    if (variable) builder.write(variable, pointer);
    const inside = builder.block('inside');
    builder.branch({ kind: 'packet', size: group.end }, pointer, state.end, inside, otherwise);
    builder.seal(inside);
    builder.enter(inside);
    for (let index = group.first; index < group.first + group.count; index += 1) {
      const [header, next] = state.headers.slice(index, index + 2);
      if (header === undefined || next === undefined) continue;
      expectNext(l, { node: state.node, header, next }, placeOfHeader(state, index, pointer), otherwise);
    }
  }
  builder.write(state.present, builder.constant(1));
  builder.jump(then);
}

/** Where a header of variable length ends: its own pointer plus its length; constants stay in the offsets. */
function nextPointer(l: Lowering, state: Walk, group: HeaderGroup, previous: Value): Value {
  const index = group.first - 1;
  const header = state.headers[index];
  if (header?.length === undefined) return previous;
  const length = headerExpression(l, header.length, header, placeOfHeader(state, index, previous));
  return l.builder.pointerAdd(previous, length.value);
}

/** Goes on where the header says that the next one follows. */
function expectNext(
  l: Lowering,
  {
    node,
    header,
    next,
  }: { readonly node: TypeScript.Node; readonly header: RecordSchema; readonly next: RecordSchema },
  place: Place,
  otherwise: Block,
): void {
  if (header.next === undefined) return;
  const numbers = numbersOf(header, next);
  const actual = headerExpression(l, header.next, header, place);
  const { builder } = l;
  const good = builder.block('follows');
  for (const [position, number] of numbers.entries()) {
    const last = position === numbers.length - 1;
    const other = last ? otherwise : builder.block('or');
    const sides = [node, node] as const;
    const { operator, left, right, width } = compareInts(l, 'eq', actual, literal(l, number, false), '===', sides);
    builder.branch({ kind: 'compare', operator, width }, left, right, good, other);
    if (last) break;
    builder.seal(other);
    builder.enter(other);
  }
  builder.seal(good);
  builder.enter(good);
}

function tuple(l: Lowering, state: Walk): Operand {
  const elements = state.headers.map((schema, index): Operand => {
    const number = state.groups.findIndex(({ first, count }) => index >= first && index < first + count);
    const variable = state.pointers[number];
    const pointer = number === 0 || variable === undefined ? state.data : l.builder.read(variable);
    return { kind: 'view', schema, place: placeOfHeader(state, index, pointer) };
  });
  return { kind: 'tuple', elements };
}

/** `(h) => h.ihl * 4` for the header at `place`. */
function headerExpression(l: Lowering, source: HeaderFunction, schema: RecordSchema, place: Place): IntOperand {
  const parameter = source.parameters[0]?.name;
  const name = parameter && ts.isIdentifier(parameter) ? parameter.text : '';
  const evaluate = (node: TypeScript.Expression): IntOperand => {
    if (ts.isParenthesizedExpression(node)) return evaluate(node.expression);
    if (ts.isNumericLiteral(node)) return literal(l, integerOfText(node.text) ?? 0n, false);
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [evaluate(node.left), evaluate(node.right)];
      return binaryInts(l, node.operatorToken.kind, left, right, node, [node.left, node.right]);
    }
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === name) {
      const field = fieldOf(schema, node.name.text);
      const value = field && readField(l, schema, field, place, node);
      if (value?.kind === 'int') return value;
    }
    const known = l.evaluator.expression(node);
    return known?.kind === 'integer' ? literal(l, known.value, false) : l.fail(node, 5005);
  };
  return evaluate(source.body as TypeScript.Expression);
}
