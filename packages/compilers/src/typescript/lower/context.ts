import type TypeScript from 'typescript-js';
import { interval } from '../../ir/index.ts';
import { ipv6 } from '../schema/index.ts';
import { intOf, U64_MAX } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { stackPlace, swapped, usePlace } from './memory.ts';
import { describe, type IntOperand, type Operand } from './operand.ts';

/** `ctx.name`. */
export function readContext(l: Lowering, name: string, node: TypeScript.Node): Operand {
  const { kind, builder, packet } = l;
  const address = kind?.bytes?.[name];
  if (address) return readAddress(l, address.offset, node);
  const property = kind && Object.hasOwn(kind.properties, name) ? kind.properties[name] : undefined;
  if (property !== undefined) {
    const loaded = builder.load(builder.parameter(0), property.size, property.offset);
    const value = property.network === undefined ? loaded : builder.byteSwap(loaded, property.network);
    return intOf(value, false, interval(0n, property.max));
  }
  if (name === 'length' && packet !== undefined) {
    const length = builder.binary('sub', builder.read(packet.end), builder.read(packet.data));
    return intOf(length, false, interval(0n, 0xffff_ffffn));
  }
  return l.fail(node, 5003, { kind: kind?.wrapper ?? 'this function', name });
}

/** `ctx.name = value`. */
export function writeContext(l: Lowering, name: string, value: Operand, node: TypeScript.Node): void {
  const { kind, builder } = l;
  const address = kind?.bytes?.[name];
  if (address) {
    writeAddress(l, address.offset, value, node);
    return;
  }
  const property = kind && Object.hasOwn(kind.properties, name) ? kind.properties[name] : undefined;
  if (property?.store === undefined) l.fail(node, 5003, { kind: kind?.wrapper ?? 'this function', name });
  if (value.kind !== 'int') l.fail(node, 2015, { type: describe(value) });
  l.flush();
  const { network } = property;
  const stored = network === undefined ? value.value : swapped(l, value.value, network / 8);
  builder.store(builder.parameter(0), property.store, property.offset, stored);
}

const WORDS = [0, 4, 8, 12];

/** A copy of an address on the stack: the kernel lets programs read contexts by four bytes. */
function readAddress(l: Lowering, offset: number, node: TypeScript.Node): Operand {
  const place = stackPlace(l, 'address', 16, node);
  for (const at of WORDS) {
    l.builder.store(place.pointer, 4, at, l.builder.load(l.builder.parameter(0), 4, offset + at));
  }
  return { kind: 'view', schema: ipv6, place };
}

function writeAddress(l: Lowering, offset: number, value: Operand, node: TypeScript.Node): void {
  if (value.kind !== 'view' || value.schema.size !== 16) l.fail(node, 4017);
  usePlace(l, value.place, node);
  l.flush();
  const { pointer, offset: from } = value.place;
  const words = WORDS.map((at) => l.builder.load(pointer, 4, from + at));
  for (const [index, word] of words.entries()) l.builder.store(l.builder.parameter(0), 4, offset + index * 4, word);
}

/** A 64-bit result of a helper. */
export function u64Of(value: IntOperand['value']): IntOperand {
  return intOf(value, true, interval(0n, U64_MAX));
}
