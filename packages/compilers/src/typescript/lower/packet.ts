import type TypeScript from 'typescript-js';
import type { Block, Value, Variable } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import type { Schema } from '../schema/index.ts';
import { flagged } from './carrier.ts';
import { callHelper, MOVES, WRITES } from './helpers.ts';
import { constantOf, demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { readPlace, stackPlace } from './memory.ts';
import { describe, type IntOperand, type Operand, type OptionalOperand, type Place } from './operand.ts';

/** Largest variable offset of a packet pointer that the kernel follows (MAX_PACKET_OFF). */
const MAX_OFFSET = 0xffffn;

/** A place in the packet, with the number of times that it was moved. */
export function packetPlace(l: Lowering, pointer: Value, offset: number): Place {
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
    isPending,
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
