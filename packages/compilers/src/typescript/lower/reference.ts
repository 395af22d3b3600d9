import type TypeScript from 'typescript-js';
import { kindName, ts } from '../facade/index.ts';
import { type Field, fieldOf, type RecordSchema, type Schema } from '../schema/index.ts';
import { sumsOf } from './assigned.ts';
import { writeContext } from './context.ts';
import { writeInput } from './input.ts';
import type { Frame, Lowering } from './lowering.ts';
import { placeAt, readField, readPlace, usePlace, writeField, writePlace } from './memory.ts';
import { describe, type Operand, type Place } from './operand.ts';
import { elementPlace } from './property.ts';
import { fitted } from './scalars.ts';
import { scalarType } from './types.ts';

/** Something that can be assigned to. */
export interface Reference {
  read(): Operand;
  write(value: Operand, node: TypeScript.Node): void;
  /** Writes without a check. */
  store(value: Operand): void;
  /** Writes an expression that may be a literal, into memory of a whole value. */
  readonly writeNode?: (node: TypeScript.Expression) => void;
  /**
   * For a number variable without a width, the places that add to it: sums in loops are bounded by how often the loop
   * runs. Else 0.
   */
  readonly sums: bigint;
  /** Stores wrap. */
  readonly memory: boolean;
  /** Told of a read and write that are not one step. */
  readonly warnShared?: (node: TypeScript.Node, fix: string) => void;
}

/** The place that an assignment's left side names. */
export function referenceOf(l: Lowering, node: TypeScript.Expression): Reference {
  if (ts.isParenthesizedExpression(node)) return referenceOf(l, node.expression);
  if (ts.isNonNullExpression(node)) {
    if (!ts.isElementAccessExpression(node.expression)) return l.fail(node, 1009);
    return referenceOf(l, node.expression);
  }
  if (ts.isIdentifier(node)) return variable(l, node);
  if (ts.isPropertyAccessExpression(node)) return property(l, node);
  if (ts.isElementAccessExpression(node)) return element(l, node);
  return l.fail(node, 1000, { kind: kindName(node.kind) });
}

function variable(l: Lowering, node: TypeScript.Identifier): Reference {
  const symbol = l.evaluator.symbolOf(node);
  const binding = symbol && l.bindings.get(symbol);
  if (binding === undefined) return l.fail(node, 1023, { name: node.text });
  if (binding.kind !== 'carrier') return l.fail(node, 1019, { name: node.text });
  if (!mayAssign(l.frame, symbol)) l.fail(node, 1019, { name: node.text });
  const { carrier } = binding;
  const type = scalarType(l.evaluator.checker, binding.type);
  const sums = type?.kind === 'int' && type.name === 'number' ? sumsOf(node) : 0n;
  const store = (value: Operand) => {
    if (value.kind === 'optional') l.flush();
    if (!carrier.write(value)) l.fail(node.parent, 1021, { operator: '=', type: describe(value) });
  };
  return {
    read: () => carrier.read(),
    write: (value, from) => store(fitted(l, type, value, from, sums > 0n)),
    store,
    sums,
    memory: false,
  };
}

/** A function assigns to its own variables; the callbacks of loop, lock and forEach to those around them too. */
function mayAssign(frame: Frame, symbol: TypeScript.Symbol | undefined): boolean {
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined) return true;
  for (let current: Frame | undefined = frame; current !== undefined; current = current.outer) {
    for (let node: TypeScript.Node = declaration; node !== undefined; node = node.parent) {
      if (node === current.declaration) return true;
    }
    if (!current.callback) return false;
  }
  return false;
}

function property(l: Lowering, node: TypeScript.PropertyAccessExpression): Reference {
  const target = l.expression(node.expression);
  const name = node.name.text;
  l.at(node);
  if (target.kind === 'view' && target.schema.kind === 'record') {
    const field = fieldOf(target.schema, name);
    return field ? fieldReference(l, target.schema, field, target.place, node) : l.fail(node, 1023, { name });
  }
  if ((target.kind === 'ref' || target.kind === 'variable') && name === 'value') {
    const place = target.kind === 'ref' ? target.place : variablePlace(l, target);
    return placeReference(l, target.schema, place, node);
  }
  if (target.kind !== 'context') return l.fail(node, 1021, { operator: '=', type: describe(target) });
  return {
    read: () => l.expression(node),
    write: (value) => writeContext(l, name, value, node),
    store: (value) => writeContext(l, name, value, node),
    sums: 0n,
    memory: true,
  };
}

/** Where a `config` or `global` stands. */
export function variablePlace(l: Lowering, target: Operand & { kind: 'variable' }): Place {
  l.module.useVariable(target.declaration);
  return {
    pointer: l.builder.variableAddress(target.declaration),
    offset: 0,
    ...(target.config ? {} : { shared: true }),
  };
}

function fieldReference(
  l: Lowering,
  record: RecordSchema,
  field: Field,
  place: Place,
  node: TypeScript.Node,
): Reference {
  return {
    read: () => readField(l, record, field, place, node),
    write(value, from) {
      usePlace(l, place, node);
      writeField(l, record, field, unguarded(place), value, from);
    },
    store: (value) => writeField(l, record, field, place, value, node),
    ...whole(l, field.schema, placeAt(place, field.offset)),
    sums: 0n,
    memory: true,
    ...shared(l, place),
  };
}

function placeReference(l: Lowering, schema: Schema, place: Place, node: TypeScript.Node): Reference {
  return {
    read: () => readPlace(l, schema, place, node),
    write(value, from) {
      usePlace(l, place, node);
      writePlace(l, schema, unguarded(place), value, from);
    },
    store: (value) => writePlace(l, schema, place, value, node),
    ...whole(l, schema, place),
    sums: 0n,
    memory: true,
    ...shared(l, place),
  };
}

/** A place that was asked for already. */
function unguarded({ pointer, offset, shared }: Place): Place {
  return { pointer, offset, ...(shared ? { shared } : {}) };
}

function whole(l: Lowering, schema: Schema, place: Place): { writeNode?: (node: TypeScript.Expression) => void } {
  if (schema.kind !== 'record' && schema.kind !== 'array') return {};
  return { writeNode: (node) => writeInput(l, schema, place, node) };
}

function shared(l: Lowering, place: Place): { warnShared?: (node: TypeScript.Node, fix: string) => void } {
  if (!place.shared || l.locked) return {};
  return { warnShared: (node, fix) => l.warn(node, 4004, { fix }) };
}

function element(l: Lowering, node: TypeScript.ElementAccessExpression): Reference {
  const target = l.expression(node.expression);
  l.at(node);
  if (target.kind !== 'view' || target.schema.kind !== 'array')
    return l.fail(node, 1021, { operator: '[]', type: describe(target) });
  return placeReference(l, target.schema.element, elementPlace(l, target.schema, target.place, node), node);
}
