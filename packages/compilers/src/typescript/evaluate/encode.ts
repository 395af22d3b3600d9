import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { fieldOf, type IntSchema, type RecordSchema, type Schema } from '../schema/index.ts';
import { addressBytes } from './address.ts';
import { type Evaluation, propertiesOf } from './evaluation.ts';

/** Writes the constant `node` into `bytes` as `schema` lays it out. Reports and gives false where it is none. */
export function encode(
  evaluation: Evaluation,
  schema: Schema,
  node: TypeScript.Expression,
  bytes: Uint8Array,
  offset: number,
): boolean {
  if (schema.kind === 'int') return encodeInteger(evaluation, schema, node, bytes, offset);
  if (schema.kind === 'record') return encodeRecord(evaluation, schema, node, bytes, offset);
  if (schema.kind === 'text') return encodeText(evaluation, schema.size, node, bytes, offset);
  if (schema.kind !== 'array') return fail(evaluation, node);
  const address = addressBytes(evaluation, node);
  if (address !== undefined) {
    bytes.set(address, offset);
    return true;
  }
  if (!ts.isArrayLiteralExpression(node)) return fail(evaluation, node);
  return node.elements.every((element, index) =>
    encode(evaluation, schema.element, element, bytes, offset + index * schema.element.size),
  );
}

function fail(evaluation: Evaluation, node: TypeScript.Expression): false {
  evaluation.reporter.report(node, 3001);
  return false;
}

function encodeInteger(
  evaluation: Evaluation,
  schema: IntSchema,
  node: TypeScript.Expression,
  bytes: Uint8Array,
  offset: number,
): boolean {
  const address = addressBytes(evaluation, node);
  if (address?.length === schema.size) {
    bytes.set(address, offset);
    return true;
  }
  const value = evaluation.integer(node);
  if (value === undefined) return false;
  for (let index = 0; index < schema.size; index += 1) {
    const place = schema.network ? schema.size - 1 - index : index;
    bytes[offset + place] = Number((value >> BigInt(index * 8)) & 0xffn);
  }
  return true;
}

function encodeRecord(
  evaluation: Evaluation,
  schema: RecordSchema,
  node: TypeScript.Expression,
  bytes: Uint8Array,
  offset: number,
): boolean {
  if (!ts.isObjectLiteralExpression(node)) return fail(evaluation, node);
  return [...propertiesOf(node)].every(([name, value]) => {
    const field = fieldOf(schema, name);
    return field === undefined || encode(evaluation, field.schema, value, bytes, offset + field.offset);
  });
}

function encodeText(
  evaluation: Evaluation,
  size: number,
  node: TypeScript.Expression,
  bytes: Uint8Array,
  offset: number,
): boolean {
  const value = evaluation.expression(node);
  if (value?.kind !== 'text') return fail(evaluation, node);
  bytes.set(textBytes(value.value, size), offset);
  return true;
}

/** The UTF-8 bytes of a text in a field of `size` bytes: cut, and ended by a zero. */
export function textBytes(text: string, size: number): Uint8Array {
  return new TextEncoder().encode(text).subarray(0, size - 1);
}
