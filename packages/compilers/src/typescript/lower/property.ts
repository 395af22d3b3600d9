import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { type ArraySchema, fieldOf } from '../schema/index.ts';
import { readContext } from './context.ts';
import { constantOf, demand, literal } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { placeAt, readField, readPlace, usePlace } from './memory.ts';
import { merge } from './merge.ts';
import { describe, type Operand, type Place } from './operand.ts';
import { testOptional } from './test-optional.ts';

/** `target.name`. */
export function readProperty(l: Lowering, target: Operand, name: string, node: TypeScript.Node): Operand {
  switch (target.kind) {
    case 'view':
      if (target.schema.kind === 'record') {
        const field = fieldOf(target.schema, name);
        return field ? readField(l, target.schema, field, target.place, node) : l.fail(node, 1003);
      }
      if (name === 'length' && target.schema.kind === 'array') return literal(l, BigInt(target.schema.length), false);
      break;
    case 'ref':
      if (name === 'value') return readPlace(l, target.schema, target.place, node);
      break;
    case 'variable': {
      l.module.useVariable(target.declaration);
      const place: Place = {
        pointer: l.builder.variableAddress(target.declaration),
        offset: 0,
        ...(target.config ? {} : { shared: true }),
      };
      if (name === 'value') return readPlace(l, target.schema, place, node);
      if (target.schema.kind !== 'record' && target.schema.kind !== 'array') break;
      return readProperty(l, { kind: 'view', schema: target.schema, place }, name, node);
    }
    case 'schema':
      if (name === 'size') return literal(l, BigInt(target.schema.size), false);
      break;
    case 'context':
      return readContext(l, name, node);
    case 'optional':
      return readProperty(l, target.payload(), name, node);
    case 'tuple':
      if (name === 'length') return literal(l, BigInt(target.elements.length), false);
      break;
    default:
      break;
  }
  return l.fail(node, 1022, { name: `${name} of ${describe(target)}` });
}

/** `target?.name`: undefined where there is no target. */
export function readOptionalProperty(
  l: Lowering,
  target: Operand,
  node: TypeScript.Node,
  read: (payload: Operand) => Operand,
): Operand {
  if (target.kind === 'undefined') return target;
  if (target.kind !== 'optional') return read(target);
  const { builder } = l;
  const [some, none] = [builder.block('some'), builder.block('none')];
  testOptional(l, target, some, none);
  builder.seal(some);
  builder.seal(none);
  builder.enter(some);
  const value = read(target.payload());
  l.flush();
  const end = builder.current;
  if (value.kind === 'nothing')
    return merge(
      l,
      [
        { block: end, operand: value },
        { block: none, operand: value },
      ],
      node,
    );
  return merge(
    l,
    [
      { block: end, operand: value },
      { block: none, operand: { kind: 'undefined' } },
    ],
    node,
  );
}

/** `target[index]`. */
export function readElement(l: Lowering, target: Operand, node: TypeScript.ElementAccessExpression): Operand {
  if (target.kind === 'tuple') {
    const index = l.expression(node.argumentExpression);
    const known = index.kind === 'int' ? constantOf(index) : undefined;
    const element = known === undefined ? undefined : target.elements[Number(known)];
    return element ?? l.fail(node.argumentExpression, 3001);
  }
  if (target.kind === 'view' && target.schema.kind === 'array') {
    const place = elementPlace(l, target.schema, target.place, node);
    return readPlace(l, target.schema.element, place, node);
  }
  if (target.kind === 'view' && target.schema.kind === 'record' && ts.isStringLiteral(node.argumentExpression)) {
    return readProperty(l, target, node.argumentExpression.text, node);
  }
  return l.fail(node, 1021, { operator: '[]', type: describe(target) });
}

/** Where an element of a fixed array stands. The index must be proven to be in range. */
export function elementPlace(
  l: Lowering,
  schema: ArraySchema,
  place: Place,
  node: TypeScript.ElementAccessExpression,
): Place {
  return elementAt(l, schema, place, node.argumentExpression, node);
}

/** Where the element of an index stands. */
export function elementAt(
  l: Lowering,
  schema: ArraySchema,
  place: Place,
  indexNode: TypeScript.Expression,
  node: TypeScript.Node,
): Place {
  const operand = l.expression(indexNode);
  l.at(node);
  if (operand.kind !== 'int' || operand.big) return l.fail(indexNode, 2015, { type: describe(operand) });
  const values = { length: schema.length, index: indexNode.getText() };
  const limits = { min: 0n, max: BigInt(schema.length - 1) };
  const index = demand(l, operand, limits, indexNode, 2008, values);
  const known = constantOf(index);
  if (known !== undefined) return placeAt(place, Number(known) * schema.element.size);
  usePlace(l, place, node);
  const { builder } = l;
  const { size } = schema.element;
  const bytes = size === 1 ? index.value : builder.binary('mul', index.value, builder.constant(size));
  const pointer = builder.pointerAdd(place.pointer, bytes);
  const moved = { ...place, pointer };
  if (place.pointer.type === 'packet') checkAgain(l, moved, size);
  return moved;
}

/** A pointer into the packet that a variable was added to needs its own check; it never fails. */
function checkAgain(l: Lowering, place: Place, size: number): void {
  const { builder, packet } = l;
  if (packet === undefined) return;
  const [inside, outside] = [builder.block('inside'), builder.block('outside')];
  l.flush();
  builder.branch(
    { kind: 'packet', size: place.offset + size },
    place.pointer,
    builder.read(packet.end),
    inside,
    outside,
  );
  builder.seal(inside);
  builder.seal(outside);
  builder.enter(outside);
  builder.return(builder.constant(0));
  builder.enter(inside);
}
