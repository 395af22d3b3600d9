import type TypeScript from 'typescript-js';
import type { Value } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { type Field, fieldOf, type RecordSchema, type Schema } from '../schema/index.ts';
import type { Lowering } from './lowering.ts';
import {
  paddingOf,
  placeAt,
  stackPlace,
  storeInt,
  swapped,
  touch,
  usePlace,
  writeField,
  writePlace,
} from './memory.ts';
import { describe, type IntOperand, type Operand, type Place } from './operand.ts';

/** Values of the fields of a record, evaluated and not yet stored: another literal, or a value. */
type Input = { readonly node: TypeScript.Expression; readonly value: Operand | LiteralInput };
interface LiteralInput {
  readonly kind: 'literal';
  readonly fields: ReadonlyMap<string, Input>;
}

/** A literal or a value that was evaluated, to be stored later. */
export interface PreparedInput {
  store(place: Place): void;
}

/** Evaluates a whole `schema` now, and stores it where the caller says. */
export function prepareInput(l: Lowering, schema: Schema, node: TypeScript.Expression): PreparedInput {
  const input = evaluate(l, schema, ts.isParenthesizedExpression(node) ? node.expression : node);
  return { store: (place) => store(l, schema, place, input) };
}

/** Writes `node`, a literal or a value, as a whole `schema` at `place`. Fields that a literal leaves out become zero. */
export function writeInput(l: Lowering, schema: Schema, place: Place, node: TypeScript.Expression): void {
  const bare = ts.isParenthesizedExpression(node) ? node.expression : node;
  if (ts.isArrayLiteralExpression(bare) && schema.kind === 'array') {
    for (const [index, element] of bare.elements.entries()) {
      writeInput(l, schema.element, placeAt(place, index * schema.element.size), element);
    }
    return;
  }
  const input = evaluate(l, schema, bare);
  l.at(node);
  store(l, schema, place, input);
}

function evaluate(l: Lowering, schema: Schema, node: TypeScript.Expression): Input {
  if (!ts.isObjectLiteralExpression(node) || schema.kind !== 'record') return { node, value: l.expression(node) };
  const fields = new Map<string, Input>();
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) return l.fail(property, 1015);
    const name = property.name.getText();
    const field = fieldOf(schema, name);
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : l.fail(property, 1003);
    if (field !== undefined) fields.set(name, evaluate(l, field.schema, value));
  }
  return { node, value: { kind: 'literal', fields } };
}

function store(l: Lowering, schema: Schema, place: Place, { node, value }: Input): void {
  if (value.kind === 'literal') {
    if (schema.kind === 'record') storeRecord(l, schema, place, value.fields, node);
    return;
  }
  writePlace(l, schema, place, value, node);
}

function storeRecord(
  l: Lowering,
  schema: RecordSchema,
  place: Place,
  fields: ReadonlyMap<string, Input>,
  node: TypeScript.Node,
): void {
  usePlace(l, place, node);
  touch(l, place);
  for (const gap of paddingOf(schema)) l.builder.zero(place.pointer, place.offset + gap.at, gap.size);
  for (const group of groupsOf(schema)) {
    const [first] = group;
    if (first?.schema.kind === 'bits') storeGroup(l, schema, place, group, fields, node);
    else if (first !== undefined) storeField(l, first, place, fields.get(first.name));
  }
}

function storeField(l: Lowering, field: Field, place: Place, input: Input | undefined): void {
  const target = placeAt(place, field.offset);
  if (input !== undefined) store(l, field.schema, target, input);
  else if (field.schema.kind === 'int') storeInt(l, field.schema, target, l.builder.constant(0));
  else l.builder.zero(target.pointer, target.offset, field.schema.size);
}

/** Fields one by one; bit fields that share bytes together. */
function groupsOf(schema: RecordSchema): Field[][] {
  const groups: Field[][] = [];
  for (const field of schema.fields) {
    const last = groups.at(-1);
    const joins = field.schema.kind === 'bits' && last?.[0]?.schema.kind === 'bits' && field.bitOffset % 8 !== 0;
    if (joins && last) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

/** Whole bytes of bit fields are put together in a register and stored once. */
function storeGroup(
  l: Lowering,
  schema: RecordSchema,
  place: Place,
  group: readonly Field[],
  fields: ReadonlyMap<string, Input>,
  node: TypeScript.Node,
): void {
  const start = group[0]?.offset ?? 0;
  const bits = group.reduce((total, field) => total + (field.schema.kind === 'bits' ? field.schema.count : 0), 0);
  const size = bits / 8;
  if (size !== 1 && size !== 2 && size !== 4) {
    l.builder.zero(place.pointer, place.offset + start, size);
    for (const field of group) {
      const input = fields.get(field.name);
      if (input && input.value.kind !== 'literal') writeField(l, schema, field, place, input.value, input.node);
    }
    return;
  }
  let known = 0n;
  let value: Value | undefined;
  let shift = bits;
  for (const field of group) {
    const count = field.schema.kind === 'bits' ? field.schema.count : 0;
    shift -= count;
    const input = fields.get(field.name);
    const operand = input === undefined ? undefined : intInput(l, input, node);
    if (operand === undefined) continue;
    const mask = (1n << BigInt(count)) - 1n;
    if (operand.value.operation.kind === 'constant') {
      known |= (operand.value.operation.value & mask) << BigInt(shift);
      continue;
    }
    const low = l.builder.binary('and', operand.value, l.builder.constant(mask), 32);
    const placed = shift === 0 ? low : l.builder.binary('shl', low, l.builder.constant(shift), 32);
    value = value === undefined ? placed : l.builder.binary('or', value, placed, 32);
  }
  const constant = l.builder.constant(known);
  const whole = value === undefined ? constant : known === 0n ? value : l.builder.binary('or', value, constant, 32);
  const stored = size === 1 ? whole : swapped(l, whole, size);
  l.builder.store(place.pointer, size, place.offset + start, stored);
}

function intInput(l: Lowering, { node, value }: Input, at: TypeScript.Node): IntOperand {
  if (value.kind === 'literal') return l.fail(at, 1016);
  return value.kind === 'int' ? value : l.fail(node, 2015, { type: describe(value) });
}

/**
 * A pointer to `node` as a whole `schema`, for a helper that reads it: the value itself where it stands in memory of
 * that layout already, else a copy on the stack.
 */
export function inputPointer(l: Lowering, schema: Schema, node: TypeScript.Expression, name: string): Value {
  const bare = ts.isParenthesizedExpression(node) ? node.expression : node;
  if (!ts.isObjectLiteralExpression(bare) && !ts.isArrayLiteralExpression(bare)) {
    const value = l.expression(bare);
    l.at(node);
    const direct = value.kind === 'view' ? directPointer(l, schema, value, node) : undefined;
    if (direct !== undefined) return direct;
    const place = stackPlace(l, name, schema.size, node);
    writePlace(l, schema, place, value, node);
    return place.pointer;
  }
  const place = stackPlace(l, name, schema.size, node);
  writeInput(l, schema, place, bare);
  return place.pointer;
}

/** Map values and the stack can be given to a helper as they are. */
function directPointer(l: Lowering, schema: Schema, value: Operand, node: TypeScript.Node): Value | undefined {
  if (value.kind !== 'view' || value.schema !== schema) return undefined;
  const { pointer, offset } = value.place;
  if (pointer.type !== 'stack' && pointer.type !== 'map_value') return undefined;
  usePlace(l, value.place, node);
  return offset === 0 ? pointer : l.builder.pointerAdd(pointer, l.builder.constant(offset));
}
