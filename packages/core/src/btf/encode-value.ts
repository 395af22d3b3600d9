import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { budget, decodeLeaf, MAX_NESTING } from './decode-value.ts';
import { encodeScalar } from './encode-scalar.ts';
import { badBtf } from './header.ts';
import type { Btf } from './reader.ts';
import { bitFieldShape, bitPlace, writeBitField, writeBits } from './scalar.ts';
import { type Field, type Shape, shapeOf } from './shape.ts';
import type { TypeId } from './types.ts';
import { badValue, describe, isRecord, type Value } from './value-model.ts';

/** Largest value, as in the kernel: sizes are signed 32-bit numbers there. */
const MAX_SIZE = 0x7fffffff;

const utf8 = new TextEncoder();

/** What a walk over a value needs: the types, the bytes to fill, and how many values it may still take. */
interface Walk {
  readonly btf: Btf;
  readonly bytes: Uint8Array;
  left: number;
}

/** Where a walk stands: byte offset, path for errors, depth of nesting. */
interface Position {
  readonly at: number;
  readonly path: string;
  readonly depth: number;
}

/**
 * The bytes of a value by its type: the inverse of `decodeValue`, which takes more than that gives.
 *
 * - numbers also as `bigint` or text (`0x10`), enumerators also by number, booleans also as 0 and 1
 * - a dotted address for anything of 4 bytes, an IPv6 address of 16, a MAC address of 6, in network order
 * - hex bytes `0a 00 00 01` for anything but char arrays; a list of numbers for a char array
 * - fields left out of a record are zero; fields that share bytes must agree
 *
 * @param path what error messages start with, such as the map's name.
 * @throws SKEP_BAD_VALUE with the path of the field: `rules.action: 256 does not fit u8 (0..255)`.
 */
export function encodeValue(btf: Btf, id: TypeId, value: Value, path = ''): Uint8Array {
  const shape = shapeOf(btf, id);
  if (shape.size > MAX_SIZE) throw badValue(path, `${shape.name} is too large: ${shape.size} bytes`);
  const walk = { btf, bytes: new Uint8Array(shape.size), left: budget(shape.size) };
  encodeAt(walk, shape, value, { at: 0, path, depth: 0 });
  return walk.bytes;
}

function encodeAt(walk: Walk, shape: Shape, value: Value, position: Position): void {
  const { at, path, depth } = position;
  const { bytes } = walk;
  walk.left -= 1;
  if (depth > MAX_NESTING || walk.left < 0)
    throw badBtf(`type ${shape.name} is endless`, undefined, 'it contains itself');
  if (at + shape.size > bytes.length) throw outside(shape.name);
  if (shape.as === 'record') encodeRecord(walk, shape, value, position);
  else if (shape.as === 'array') encodeArray(walk, shape, value, position);
  else if (!saysAlready(walk, shape, value, position)) bytes.set(encodeLeaf(shape, value, path), at);
}

/**
 * Text, booleans and NaN have several encodings. What says the same already stays, so that fields which share bytes do
 * not undo each other.
 */
function saysAlready({ btf, bytes }: Walk, shape: Shape, value: Value, { at, path }: Position): boolean {
  if (shape.as === 'boolean') {
    return decodeLeaf(btf, shape, bytes, at) === (encodeScalar(shape, value, shape.size * 8, path) === 1n);
  }
  return (shape.as === 'text' || shape.as === 'float') && Object.is(decodeLeaf(btf, shape, bytes, at), value);
}

function outside(name: string): Error {
  return badBtf(`a ${name} reaches past the struct it is in`, undefined, 'member offset and size do not agree');
}

/** The bytes of a value without parts. */
function encodeLeaf(shape: Exclude<Shape, { as: 'record' | 'array' }>, value: Value, path: string): Uint8Array {
  if (shape.as === 'text') return encodeText(shape.size, value, path);
  const raw = bytesFromText(value, shape.size);
  if (raw !== undefined) return raw;
  switch (shape.as) {
    case 'ipv4':
      throw badValue(path, `${describe(value)} is not an IPv4 address`, 'write it like this: 10.0.0.1');
    case 'ipv6':
      throw badValue(path, `${describe(value)} is not an IPv6 address`, 'write it like this: 2001:db8::1');
    case 'mac':
      throw badValue(path, `${describe(value)} is not a MAC address`, 'write it like this: 02:00:00:00:00:01');
    case 'float':
      return encodeFloat(shape.size, value, path);
    default: {
      const bytes = new Uint8Array(shape.size);
      const bits = encodeScalar(shape, value, shape.size * 8, path);
      writeBits(bytes, 0, shape.size, shape.as === 'integer' && shape.bigEndian, bits);
      return bytes;
    }
  }
}

/** An address in network order, or hex bytes, where `value` is text in one of these forms and has the right size. */
export function bytesFromText(value: Value, size: number): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (size === 4 && text.includes('.')) return parseIpv4(text);
  if (size === 16 && text.includes(':')) return parseIpv6(text);
  if (size === 6 && /[:-]/.test(text)) return parseMac(text);
  // Two digits alone are a number; bytes stand with spaces between them.
  if (size < 2 || text.length !== size * 3 - 1 || !/^[0-9a-f]{2}( [0-9a-f]{2})+$/i.test(text)) return undefined;
  return Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
}

function encodeFloat(size: number, value: Value, path: string): Uint8Array {
  const bytes = new Uint8Array(size);
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  const valid = !Array.isArray(value) && !isRecord(value) && (!Number.isNaN(number) || value === 'NaN');
  if (!valid || (size !== 4 && size !== 8)) {
    throw badValue(
      path,
      `${describe(value)} is not a number of ${size} bytes`,
      size > 8 ? 'give hex bytes' : 'write it like this: 1.5',
    );
  }
  const view = new DataView(bytes.buffer);
  if (size === 4) view.setFloat32(0, number, true);
  else view.setFloat64(0, number, true);
  return bytes;
}

/** What the elements of a char array are where they are given as numbers. */
const charShape = { as: 'integer', size: 1, name: 'char', signed: false, bigEndian: false } as const;

/**
 * Text with the zero byte that ends it, or all bytes as a list of numbers. What stands behind the zero byte is not
 * touched: it may belong to a field that shares these bytes.
 */
function encodeText(size: number, value: Value, path: string): Uint8Array {
  if (Array.isArray(value) && value.length === size) {
    return Uint8Array.from(value, (item: Value, index) =>
      Number(encodeScalar(charShape, item, 8, `${path}[${index}]`)),
    );
  }
  if (typeof value !== 'string') {
    throw badValue(path, `${describe(value)} is not text of at most ${size} bytes`, 'write "text"');
  }
  const content = utf8.encode(value);
  if (content.length > size) {
    throw badValue(path, `${describe(value)} has ${content.length} bytes, the field has ${size}`, 'shorten it');
  }
  const bytes = new Uint8Array(Math.min(size, content.length + 1));
  bytes.set(content);
  return bytes;
}

function encodeArray(walk: Walk, shape: Extract<Shape, { as: 'array' }>, value: Value, position: Position): void {
  const { at, path, depth } = position;
  const raw = bytesFromText(value, shape.size);
  if (raw !== undefined) {
    walk.bytes.set(raw, at);
    return;
  }
  if (!Array.isArray(value) || value.length !== shape.length) {
    const found = Array.isArray(value) ? `${value.length} elements are` : `${describe(value)} is`;
    throw badValue(path, `${found} given where ${shape.length} elements are needed`, 'write [1, 2, ...], each element');
  }
  const element = shapeOf(walk.btf, shape.element);
  value.forEach((item: Value, index) => {
    encodeAt(walk, element, item, { at: at + index * shape.elementSize, path: `${path}[${index}]`, depth: depth + 1 });
  });
}

function encodeRecord(walk: Walk, shape: Extract<Shape, { as: 'record' }>, value: Value, position: Position): void {
  const raw = bytesFromText(value, shape.size);
  if (raw !== undefined) {
    walk.bytes.set(raw, position.at);
    return;
  }
  if (!isRecord(value)) {
    const first = shape.fields.keys().next().value ?? '';
    throw badValue(position.path, `${describe(value)} is no ${shape.name}`, `write {${first}: ..., ...}`);
  }
  const given = Object.entries(value).map(([name, item]) => {
    const field = shape.fields.get(name);
    if (field === undefined) throw unknownField(name, shape, position.path);
    return { field, item };
  });
  for (const { field, item } of given) encodeField(walk, field, item, position);
  if (shape.overlaps) for (const { field, item } of given) checkAgreement(walk, field, item, position);
}

/** Writing a field once more changes nothing, unless another that shares its bytes says something else. */
function checkAgreement(walk: Walk, field: Field, item: Value, position: Position): void {
  const start = position.at + field.offset;
  const end = start + (field.bits === undefined ? walk.btf.sizeOf(field.type) : bitPlace(field).size);
  const before = walk.bytes.slice(start, end);
  encodeField(walk, field, item, position);
  if (before.every((byte, index) => byte === walk.bytes[start + index])) return;
  throw badValue(
    pathTo(position.path, field.name),
    `${describe(item)} disagrees with another field that shares its bytes`,
    'give only one of them',
  );
}

function encodeField(walk: Walk, field: Field, value: Value, position: Position): void {
  const path = pathTo(position.path, field.name);
  const shape = shapeOf(walk.btf, field.type);
  if (field.bits === undefined) {
    encodeAt(walk, shape, value, { at: position.at + field.offset, path, depth: position.depth + 1 });
    return;
  }
  const scalar = bitFieldShape(shape, field);
  if (position.at + field.offset + bitPlace(field).size > walk.bytes.length) throw outside(scalar.name);
  writeBitField(walk.bytes, position.at, field, encodeScalar(scalar, value, field.bits.count, path));
}

function pathTo(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function unknownField(name: string, shape: Extract<Shape, { as: 'record' }>, path: string): Error {
  const known = [...shape.fields.keys()];
  return badValue(
    path,
    `${shape.name} has no field ${describe(name)}`,
    `it has: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', ...' : ''}`,
  );
}
