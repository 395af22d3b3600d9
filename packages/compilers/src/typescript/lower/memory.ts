import type TypeScript from 'typescript-js';
import { type AccessSize, interval, single, type Value } from '../../ir/index.ts';
import { textBytes } from '../evaluate/index.ts';
import type { Field, IntSchema, RecordSchema, Schema } from '../schema/index.ts';
import { sameLayout } from '../schema/index.ts';
import { demand, intOf, wrap } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { describe, type IntOperand, type Operand, type Place, type ViewOperand } from './operand.ts';

/** The place `bytes` further on. */
export function placeAt(place: Place, bytes: number): Place {
  return bytes === 0 ? place : { ...place, offset: place.offset + bytes };
}

/** Refuses a place in a packet that was moved since, and a record that was submitted. */
export function usePlace(l: Lowering, place: Place, node: TypeScript.Node): void {
  const { reporter } = l.module.evaluator;
  if (place.epoch && l.packet) {
    const since = single({ min: constant(place.epoch), max: constant(place.epoch) });
    if (since !== undefined) {
      const now = l.builder.read(l.packet.epoch);
      if (now !== place.epoch) {
        l.builder.require(now, { min: since, max: since, report: () => reporter.report(node, 5001) });
      }
    }
  }
  if (place.held) {
    const state = place.held.state.read();
    l.builder.require(state, { min: 1n, report: () => reporter.report(node, 4006) });
  }
}

function constant(value: Value): bigint | undefined {
  return value.operation.kind === 'constant' ? value.operation.value : undefined;
}

/** What stands at `place`: an integer is loaded, a record or array is a view. */
export function readPlace(l: Lowering, schema: Schema, place: Place, node: TypeScript.Node): Operand {
  if (schema.kind === 'int') {
    usePlace(l, place, node);
    return loadInt(l, schema, place);
  }
  if (schema.kind === 'record' || schema.kind === 'array' || schema.kind === 'text') {
    return { kind: 'view', schema, place };
  }
  if (schema.kind === 'lock') return { kind: 'view', schema: lockView, place };
  return l.fail(node, 3003);
}

/** A spin lock as the operand of `lock`. */
export const lockView: RecordSchema = {
  kind: 'record',
  name: 'bpf_spin_lock',
  fields: [],
  size: 4,
  align: 4,
  header: false,
  follows: () => [],
};

export function loadInt(l: Lowering, schema: IntSchema, place: Place): IntOperand {
  const { size, signed, network, big, min, max } = schema;
  const loaded = loadBytes(l, place, size, signed);
  const value = network ? l.builder.byteSwap(loaded, (size * 8) as 16 | 32 | 64) : loaded;
  return intOf(value, big, interval(min, max));
}

/** Stores the low bits: memory wraps, as a DataView does. */
export function storeInt(l: Lowering, schema: IntSchema, place: Place, value: Value): void {
  const { size, network } = schema;
  storeValue(l, place, size, network ? swapped(l, value, size) : value);
}

/** Whether an access to memory must be taken apart: a header on the stack has fields that are not aligned there. */
function isApart({ pointer, offset }: Place, size: number): boolean {
  return pointer.type === 'stack' && offset % size !== 0;
}

/** A little-endian integer. */
function loadBytes(l: Lowering, place: Place, size: AccessSize, signed = false): Value {
  const { builder } = l;
  if (!isApart(place, size)) return builder.load(place.pointer, size, place.offset, { signed });
  let value: Value | undefined;
  for (const { at, size: part } of chunks(place, size)) {
    const loaded = builder.load(place.pointer, part, place.offset + at);
    const moved = at === 0 ? loaded : builder.binary('shl', loaded, builder.constant(at * 8));
    value = value === undefined ? moved : builder.binary('or', value, moved);
  }
  const whole = value ?? builder.constant(0);
  return signed && size < 8 ? builder.extend(whole, (size * 8) as 8 | 16 | 32, true) : whole;
}

/** Stores the low bytes, little-endian. */
function storeValue(l: Lowering, place: Place, size: AccessSize, value: Value): void {
  const { builder } = l;
  const parts = isApart(place, size) ? chunks(place, size) : [{ at: 0, size }];
  for (const { at, size: part } of parts) {
    const moved = at === 0 ? value : builder.binary('lshr', value, builder.constant(at * 8));
    builder.store(place.pointer, part, place.offset + at, moved);
  }
}

/** In network order; a value that was just taken out of it is taken as it was. */
export function swapped(l: Lowering, value: Value, size: number): Value {
  const bits = (size * 8) as 16 | 32 | 64;
  const { operation, operands } = value;
  const [inner] = operands;
  if (operation.kind === 'byte-swap' && operation.bits === bits && inner) return inner;
  if (operation.kind === 'constant') return l.builder.constant(swapBytes(operation.value, size));
  return l.builder.byteSwap(value, bits);
}

function swapBytes(value: bigint, size: number): bigint {
  let result = 0n;
  for (let index = 0; index < size; index += 1) result = (result << 8n) | ((value >> BigInt(index * 8)) & 0xffn);
  return result;
}

/** The bytes that hold a bit field, and where it stands in them. */
interface BitWindow {
  readonly offset: number;
  readonly size: 1 | 2 | 4;
  readonly shift: number;
  readonly mask: bigint;
}

function bitWindow(record: RecordSchema, field: Field, count: number): BitWindow | undefined {
  const { bitOffset } = field;
  const last = bitOffset + count - 1;
  for (const size of [1, 2, 4] as const) {
    const first = Math.floor(bitOffset / 8);
    const starts = [first - (first % size), first, Math.min(first, record.size - size)];
    const offset = starts.find(
      (start) => start >= 0 && start + size <= record.size && last < (start + size) * 8 && start * 8 <= bitOffset,
    );
    if (offset === undefined) continue;
    return { offset, size, shift: (offset + size) * 8 - 1 - last, mask: (1n << BigInt(count)) - 1n };
  }
  return undefined;
}

function loadWindow(l: Lowering, place: Place, { offset, size }: BitWindow): Value {
  const loaded = loadBytes(l, placeAt(place, offset), size);
  return size === 1 ? loaded : l.builder.byteSwap(loaded, (size * 8) as 16 | 32);
}

/** A field of a record. */
export function readField(
  l: Lowering,
  record: RecordSchema,
  field: Field,
  place: Place,
  node: TypeScript.Node,
): Operand {
  const { schema } = field;
  if (schema.kind !== 'bits') return readPlace(l, schema, placeAt(place, field.offset), node);
  usePlace(l, place, node);
  const window = bitWindow(record, field, schema.count);
  if (window === undefined) return l.fail(node, 1000, { kind: 'a bit field over five bytes' });
  const { shift, size, mask } = window;
  let value = loadWindow(l, place, window);
  if (shift > 0) value = l.builder.binary('lshr', value, l.builder.constant(shift), 32);
  if (shift + schema.count < size * 8) value = l.builder.binary('and', value, l.builder.constant(mask), 32);
  return intOf(value, false, interval(0n, mask));
}

/** Writes a field: the value wraps to its size. */
export function writeField(
  l: Lowering,
  record: RecordSchema,
  field: Field,
  place: Place,
  value: Operand,
  node: TypeScript.Node,
): void {
  const { schema } = field;
  if (schema.kind !== 'bits') {
    writePlace(l, schema, placeAt(place, field.offset), value, node);
    return;
  }
  if (value.kind !== 'int') l.fail(node, 2015, { type: describe(value) });
  usePlace(l, place, node);
  const window = bitWindow(record, field, schema.count);
  if (window === undefined) l.fail(node, 1000, { kind: 'a bit field over five bytes' });
  storeBits(l, place, window, value.value);
}

function storeBits(l: Lowering, place: Place, window: BitWindow, value: Value): void {
  const { builder } = l;
  const { offset, size, shift, mask } = window;
  const all = (1n << BigInt(size * 8)) - 1n;
  const kept = builder.binary(
    'and',
    loadWindow(l, place, window),
    builder.constant(all & ~(mask << BigInt(shift))),
    32,
  );
  const low = builder.binary('and', value, builder.constant(mask), 32);
  const placed = shift === 0 ? low : builder.binary('shl', low, builder.constant(shift), 32);
  const joined = builder.binary('or', kept, placed, 32);
  touch(l, place);
  const stored = size === 1 ? joined : builder.byteSwap(joined, (size * 8) as 16 | 32);
  storeValue(l, placeAt(place, offset), size, stored);
}

/** Writes a whole value. */
export function writePlace(l: Lowering, schema: Schema, place: Place, value: Operand, node: TypeScript.Node): void {
  usePlace(l, place, node);
  if (schema.kind === 'int') {
    if (value.kind !== 'int') l.fail(node, 2015, { type: describe(value) });
    touch(l, place);
    storeInt(l, schema, place, value.value);
    return;
  }
  if (schema.kind === 'text') {
    writeText(l, schema.size, place, value, node);
    return;
  }
  if (schema.kind === 'lock' || schema.kind === 'bits') l.fail(node, 3010);
  if (value.kind !== 'view' || !sameLayout(schema, value.schema)) l.fail(node, 4017);
  usePlace(l, value.place, node);
  copyBytes(l, place, value.place, schema.size);
}

export function copyBytes(l: Lowering, target: Place, source: Place, size: number): void {
  if (target.pointer === source.pointer && target.offset === source.offset) return;
  touch(l, target);
  let from = source;
  if (mayOverlap(target, source, size)) {
    from = { pointer: l.builder.slotAddress(l.builder.slot('moved', size)), offset: 0 };
    l.builder.copy(from.pointer, from.offset, source.pointer, source.offset, size);
  }
  l.builder.copy(target.pointer, target.offset, from.pointer, from.offset, size);
}

/** Whether a part of what is copied may be written before it is read: two views of one packet may overlap. */
function mayOverlap(target: Place, source: Place, size: number): boolean {
  if (target.pointer.type !== 'packet' || source.pointer.type !== 'packet' || [1, 2, 4, 8].includes(size)) return false;
  return target.pointer !== source.pointer || Math.abs(target.offset - source.offset) < size;
}

function writeText(l: Lowering, size: number, place: Place, value: Operand, node: TypeScript.Node): void {
  touch(l, place);
  if (value.kind === 'text') {
    const wanted = textBytes(value.value, Number.MAX_SAFE_INTEGER).length + 1;
    if (wanted > size) l.warn(node, 3009, { size: wanted - 1, room: size - 1, wanted });
    const bytes = new Uint8Array(size);
    bytes.set(textBytes(value.value, size));
    storeBytes(l, place, bytes);
    return;
  }
  if (value.kind !== 'view' || value.schema.kind !== 'text') l.fail(node, 1013);
  usePlace(l, value.place, node);
  const from = value.schema.size;
  const copied = Math.min(from, size);
  l.builder.copy(place.pointer, place.offset, value.place.pointer, value.place.offset, copied);
  if (from > size) l.builder.store(place.pointer, 1, place.offset + size - 1, l.builder.constant(0));
  if (from < size) l.builder.zero(place.pointer, place.offset + from, size - from);
}

/** Writes constant bytes, by the widest stores that are aligned in the place. */
export function storeBytes(l: Lowering, place: Place, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const size = chunkAt(place.offset + at, bytes.length - at);
    let value = 0n;
    for (let index = size - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(view.getUint8(at + index));
    l.builder.store(place.pointer, size, place.offset + at, l.builder.constant(value));
    at += size;
  }
}

/** The widest access at `offset` that is aligned there and not longer than `room`. */
export function chunkAt(offset: number, room: number): AccessSize {
  for (const size of [8, 4, 2] as const) if (offset % size === 0 && room >= size) return size;
  return 1;
}

/** Bytes of a view as loaded chunks, for comparing and exchanging. */
export function chunks(place: Place, size: number): readonly { readonly at: number; readonly size: AccessSize }[] {
  const found: { at: number; size: AccessSize }[] = [];
  const stack = place.pointer.type === 'stack';
  for (let at = 0; at < size; ) {
    const room = size - at;
    const chunk = stack
      ? chunkAt(place.offset + at, room)
      : (([8, 4, 2, 1] as const).find((wide) => wide <= room) ?? 1);
    found.push({ at, size: chunk });
    at += chunk;
  }
  return found;
}

/** A value of `size` bytes on the stack, not yet written. */
export function stackPlace(l: Lowering, name: string, size: number, node: TypeScript.Node): Place {
  if (size > 512) l.fail(node, 4007, { size });
  const slot = l.builder.slot(name, size);
  return { pointer: l.builder.slotAddress(slot), offset: 0 };
}

/** Gaps between the fields of a struct, which are zeroed: the kernel compares keys with their padding. */
export function paddingOf(schema: RecordSchema): readonly { readonly at: number; readonly size: number }[] {
  const gaps: { at: number; size: number }[] = [];
  let end = 0;
  for (const field of schema.fields) {
    if (field.schema.kind === 'bits') continue;
    if (field.offset > end) gaps.push({ at: end, size: field.offset - end });
    end = field.offset + field.schema.size;
  }
  if (!schema.header && end < schema.size) gaps.push({ at: end, size: schema.size - end });
  return gaps;
}

/** A number as an integer of `schema`, wrapped. */
export function convertInt(l: Lowering, schema: IntSchema, operand: IntOperand, node: TypeScript.Node): IntOperand {
  const { size, signed, big, min, max } = schema;
  const { range } = operand;
  if (range.min !== undefined && range.max !== undefined && range.min >= min && range.max <= max) {
    return { ...operand, big, bitwise: false };
  }
  let source = operand;
  if (big && !operand.big && operand.bitwise) {
    const fix = `u32(${node.getText()})`;
    source = demand(l, operand, { min: 0n }, node, 2014, { fix }, fix);
  }
  return intOf(wrap(l, source.value, size * 8, signed), big, interval(min, max));
}

/** Whether a view is a record. */
export function isRecordView(operand: Operand): operand is ViewOperand & { readonly schema: RecordSchema } {
  return operand.kind === 'view' && operand.schema.kind === 'record';
}

/** Before a store: what is pending may read the same memory. The stack holds nothing that is pending. */
export function touch(l: Lowering, place: Place): void {
  if (place.pointer.type !== 'stack') l.flush();
}
