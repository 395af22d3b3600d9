import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import {
  arrayOf,
  type Follow,
  type HeaderFunction,
  headerOf,
  integers,
  type RecordSchema,
  type Schema,
  structOf,
} from '../schema/index.ts';
import { type Evaluation, propertiesOf } from './evaluation.ts';
import type { StaticValue } from './static-value.ts';

const LARGEST = 1 << 20;

type Maker = (evaluation: Evaluation, node: TypeScript.CallExpression, name: string) => Schema | undefined;

const makers: Readonly<Record<string, Maker>> = {
  struct: structSchema,
  header: headerSchema,
  netHeader: headerSchema,
  array: arraySchema,
  bytes: (evaluation, node) => {
    const length = sizeOf(evaluation, node, node.arguments[0]);
    return length === undefined ? undefined : arrayOf(integers.u8, length);
  },
  cstr: (evaluation, node) => {
    const size = sizeOf(evaluation, node, node.arguments[0]);
    return size === undefined ? undefined : { kind: 'text', size, align: 1 };
  },
  bits: bitsSchema,
};

/** The schema that a call such as `struct({ .. })` makes; undefined where `callee` makes none. */
export function schemaOfCall(
  evaluation: Evaluation,
  node: TypeScript.CallExpression,
  callee: string,
  name: string,
): StaticValue | undefined {
  const maker = Object.hasOwn(makers, callee) ? makers[callee] : undefined;
  const schema = maker?.(evaluation, node, name);
  return schema === undefined ? undefined : { kind: 'schema', schema };
}

function sizeOf(
  evaluation: Evaluation,
  node: TypeScript.CallExpression,
  argument: TypeScript.Expression | undefined,
): number | undefined {
  const value = argument && evaluation.integer(argument);
  if (value === undefined) return undefined;
  if (value >= 1n && value <= BigInt(LARGEST)) return Number(value);
  evaluation.reporter.report(argument ?? node, 3004, { max: LARGEST });
  return undefined;
}

function arraySchema(evaluation: Evaluation, node: TypeScript.CallExpression): Schema | undefined {
  const [element, length] = node.arguments;
  const schema = element && evaluation.schema(element);
  const count = sizeOf(evaluation, node, length);
  if (schema === undefined || count === undefined || element === undefined) return undefined;
  if (schema.kind === 'bits') {
    evaluation.reporter.report(element, 3003);
    return undefined;
  }
  return arrayOf(schema, count);
}

function bitsSchema(evaluation: Evaluation, node: TypeScript.CallExpression): Schema | undefined {
  const [argument] = node.arguments;
  const count = argument && evaluation.integer(argument);
  if (count === undefined) return undefined;
  if (count >= 1n && count <= 32n) return { kind: 'bits', count: Number(count), size: 0, align: 1 };
  evaluation.reporter.report(argument ?? node, 3008);
  return undefined;
}

function fieldsOf(evaluation: Evaluation, node: TypeScript.CallExpression): [string, Schema][] | undefined {
  const fields: [string, Schema][] = [];
  for (const [name, value] of propertiesOf(node.arguments[0])) {
    const schema = evaluation.schema(value);
    if (schema === undefined) return undefined;
    fields.push([name, schema]);
  }
  return fields;
}

function structSchema(evaluation: Evaluation, node: TypeScript.CallExpression, name: string): Schema | undefined {
  const fields = fieldsOf(evaluation, node);
  if (fields === undefined) return undefined;
  const properties = propertiesOf(node.arguments[0]);
  for (const [field, schema] of fields) {
    if (schema.kind !== 'bits') continue;
    evaluation.reporter.report(properties.get(field) ?? node, 3003);
    return undefined;
  }
  return named(structOf(fields), name);
}

function named(schema: RecordSchema, name: string): RecordSchema {
  schema.name = name;
  return schema;
}

function headerSchema(evaluation: Evaluation, node: TypeScript.CallExpression, name: string): Schema | undefined {
  const fields = fieldsOf(evaluation, node);
  if (fields === undefined) return undefined;
  const options = propertiesOf(node.arguments[1]);
  const length = headerFunction(evaluation, options.get('length'));
  const next = headerFunction(evaluation, options.get('next'));
  const made = headerOf(fields, {
    ...(length === undefined ? {} : { length }),
    ...(next === undefined ? {} : { next }),
    follows: lateFollows(evaluation, options.get('follows')),
  });
  if ('kind' in made) return named(made, name);
  const values = { ...made, missing: 8 - (made.bits % 8) };
  evaluation.reporter.report(propertiesOf(node.arguments[0]).get(made.name) ?? node, 3002, values);
  return undefined;
}

function headerFunction(evaluation: Evaluation, node: TypeScript.Expression | undefined): HeaderFunction | undefined {
  if (node === undefined) return undefined;
  if (ts.isArrowFunction(node) && node.parameters.length === 1 && !ts.isBlock(node.body)) return node;
  evaluation.reporter.report(node, 5005);
  return undefined;
}

/** The library writes a function, a program a list: both are evaluated when a packet is parsed. */
function lateFollows(evaluation: Evaluation, node: TypeScript.Expression | undefined): () => readonly Follow[] {
  let found: readonly Follow[] | undefined;
  return () => {
    const list = node && ts.isArrowFunction(node) && !ts.isBlock(node.body) ? node.body : node;
    found ??= list === undefined ? [] : followsOf(evaluation, list);
    return found;
  };
}

function followsOf(evaluation: Evaluation, node: TypeScript.Expression): Follow[] {
  const value = evaluation.expression(node);
  const found = (value?.kind === 'list' ? value.elements : []).flatMap((entry) => {
    const [previous, number] = entry.kind === 'list' ? entry.elements : [];
    const isFollow = previous?.kind === 'schema' && previous.schema.kind === 'record' && number?.kind === 'integer';
    return isFollow ? [{ previous: previous.schema, number: number.value } as Follow] : [];
  });
  if (found.length === 0) evaluation.reporter.report(node, 3001);
  return found;
}
