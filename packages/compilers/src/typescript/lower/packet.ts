import type TypeScript from 'typescript-js';
import type { Block, Value, Variable } from '../../ir/index.ts';
import { integerOfText } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import { fieldOf, type HeaderFunction, type RecordSchema, type Schema } from '../schema/index.ts';
import { flagged } from './carrier.ts';
import { callHelper, MOVES, WRITES } from './helpers.ts';
import { binaryInts, compareInts, constantOf, demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { readField, readPlace, stackPlace } from './memory.ts';
import { describe, type IntOperand, type Operand, type OptionalOperand, type Place } from './operand.ts';

/** Largest variable offset of a packet pointer that the kernel follows (MAX_PACKET_OFF). */
const MAX_OFFSET = 0xffffn;

function packetPlace(l: Lowering, pointer: Value, offset: number): Place {
  const { packet, module } = l;
  return { pointer, offset, ...(packet && module.movesPackets ? { epoch: l.builder.read(packet.epoch) } : {}) };
}

/** `ctx.at(schema, offset)`. */
export function lowerAt(l: Lowering, node: TypeScript.CallExpression): Operand {
  if (l.kind?.copies) return lowerCopy(l, node);
  const [schemaNode, offsetNode] = node.arguments;
  const { packet, builder } = l;
  if (packet === undefined || schemaNode === undefined || offsetNode === undefined) {
    return l.fail(node, 5003, { kind: l.kind?.wrapper ?? 'this function', name: 'at' });
  }
  const schema = schemaOf(l, schemaNode);
  const { pointer, offset } = pointerAt(l, builder.read(packet.data), offsetNode, schema.size);
  l.at(node);
  const end = builder.read(packet.end);
  const place = packetPlace(l, pointer, offset);
  if (schema.kind === 'int') return pendingLoad(l, schema, place, end, node);
  return {
    kind: 'optional',
    of: 'view',
    payload: () => readPlace(l, schema, place, node),
    test(then, otherwise) {
      l.flush();
      l.builder.branch({ kind: 'packet', size: offset + schema.size }, pointer, end, then, otherwise);
    },
  };
}

export function schemaOf(l: Lowering, node: TypeScript.Expression): Schema {
  const value = l.evaluator.expression(node);
  return value?.kind === 'schema' ? value.schema : l.fail(node, 3005);
}

/** The pointer `offset` bytes into the packet: constants stay out of the pointer. */
function pointerAt(
  l: Lowering,
  data: Value,
  node: TypeScript.Expression,
  size: number,
): { readonly pointer: Value; readonly offset: number } {
  const operand = l.expression(node);
  l.at(node);
  if (operand.kind !== 'int' || operand.big) return l.fail(node, 2015, { type: describe(operand) });
  const values = { offset: node.getText() };
  const offset = demand(l, operand, { min: 0n, max: MAX_OFFSET - BigInt(Math.min(size, 0xfff0)) }, node, 2013, values);
  const known = constantOf(offset);
  if (known !== undefined) return { pointer: data, offset: Number(known) };
  const { base, plus } = split(offset.value);
  return { pointer: l.builder.pointerAdd(data, base), offset: plus };
}

/** `14 + x` as x and 14: the constant goes into the accesses. */
function split(value: Value): { readonly base: Value; readonly plus: number } {
  const { operation, operands } = value;
  const [left, right] = operands;
  if (operation.kind === 'binary' && operation.operator === 'add' && operation.width === 64 && left && right) {
    for (const [base, constant] of [
      [left, right],
      [right, left],
    ] as const) {
      if (constant.operation.kind !== 'constant') continue;
      const plus = Number(constant.operation.value);
      if (plus >= 0 && plus < 0x7000 && isUnsigned(base)) return { base, plus };
    }
  }
  return { base: value, plus: 0 };
}

/** Whether a register is a small unsigned number whatever its operands are. */
function isUnsigned({ operation, operands }: Value): boolean {
  if (operation.kind === 'load') return !operation.signed && operation.size <= 2;
  if (operation.kind === 'byte-swap') return operation.bits === 16;
  if (operation.kind === 'binary' && operation.operator === 'and') return operation.width === 32;
  if (
    operation.kind === 'binary' &&
    (operation.operator === 'mul' || operation.operator === 'shl' || operation.operator === 'lshr')
  ) {
    const [left, right] = operands;
    return left !== undefined && right?.operation.kind === 'constant' && isUnsigned(left);
  }
  return false;
}

/** An integer in the packet is loaded when it is known to be there. */
function pendingLoad(l: Lowering, schema: Schema, place: Place, end: Value, node: TypeScript.Node): OptionalOperand {
  const value: Variable = { name: 'loaded', type: 'i64' };
  const present: Variable = { name: 'present', type: 'i64' };
  let like: IntOperand | undefined;
  return pendingOptional(l, {
    present,
    of: 'int',
    clear: () => l.builder.write(value, l.builder.constant(0)),
    emit(then, otherwise) {
      const some = l.builder.block('some');
      l.builder.branch({ kind: 'packet', size: place.offset + schema.size }, place.pointer, end, some, otherwise);
      l.builder.seal(some);
      l.builder.enter(some);
      const loaded = readPlace(l, schema, place, node);
      if (loaded.kind === 'int') {
        like = loaded;
        l.builder.write(value, loaded.value);
      }
      l.builder.write(present, l.builder.constant(1));
      l.builder.jump(then);
    },
    payload: () => (like === undefined ? literal(l, 0n, false) : { ...like, value: l.builder.read(value) }),
  });
}

/** How an optional value is computed: by its first test, or at the end of its block. */
export interface PendingSource {
  readonly present: Variable;
  readonly of: string;
  /** Writes what its registers hold while there is no value. */
  clear(): void;
  /** Ends the block: writes the value, and 1 to `present`, on the way to `then`. */
  emit(then: Block, otherwise: Block): void;
  payload(): Operand;
}

/** An optional value that takes control flow to compute. What follows in the same block may come first. */
export function pendingOptional(l: Lowering, source: PendingSource): OptionalOperand {
  const { builder } = l;
  const { present } = source;
  builder.write(present, builder.constant(0));
  source.clear();
  const known = flagged(builder, present, source.payload, source.of);
  const where = builder.location;
  const pending = {
    resolve() {
      const after = builder.block('known');
      const here = builder.location;
      builder.location = where;
      source.emit(after, after);
      builder.location = here;
      builder.seal(after);
      builder.enter(after);
    },
  };
  l.pending.push(pending);
  const isPending = () => l.pending.includes(pending);
  return {
    ...known,
    payload() {
      if (isPending()) l.flush();
      return source.payload();
    },
    test(then, otherwise) {
      if (!isPending()) return known.test(then, otherwise);
      l.pending = l.pending.filter((other) => other !== pending);
      l.flush();
      source.emit(then, otherwise);
    },
  };
}

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

/** `ctx.adjustHead(delta)`, `adjustTail`, `pull`: what was seen of the packet before ends. */
export function lowerMove(
  l: Lowering,
  node: TypeScript.CallExpression,
  helper: 'xdp_adjust_head' | 'xdp_adjust_tail' | 'skb_pull_data',
): Operand {
  const [argument] = node.arguments;
  const { builder, packet } = l;
  const isMissing = helper === 'skb_pull_data' && !l.kind?.pulls;
  if (argument === undefined || packet === undefined || isMissing) {
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : helper;
    return l.fail(node, 5003, { kind: l.kind?.wrapper ?? 'this function', name });
  }
  const operand = l.expression(argument);
  l.at(node);
  if (operand.kind !== 'int') return l.fail(argument, 2015, { type: describe(operand) });
  const min = helper === 'skb_pull_data' ? 0n : -0xffffn;
  const by = demand(l, operand, { min, max: 0xffffn }, argument, 2016, { wanted: `${min}..65535` });
  const result = callHelper(l, helper, [builder.parameter(0), by.value], MOVES, node);
  enterPacket(l);
  return { kind: 'bool', value: builder.compare('eq', result, builder.constant(0), 32) };
}

let epochs = 0n;

/** Loads the ends of the packet, at the start and after it was moved. */
export function enterPacket(l: Lowering): void {
  const { builder, packet, kind } = l;
  if (packet === undefined || kind?.data === undefined || kind.end === undefined) return;
  const context = builder.parameter(0);
  builder.write(packet.data, builder.load(context, 4, kind.data, { type: 'packet' }));
  builder.write(packet.end, builder.load(context, 4, kind.end, { type: 'packet_end' }));
  epochs += 1n;
  builder.write(packet.epoch, builder.constant(epochs));
}

/** `ctx.copy(schema, offset)`: from anywhere in the packet to the stack. */
export function lowerCopy(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [schemaNode, offsetNode] = node.arguments;
  if (schemaNode === undefined || offsetNode === undefined) return l.fail(node, 1000, { kind: 'copy' });
  const schema = schemaOf(l, schemaNode);
  const offset = l.expression(offsetNode);
  l.at(node);
  if (offset.kind !== 'int') return l.fail(offsetNode, 2015, { type: describe(offset) });
  const bounded = demand(l, offset, { min: 0n, max: MAX_OFFSET }, offsetNode, 2013, { offset: offsetNode.getText() });
  const { builder } = l;
  const place = stackPlace(l, 'copy', schema.size, node);
  const values = [builder.parameter(0), bounded.value, place.pointer, builder.constant(schema.size)];
  const result = callHelper(l, 'skb_load_bytes', values, WRITES, node);
  return {
    kind: 'optional',
    of: schema.kind === 'int' ? 'int' : 'view',
    payload: () => readPlace(l, schema, place, node),
    test(then, otherwise) {
      l.flush();
      builder.branch({ kind: 'compare', operator: 'eq', width: 32 }, result, builder.constant(0), then, otherwise);
    },
  };
}
