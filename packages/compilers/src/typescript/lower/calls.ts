import type TypeScript from 'typescript-js';
import { addressBytes } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import { arrayOf, type RecordSchema, type Schema } from '../schema/index.ts';
import { lowerAtomic } from './atomic.ts';
import { lowerForEach, lowerLock, lowerLoop } from './callbacks.ts';
import { lowerChecksum } from './checksum.ts';
import { u64Of } from './context.ts';
import { lowerGiveBack } from './held.ts';
import { callHelper, WRITES } from './helpers.ts';
import { callFunction } from './inline.ts';
import { writeInput } from './input.ts';
import { constantOf, intOf, literal, quotient, wrap } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { lowerMapMethod } from './maps.ts';
import { chunks, convertInt, copyBytes, placeAt, stackPlace, storeBytes, touch, usePlace } from './memory.ts';
import { describe, type IntOperand, type Operand, type ViewOperand } from './operand.ts';
import { lowerAt, lowerCopy, lowerMove } from './packet.ts';
import { lowerParse } from './parse.ts';
import { readOptionalProperty } from './property.ts';
import { variablePlace } from './reference.ts';
import { compareBytes } from './text.ts';

/** `f(..)`. */
export function lowerCall(l: Lowering, node: TypeScript.CallExpression): Operand {
  const callee = skipParentheses(node.expression);
  if (ts.isPropertyAccessExpression(callee)) {
    const library = l.evaluator.expression(callee);
    if (library?.kind === 'library') return lowerLibrary(l, library.name, node);
    if (library?.kind === 'function') return callFunction(l, library, node);
    const target = l.expression(callee.expression);
    if (callee.questionDotToken || ts.isCallChain(node)) {
      return readOptionalProperty(l, target, node, (payload) => lowerMethod(l, payload, callee.name.text, node));
    }
    return lowerMethod(l, target, callee.name.text, node);
  }
  const target = l.expression(callee);
  l.at(node);
  switch (target.kind) {
    case 'schema':
      return lowerConversion(l, target.schema, node);
    case 'function':
      return callFunction(l, target, node);
    case 'library':
      return lowerLibrary(l, target.name, node);
    default:
      return l.fail(node, 1022, { name: callee.getText() });
  }
}

function skipParentheses(node: TypeScript.Expression): TypeScript.Expression {
  return ts.isParenthesizedExpression(node) ? skipParentheses(node.expression) : node;
}

/** `target.name(..)`. */
function lowerMethod(l: Lowering, target: Operand, name: string, node: TypeScript.CallExpression): Operand {
  l.at(node);
  switch (target.kind) {
    case 'map': {
      if (name === 'forEach') return lowerForEach(l, target, node);
      if (name === 'call' && target.map.className === 'ProgArray') return l.fail(node, 4008, { call: node.getText() });
      const result = lowerMapMethod(l, target, name, node);
      return result ?? l.fail(node, 1022, { name });
    }
    case 'context':
      return lowerContextMethod(l, name, node);
    case 'view':
      return lowerViewMethod(l, target, name, node);
    case 'socket':
      if (name === 'release') return lowerGiveBack(l, target.held, 'sk_release', node);
      break;
    case 'optional':
      return lowerMethod(l, target.payload(), name, node);
    case 'variable': {
      const { schema } = target;
      if (schema.kind !== 'record' && schema.kind !== 'array') break;
      return lowerViewMethod(l, { kind: 'view', schema, place: variablePlace(l, target) }, name, node);
    }
    default:
      break;
  }
  return l.fail(node, 1022, { name: `${name} of ${describe(target)}` });
}

function lowerContextMethod(l: Lowering, name: string, node: TypeScript.CallExpression): Operand {
  switch (name) {
    case 'at':
      return lowerAt(l, node);
    case 'parse':
      return lowerParse(l, node);
    case 'adjustHead':
      return lowerMove(l, node, 'xdp_adjust_head');
    case 'adjustTail':
      return lowerMove(l, node, 'xdp_adjust_tail');
    case 'pull':
      return lowerMove(l, node, 'skb_pull_data');
    case 'copy':
      return lowerCopy(l, node);
    case 'assign':
      return lowerAssign(l, node);
    default:
      return l.fail(node, 5003, { kind: l.kind?.wrapper ?? 'this function', name });
  }
}

/** `ctx.assign(socket)`. */
function lowerAssign(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [argument] = node.arguments;
  const given = argument && l.expression(argument);
  const socket = given?.kind === 'optional' ? given.payload() : given;
  if (socket?.kind !== 'socket') return l.fail(argument ?? node, 1021, { operator: 'assign', type: 'another value' });
  const { reporter } = l.evaluator;
  l.builder.require(socket.held.state.read(), { min: 1n, report: () => reporter.report(node, 4012) });
  const values = [l.builder.parameter(0), socket.held.pointer, l.builder.constant(0)];
  const result = callHelper(l, 'sk_assign', values, WRITES, node);
  return { kind: 'bool', value: l.builder.compare('eq', result, l.builder.constant(0), 64) };
}

function lowerViewMethod(l: Lowering, view: ViewOperand, name: string, node: TypeScript.CallExpression): Operand {
  const { schema, place } = view;
  const [argument] = node.arguments;
  if (name === 'copy') {
    usePlace(l, place, node);
    const copy = stackPlace(l, 'copy', schema.size, node);
    copyBytes(l, copy, place, schema.size);
    return { kind: 'view', schema, place: copy };
  }
  if (name === 'set' && schema.kind === 'record' && argument !== undefined) {
    writeInput(l, schema, place, argument);
    return { kind: 'nothing' };
  }
  if (place.held && (name === 'submit' || name === 'discard')) {
    return lowerGiveBack(l, place.held, name === 'submit' ? 'ringbuf_submit' : 'ringbuf_discard', node);
  }
  return l.fail(node, 1022, { name });
}

/** `u32(x)`, `Counter({ .. })`, `ipv4('10.0.0.1')`. */
function lowerConversion(l: Lowering, schema: Schema, node: TypeScript.CallExpression): Operand {
  const [argument] = node.arguments;
  const address = addressBytes(l.evaluator, node);
  if (address !== undefined) return addressOperand(l, schema, address, node);
  if (schema.kind === 'record') return newRecord(l, schema, argument, node);
  if (schema.kind !== 'int' || argument === undefined) return l.fail(node, 1022, { name: node.expression.getText() });
  const operand = convertible(l, argument);
  l.at(node);
  if (operand.kind === 'bool') return intOf(operand.value, schema.big, { min: 0n, max: 1n });
  if (operand.kind !== 'int')
    return l.fail(argument, 1021, { operator: node.expression.getText(), type: describe(operand) });
  return convertInt(l, schema, operand, argument);
}

/** The quotient of two numbers has a meaning inside a conversion: it is rounded down. */
function convertible(l: Lowering, node: TypeScript.Expression): Operand {
  const bare = skipParentheses(node);
  if (!ts.isBinaryExpression(bare) || bare.operatorToken.kind !== ts.SyntaxKind.SlashToken) return l.expression(node);
  const [left, right] = [l.expression(bare.left), l.expression(bare.right)];
  l.at(bare);
  if (left.kind !== 'int' || right.kind !== 'int') return l.fail(bare, 1021, { operator: '/', type: describe(left) });
  return quotient(l, 'udiv', left, right, '/', [bare.left, bare.right]);
}

function addressOperand(l: Lowering, schema: Schema, bytes: Uint8Array, node: TypeScript.Node): Operand {
  if (schema.kind === 'int')
    return literal(
      l,
      bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
      false,
    );
  const place = stackPlace(l, 'address', bytes.length, node);
  storeBytes(l, place, bytes);
  return { kind: 'view', schema: schema.kind === 'array' ? schema : arrayOf(schema, 1), place };
}

function newRecord(
  l: Lowering,
  schema: RecordSchema,
  argument: TypeScript.Expression | undefined,
  node: TypeScript.Node,
): Operand {
  const place = stackPlace(l, schema.name || 'record', schema.size, node);
  if (argument === undefined) l.builder.zero(place.pointer, 0, schema.size);
  else writeInput(l, schema, place, argument);
  return { kind: 'view', schema, place };
}

type LibraryCall = (l: Lowering, node: TypeScript.CallExpression) => Operand;

const library: Readonly<Record<string, LibraryCall>> = {
  loop: lowerLoop,
  lock: lowerLock,
  checksum: lowerChecksum,
  equals: lowerEquals,
  swap: lowerSwap,
  imul: lowerImul,
  log2: lowerLog2,
  'ktime.ns': (l, node) =>
    u64Of(callHelper(l, 'ktime_get_ns', [], { reads: false, writes: true, packet: false }, node)),
  'ktime.bootNs': (l, node) =>
    u64Of(callHelper(l, 'ktime_get_boot_ns', [], { reads: false, writes: true, packet: false }, node)),
};

function lowerLibrary(l: Lowering, name: string, node: TypeScript.CallExpression): Operand {
  l.at(node);
  if (name.startsWith('atomic.')) return lowerAtomic(l, name.slice('atomic.'.length), node);
  const call = Object.hasOwn(library, name) ? library[name] : undefined;
  return call?.(l, node) ?? l.fail(node, 1022, { name });
}

function viewArgument(l: Lowering, node: TypeScript.CallExpression, index: number): ViewOperand {
  const argument = node.arguments[index];
  const operand = argument && l.expression(argument);
  if (operand?.kind === 'variable' && (operand.schema.kind === 'record' || operand.schema.kind === 'array')) {
    return { kind: 'view', schema: operand.schema, place: variablePlace(l, operand) };
  }
  if (operand?.kind === 'view') return operand;
  return l.fail(argument ?? node, 1021, {
    operator: node.expression.getText(),
    type: operand ? describe(operand) : 'nothing',
  });
}

function lowerEquals(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [left, right] = [viewArgument(l, node, 0), viewArgument(l, node, 1)];
  l.at(node);
  usePlace(l, left.place, node);
  usePlace(l, right.place, node);
  const size = Math.min(left.schema.size, right.schema.size);
  const difference = compareBytes(l, left.place, right.place, size);
  return { kind: 'bool', value: l.builder.compare('eq', difference, l.builder.constant(0), 64) };
}

/** Both fields are read before one is written. */
function lowerSwap(l: Lowering, node: TypeScript.CallExpression): Operand {
  const view = viewArgument(l, node, 0);
  const { schema, place } = view;
  const names = node.arguments.slice(1).map((argument) => {
    const value = l.evaluator.expression(argument);
    return value?.kind === 'text' ? value.value : l.fail(argument, 3001);
  });
  const fields = schema.kind === 'record' ? schema.fields.filter(({ name }) => names.includes(name)) : [];
  const [first, second] = fields;
  if (first === undefined || second === undefined) {
    if (first !== undefined) return { kind: 'nothing' };
    return l.fail(node, 1000, { kind: 'swap' });
  }
  usePlace(l, place, node);
  touch(l, place);
  const [a, b] = [placeAt(place, first.offset), placeAt(place, second.offset)];
  const parts = chunks(a, first.schema.size).map((chunk) => ({
    ...chunk,
    left: l.builder.load(a.pointer, chunk.size, a.offset + chunk.at),
    right: l.builder.load(b.pointer, chunk.size, b.offset + chunk.at),
  }));
  for (const { at, size, left, right } of parts) {
    l.builder.store(a.pointer, size, a.offset + at, right);
    l.builder.store(b.pointer, size, b.offset + at, left);
  }
  return { kind: 'nothing' };
}

function intArgument(l: Lowering, node: TypeScript.CallExpression, index: number): IntOperand {
  const argument = node.arguments[index];
  const operand = argument && l.expression(argument);
  if (operand?.kind === 'int') return operand;
  return l.fail(argument ?? node, 2015, { type: operand ? describe(operand) : 'nothing' });
}

function lowerImul(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [left, right] = [intArgument(l, node, 0), intArgument(l, node, 1)];
  l.at(node);
  return intOf(l.builder.binary('mul', left.value, right.value, 32), false, { min: 0n, max: 0xffff_ffffn });
}

/** Position of the highest bit: halves the number five or six times, without a branch. */
function lowerLog2(l: Lowering, node: TypeScript.CallExpression): Operand {
  const operand = intArgument(l, node, 0);
  l.at(node);
  const { builder } = l;
  const known = constantOf(operand);
  if (known !== undefined) return literal(l, known <= 0n ? 0n : BigInt(known.toString(2).length - 1), false);
  const is64 = operand.big || operand.range.max === undefined || operand.range.max > 0xffff_ffffn;
  let rest = is64 ? operand.value : wrap(l, operand.value, 32, false);
  let result = builder.constant(0);
  for (const bits of is64 ? [32, 16, 8, 4, 2] : [16, 8, 4, 2]) {
    // Both sides of the difference have 32 bits at most: its upper bits are all ones where the number is the larger.
    const high = bits === 32 ? builder.binary('lshr', rest, builder.constant(32)) : rest;
    const below = builder.binary('sub', builder.constant(bits === 32 ? 0 : 2 ** bits - 1), high);
    const sign = builder.binary('lshr', below, builder.constant(63 - Math.log2(bits)));
    const step = builder.binary('and', sign, builder.constant(bits));
    rest = builder.binary('lshr', rest, step);
    result = builder.binary('or', result, step);
  }
  result = builder.binary('or', result, builder.binary('lshr', rest, builder.constant(1)));
  return intOf(result, false, { min: 0n, max: is64 ? 63n : 31n });
}
