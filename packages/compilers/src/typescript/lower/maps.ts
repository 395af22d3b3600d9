import type TypeScript from 'typescript-js';
import type { PointerKind, Value, Variable } from '../../ir/index.ts';
import type { StaticMap } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import { integers, type Schema } from '../schema/index.ts';
import { nullablePointer } from './carrier.ts';
import { mayHaveEffects } from './effects.ts';
import { heldSocket, lowerReserve } from './held.ts';
import { callHelper, READS, WRITES } from './helpers.ts';
import { inputPointer, prepareInput, writeInput } from './input.ts';
import { demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { mapArgument } from './map-argument.ts';
import { loadInt, placeAt, readPlace, stackPlace } from './memory.ts';
import {
  describe,
  type IntOperand,
  type MapOperand,
  type Operand,
  type OptionalOperand,
  type Place,
} from './operand.ts';
import { pendingOptional } from './packet.ts';

const BPF_NOEXIST = 1n;

type Method = (l: Lowering, target: MapOperand, node: TypeScript.CallExpression) => Operand;

const keyed: Readonly<Record<string, Method>> = {
  get: (l, target, node) => get(l, target, node, false),
  ref: (l, target, node) => get(l, target, node, true),
  set,
  delete: remove,
  getOrInsert,
};
const arrayMethods: Readonly<Record<string, Method>> = { get: keyed.get as Method, ref: keyed.ref as Method, set };
const queue: Readonly<Record<string, Method>> = {
  push,
  pop: (l, t, n) => pop(l, t, n, 'map_pop_elem'),
  peek: (l, t, n) => pop(l, t, n, 'map_peek_elem'),
};
const redirect: Readonly<Record<string, Method>> = { redirect: lowerRedirect };
const ofMaps: Readonly<Record<string, Method>> = { get: getInner };
const sockets: Readonly<Record<string, Method>> = { get: getSocket };

/** Methods by class of map. */
const methods: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  HashMap: keyed,
  LruHash: keyed,
  PerCpuHash: keyed,
  LruPerCpuHash: keyed,
  ArrayMap: arrayMethods,
  PerCpuArray: arrayMethods,
  LpmTrie: { match, set: setPrefix, delete: deletePrefix },
  RingBuf: { emit, reserve: lowerReserve },
  Queue: queue,
  Stack: queue,
  BloomFilter: { add: push, has },
  ArrayOfMaps: ofMaps,
  HashOfMaps: ofMaps,
  SockMap: sockets,
  SockHash: sockets,
  DevMap: redirect,
  CpuMap: redirect,
  XskMap: redirect,
};

/** `map.name(..)`; undefined where the map has no such method. */
export function lowerMapMethod(
  l: Lowering,
  target: MapOperand,
  name: string,
  node: TypeScript.CallExpression,
): Operand | undefined {
  const table = methods[target.map.className] ?? {};
  return Object.hasOwn(table, name) ? table[name]?.(l, target, node) : undefined;
}

function isPerCpu(map: StaticMap): boolean {
  return map.className.includes('PerCpu');
}

function argument(l: Lowering, node: TypeScript.CallExpression, index: number): TypeScript.Expression {
  return node.arguments[index] ?? l.fail(node, 1000, { kind: 'a call with too few arguments' });
}

function keyPointer(l: Lowering, { map }: MapOperand, node: TypeScript.CallExpression): Value {
  return inputPointer(l, map.key ?? integers.u32, argument(l, node, 0), 'key');
}

function valueSchema(l: Lowering, map: StaticMap, node: TypeScript.Node): Schema {
  return map.value ?? l.fail(node, 4015, { name: map.className });
}

function valuePlace(map: StaticMap, pointer: Value): Place {
  return { pointer, offset: 0, ...(isPerCpu(map) ? {} : { shared: true }) };
}

/** What a lookup gave: a live view, a box, or a scalar's value. */
function found(
  l: Lowering,
  map: StaticMap,
  schema: Schema,
  pointer: Value,
  box: boolean,
  node: TypeScript.Node,
): OptionalOperand {
  const place = valuePlace(map, pointer);
  if (schema.kind === 'int' && !box) return loadedValue(l, schema, place, pointer);
  if (box && (schema.kind === 'int' || schema.kind === 'text')) {
    return nullablePointer(l.builder, pointer, 'view', () => ({ kind: 'ref', schema, place }));
  }
  return nullablePointer(l.builder, pointer, 'view', () => readPlace(l, schema, place, node));
}

/** A scalar is loaded where the pointer is known not to be null. */
function loadedValue(l: Lowering, schema: Schema & { kind: 'int' }, place: Place, pointer: Value): OptionalOperand {
  const { builder } = l;
  const value: Variable = { name: 'value', type: 'i64' };
  const present: Variable = { name: 'present', type: 'i64' };
  let like: IntOperand | undefined;
  return pendingOptional(l, {
    present,
    of: 'int',
    clear: () => builder.write(value, builder.constant(0)),
    emit(then, otherwise) {
      const some = builder.block('found');
      builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, pointer, builder.constant(0), some, otherwise);
      builder.seal(some);
      builder.enter(some);
      like = loadInt(l, schema, place);
      builder.write(value, like.value);
      builder.write(present, builder.constant(1));
      builder.jump(then);
    },
    payload: () => (like === undefined ? literal(l, 0n, schema.big) : { ...like, value: builder.read(value) }),
  });
}

function lookup(
  l: Lowering,
  target: MapOperand,
  key: Value,
  node: TypeScript.Node,
  type: PointerKind = 'map_value',
): Value {
  return callHelper(l, 'map_lookup_elem', [mapArgument(l, target), key], READS, node, type);
}

function get(l: Lowering, target: MapOperand, node: TypeScript.CallExpression, box: boolean): Operand {
  const schema = valueSchema(l, target.map, node);
  const key = keyPointer(l, target, node);
  l.at(node);
  return found(l, target.map, schema, lookup(l, target, key, node), box, node);
}

/** 0 from the kernel is true here. */
function succeeded(l: Lowering, result: Value): Operand {
  return { kind: 'bool', value: l.builder.compare('eq', result, l.builder.constant(0), 64) };
}

function set(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const key = keyPointer(l, target, node);
  const value = inputPointer(l, schema, argument(l, node, 1), 'value');
  l.at(node);
  return succeeded(l, update(l, target, key, value, 0n, node));
}

function update(
  l: Lowering,
  target: MapOperand,
  key: Value,
  value: Value,
  flags: bigint,
  node: TypeScript.Node,
): Value {
  return callHelper(
    l,
    'map_update_elem',
    [mapArgument(l, target), key, value, l.builder.constant(flags)],
    WRITES,
    node,
  );
}

function remove(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const key = keyPointer(l, target, node);
  l.at(node);
  return succeeded(l, callHelper(l, 'map_delete_elem', [mapArgument(l, target), key], WRITES, node));
}

/** Looks up, and where there is nothing inserts and looks up again. */
function getOrInsert(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const { builder } = l;
  const schema = valueSchema(l, target.map, node);
  const key = keyPointer(l, target, node);
  const [, argument] = node.arguments;
  // JavaScript evaluates an argument that is not used too; without effects that can be left to where it is.
  const early =
    argument !== undefined && mayHaveEffects(l, argument) ? initialValue(l, schema, argument, node) : undefined;
  l.at(node);
  l.flush();
  const pointer: Variable = { name: 'entry', type: 'map_value' };
  const first = lookup(l, target, key, node);
  builder.write(pointer, first);
  const [missing, done] = [builder.block('missing'), builder.block('entry')];
  builder.branch({ kind: 'compare', operator: 'eq', width: 64 }, first, builder.constant(0), missing, done);
  builder.seal(missing);
  builder.enter(missing);
  const initial = early ?? initialValue(l, schema, argument, node);
  l.at(node);
  update(l, target, key, initial, BPF_NOEXIST, node);
  builder.write(pointer, lookup(l, target, key, node));
  l.jump(done);
  builder.seal(done);
  builder.enter(done);
  return found(l, target.map, schema, builder.read(pointer), false, node);
}

function initialValue(
  l: Lowering,
  schema: Schema,
  initial: TypeScript.Expression | undefined,
  node: TypeScript.Node,
): Value {
  if (initial !== undefined) return inputPointer(l, schema, initial, 'initial');
  const place = stackPlace(l, 'initial', schema.size, node);
  l.builder.zero(place.pointer, 0, schema.size);
  return place.pointer;
}

/** Bits of a trie's key. */
function bitsOf(schema: Schema): bigint {
  return BigInt(schema.size * 8);
}

/** A trie's key on the stack: the length of the prefix, and the address. */
function prefixPointer(
  l: Lowering,
  target: MapOperand,
  node: TypeScript.CallExpression,
  length: TypeScript.Expression | undefined,
): Value {
  const schema = target.map.key ?? integers.u32;
  const place = stackPlace(l, 'prefix', 4 + schema.size, node);
  const bits = length === undefined ? literal(l, bitsOf(schema), false) : l.expression(length);
  if (bits.kind !== 'int') return l.fail(node, 2015, { type: describe(bits) });
  const wanted = `0..${bitsOf(schema)}`;
  const bounded = demand(l, bits, { min: 0n, max: bitsOf(schema) }, length ?? node, 2016, { wanted });
  l.builder.store(place.pointer, 4, 0, bounded.value);
  writeInput(l, schema, placeAt(place, 4), argument(l, node, 0));
  return place.pointer;
}

function match(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const key = prefixPointer(l, target, node, undefined);
  l.at(node);
  return found(l, target.map, schema, lookup(l, target, key, node), false, node);
}

function setPrefix(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const key = prefixPointer(l, target, node, argument(l, node, 1));
  const value = inputPointer(l, schema, argument(l, node, 2), 'value');
  l.at(node);
  return succeeded(l, update(l, target, key, value, 0n, node));
}

function deletePrefix(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const key = prefixPointer(l, target, node, argument(l, node, 1));
  l.at(node);
  return succeeded(l, callHelper(l, 'map_delete_elem', [mapArgument(l, target), key], WRITES, node));
}

/** Reserves, stores and submits; false where the buffer is full. */
function emit(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const { builder } = l;
  const input = argument(l, node, 0);
  const prepared = mayLeave(l, input) ? prepareInput(l, schema, input) : undefined;
  const size = builder.constant(schema.size);
  const values = [mapArgument(l, target), size, builder.constant(0)];
  l.at(node);
  const pointer = callHelper(l, 'ringbuf_reserve', values, WRITES, node, 'memory');
  const sent: Variable = { name: 'sent', type: 'i64' };
  builder.write(sent, builder.constant(0));
  const [some, done] = [builder.block('reserved'), builder.block('emitted')];
  builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, pointer, builder.constant(0), some, done);
  builder.seal(some);
  builder.enter(some);
  const place = { pointer, offset: 0 };
  if (prepared) prepared.store(place);
  else writeInput(l, schema, place, input);
  l.at(node);
  callHelper(l, 'ringbuf_submit', [pointer, builder.constant(0)], WRITES, node);
  builder.write(sent, builder.constant(1));
  l.jump(done);
  builder.seal(done);
  builder.enter(done);
  return { kind: 'bool', value: builder.read(sent) };
}

/**
 * Whether evaluating the node may end the program, as a check of a variable index does: that must not happen while a
 * record is reserved. What cannot is evaluated into the record itself, without registers in between.
 */
function mayLeave(l: Lowering, node: TypeScript.Node): boolean {
  if (ts.isElementAccessExpression(node) && !ts.isNumericLiteral(node.argumentExpression)) return true;
  if (ts.isCallExpression(node)) {
    const callee = l.evaluator.expression(node.expression);
    if (callee?.kind !== 'schema' && callee?.kind !== 'library') return true;
  }
  return ts.forEachChild(node, (child) => (mayLeave(l, child) ? true : undefined)) === true;
}

function push(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const value = inputPointer(l, schema, argument(l, node, 0), 'value');
  l.at(node);
  return succeeded(
    l,
    callHelper(l, 'map_push_elem', [mapArgument(l, target), value, l.builder.constant(0)], WRITES, node),
  );
}

function has(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = valueSchema(l, target.map, node);
  const value = inputPointer(l, schema, argument(l, node, 0), 'value');
  l.at(node);
  return succeeded(l, callHelper(l, 'map_peek_elem', [mapArgument(l, target), value], READS, node));
}

function pop(
  l: Lowering,
  target: MapOperand,
  node: TypeScript.CallExpression,
  helper: 'map_pop_elem' | 'map_peek_elem',
): Operand {
  const schema = valueSchema(l, target.map, node);
  const place = stackPlace(l, 'popped', schema.size, node);
  l.at(node);
  const result = callHelper(l, helper, [mapArgument(l, target), place.pointer], WRITES, node);
  const value = schema.kind === 'int' ? loadInt(l, schema, place) : undefined;
  return {
    kind: 'optional',
    of: schema.kind === 'int' ? 'int' : 'view',
    payload: () => value ?? readPlace(l, schema, place, node),
    test(then, otherwise) {
      l.flush();
      l.builder.branch({ kind: 'compare', operator: 'eq', width: 64 }, result, l.builder.constant(0), then, otherwise);
    },
  };
}

function getInner(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const inner = target.map.inner ?? l.fail(node, 4015, { name: target.map.className });
  const key = keyPointer(l, target, node);
  l.at(node);
  const pointer = lookup(l, target, key, node, 'map');
  return nullablePointer(l.builder, pointer, 'map', () => ({ kind: 'map', map: inner, pointer }));
}

function getSocket(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const key = keyPointer(l, target, node);
  l.at(node);
  const pointer = callHelper(l, 'map_lookup_elem', [mapArgument(l, target), key], WRITES, node, 'socket');
  return heldSocket(l, pointer, node);
}

/** `map.redirect(index, otherwise)`: the flags are the verdict where there is no entry. */
function lowerRedirect(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const index = l.expression(argument(l, node, 0));
  if (index.kind !== 'int') return l.fail(node, 2015, { type: describe(index) });
  const [, fallback] = node.arguments;
  const otherwise = fallback === undefined ? literal(l, 0n, false) : l.expression(fallback);
  l.at(node);
  if (otherwise.kind !== 'int') return l.fail(node, 2015, { type: describe(otherwise) });
  const verdict = demand(l, otherwise, { min: 0n, max: 3n }, fallback ?? node, 2016, { wanted: '0..3' });
  const values = [mapArgument(l, target), index.value, verdict.value];
  const result = callHelper(l, 'redirect_map', values, WRITES, node);
  return { kind: 'int', value: result, big: false, range: { min: 0n, max: 4n } };
}
