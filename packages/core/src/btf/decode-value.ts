import { formatIpv4, formatIpv6, formatMac } from '../base/address.ts';
import { hexBytes } from '../base/bytes.ts';
import { badBtf } from './header.ts';
import type { Btf } from './reader.ts';
import { bitFieldShape, readBitField, readBits, type ScalarShape } from './scalar.ts';
import { type Field, type Shape, shapeOf } from './shape.ts';
import type { TypeId } from './types.ts';
import { badValue, type Value } from './value-model.ts';

/** How deep types may nest. */
export const MAX_NESTING = 64;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a walk over a value needs: the types, the bytes, and how many values it may still make. */
interface Walk {
  readonly btf: Btf;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  left: number;
}

/**
 * The value in `bytes` by its type.
 *
 * - integers up to 32 bits: `number`; longer ones and pointers: `bigint`; `__be16`: host order
 * - `__be32`, `in_addr`: `10.0.0.1`; `in6_addr`: `fe80::1`; `mac`: `02:00:00:00:00:01`
 * - char arrays: the text before the first zero byte; a list of numbers where that is not UTF-8
 * - enumerations: the name, or the number where it has none
 * - structs, unions: a record; anonymous members opened, spin locks and timers left out
 *
 * Bytes behind the type's size are passed over.
 * @throws SKEP_BAD_VALUE for too few bytes, SKEP_BAD_BTF for a type without values.
 */
export function decodeValue(btf: Btf, id: TypeId, bytes: Uint8Array): Value {
  const shape = shapeOf(btf, id);
  if (bytes.length < shape.size) {
    throw badValue('', `${bytes.length} bytes are no ${shape.name}`, `give the ${shape.size} bytes it has`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeAt({ btf, bytes, view, left: budget(bytes.length) }, shape, 0, 0);
}

/** What stands at `at` of `bytes` by a shape without parts. */
export function decodeLeaf(btf: Btf, shape: Shape, bytes: Uint8Array, at: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeAt({ btf, bytes, view, left: 1 }, shape, at, 0);
}

/** Real types make a few values per byte; only a hostile one, whose members overlap, makes more. */
export function budget(size: number): number {
  return 65536 + 16 * size;
}

function decodeAt(walk: Walk, shape: Shape, at: number, depth: number): Value {
  const { bytes } = walk;
  walk.left -= 1;
  if (depth > MAX_NESTING || walk.left < 0)
    throw badBtf(`type ${shape.name} is endless`, undefined, 'it contains itself');
  if (at + shape.size > bytes.length) throw outside(shape);
  switch (shape.as) {
    case 'integer':
    case 'boolean':
    case 'enumeration':
      return scalarValue(shape, readScalar(walk, shape, at), shape.size * 8);
    case 'float':
      return decodeFloat(walk, shape.size, at);
    case 'ipv4':
      return formatIpv4(bytes, at);
    case 'ipv6':
      return formatIpv6(bytes, at);
    case 'mac':
      return formatMac(bytes, at);
    case 'text':
      return decodeText(bytes.subarray(at, at + shape.size));
    case 'array':
      return decodeArray(walk, shape, at, depth);
    case 'record':
      return decodeRecord(walk, shape, at, depth);
  }
}

function outside(shape: Shape): Error {
  return badBtf(`a ${shape.name} reaches past the struct it is in`, undefined, 'member offset and size do not agree');
}

function readScalar({ bytes, view }: Walk, shape: ScalarShape, at: number): bigint | number {
  const bigEndian = shape.as === 'integer' && shape.bigEndian;
  switch (shape.size) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, !bigEndian);
    case 4:
      return view.getUint32(at, !bigEndian);
    case 8:
      return view.getBigUint64(at, !bigEndian);
    default:
      return readBits(bytes, at, shape.size, bigEndian);
  }
}

/** The value of an unsigned number of `bits` bits. */
function scalarValue(shape: ScalarShape, raw: bigint | number, bits: number): Value {
  if (shape.as === 'boolean') return Number(raw) !== 0;
  if (shape.as === 'integer' && !shape.signed && bits === shape.size * 8) return raw;
  const signed = shape.signed ? BigInt.asIntN(bits, BigInt(raw)) : raw;
  if (shape.as === 'enumeration') {
    const name = shape.names.get(BigInt.asUintN(shape.size * 8, BigInt(signed)));
    if (name !== undefined) return name;
  }
  return shape.size <= 4 ? Number(signed) : BigInt(signed);
}

/** Numbers that JSON does not have are text: `NaN`, `Infinity`. Sizes that JavaScript does not have are hex bytes. */
function decodeFloat({ bytes, view }: Walk, size: number, at: number): Value {
  if (size !== 4 && size !== 8) return hexBytes(bytes.subarray(at, at + size));
  const value = size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  return Number.isFinite(value) ? value : String(value);
}

function decodeText(bytes: Uint8Array): Value {
  const end = bytes.indexOf(0);
  try {
    return strictUtf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
  } catch {
    return Array.from(bytes);
  }
}

function decodeArray(walk: Walk, shape: Extract<Shape, { as: 'array' }>, at: number, depth: number): Value[] {
  if (shape.length > walk.left) throw badBtf(`array ${shape.name} is too long`, undefined, `${shape.length} elements`);
  const element = shapeOf(walk.btf, shape.element);
  return Array.from({ length: shape.length }, (_, index) =>
    decodeAt(walk, element, at + index * shape.elementSize, depth + 1),
  );
}

function decodeRecord(walk: Walk, shape: Extract<Shape, { as: 'record' }>, at: number, depth: number): Value {
  const record: Record<string, Value> = {};
  for (const field of shape.fields.values()) {
    const value = decodeField(walk, field, at, depth);
    if (field.name === '__proto__') Object.defineProperty(record, field.name, ownProperty(value));
    else record[field.name] = value;
  }
  return record;
}

/** How a property that has a setter in every object becomes one of its own. */
function ownProperty(value: Value): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

function decodeField(walk: Walk, field: Field, base: number, depth: number): Value {
  const shape = shapeOf(walk.btf, field.type);
  if (field.bits === undefined) return decodeAt(walk, shape, base + field.offset, depth + 1);
  const scalar = bitFieldShape(shape, field);
  const { start, count } = field.bits;
  walk.left -= 1;
  if (walk.left < 0 || base + field.offset + Math.ceil((start + count) / 8) > walk.bytes.length) throw outside(shape);
  return scalarValue(scalar, readBitField(walk.bytes, base, field), count);
}
