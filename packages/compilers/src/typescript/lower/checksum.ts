import type TypeScript from 'typescript-js';
import type { Value } from '../../ir/index.ts';
import { fieldOf } from '../schema/index.ts';
import { intOf } from './integers.ts';
import type { Lowering } from './lowering.ts';
import { usePlace } from './memory.ts';
import { describe, type Operand } from './operand.ts';

const LARGEST = 64;

/**
 * `checksum(header)`: the sum of its 16-bit words in one's complement (RFC 1071), its own checksum field taken as
 * zero. The sum does not depend on the byte order (RFC 1071 section 2 B), so words are added as they are loaded, and
 * the result is swapped once.
 */
export function lowerChecksum(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [argument] = node.arguments;
  const view = argument && l.expression(argument);
  if (view?.kind !== 'view' || view.schema.kind !== 'record') {
    return l.fail(argument ?? node, 1021, { operator: 'checksum', type: view ? describe(view) : 'nothing' });
  }
  const { schema, place } = view;
  if (schema.size > LARGEST || schema.size % 2 !== 0) return l.fail(node, 5006, { size: schema.size });
  l.at(node);
  usePlace(l, place, node);
  const { builder } = l;
  const skipped = fieldOf(schema, 'checksum')?.offset;
  let sum: Value | undefined;
  for (let at = 0; at < schema.size; ) {
    const size =
      at === skipped ? 2 : at + 4 <= schema.size && at + 2 !== skipped && (place.offset + at) % 2 === 0 ? 4 : 2;
    if (at !== skipped) {
      const word = builder.load(place.pointer, size, place.offset + at);
      sum = sum === undefined ? word : builder.binary('add', sum, word);
    }
    at += size;
  }
  // Up to 16 words of 32 bits: 36 bits, then 21, 17 and 16.
  let folded = sum ?? builder.constant(0);
  const low = (value: Value, bits: number) => builder.binary('and', value, builder.constant((1n << BigInt(bits)) - 1n));
  folded = builder.binary('add', low(folded, 32), builder.binary('lshr', folded, builder.constant(32)));
  folded = builder.binary('add', low(folded, 16), builder.binary('lshr', folded, builder.constant(16)));
  folded = builder.binary('add', low(folded, 16), builder.binary('lshr', folded, builder.constant(16)));
  const complement = low(builder.binary('xor', folded, builder.constant(0xffff)), 16);
  return intOf(builder.byteSwap(complement, 16), false, { min: 0n, max: 0xffffn });
}
