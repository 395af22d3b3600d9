import type TypeScript from 'typescript-js';
import type { Value } from '../../ir/index.ts';
import { textBytes } from '../evaluate/index.ts';
import { ts } from '../facade/index.ts';
import type { TextSchema } from '../schema/index.ts';
import { callHelper } from './helpers.ts';
import type { Lowering } from './lowering.ts';
import { chunkAt, chunks, placeAt, usePlace } from './memory.ts';
import { describe, type Operand, type Place, type ViewOperand } from './operand.ts';

/** Most values of a line before it takes an array on the stack (Linux 5.16). */
const DIRECT_VALUES = 3;
const MOST_VALUES = 12;

/** A register that is zero where two texts are equal; undefined where the operands are no texts. */
export function compareTexts(l: Lowering, left: Operand, right: Operand, node: TypeScript.Node): Value | undefined {
  const first = textView(left);
  const second = textView(right);
  if (first && right.kind === 'text') return compareLiteral(l, first, right.value, node);
  if (second && left.kind === 'text') return compareLiteral(l, second, left.value, node);
  if (first && second) return l.fail(node, 1013);
  return undefined;
}

function textView(operand: Operand): (ViewOperand & { readonly schema: TextSchema }) | undefined {
  return operand.kind === 'view' && operand.schema.kind === 'text'
    ? (operand as ViewOperand & { readonly schema: TextSchema })
    : undefined;
}

/** The bytes of the literal and the zero after it must stand at the start of the field. */
function compareLiteral(
  l: Lowering,
  view: ViewOperand & { readonly schema: TextSchema },
  text: string,
  node: TypeScript.Node,
): Value {
  const bytes = textBytes(`${text}\0`, Number.MAX_SAFE_INTEGER);
  if (bytes.length > view.schema.size) return l.builder.constant(1);
  usePlace(l, view.place, node);
  const { builder } = l;
  let difference: Value | undefined;
  for (let at = 0; at < bytes.length; ) {
    const size = chunkAt(view.place.offset + at, bytes.length - at);
    const loaded = builder.load(view.place.pointer, size, view.place.offset + at);
    let expected = 0n;
    for (let index = size - 1; index >= 0; index -= 1) expected = (expected << 8n) | BigInt(bytes[at + index] ?? 0);
    const different = builder.binary('xor', loaded, builder.constant(expected));
    difference = difference === undefined ? different : builder.binary('or', difference, different);
    at += size;
  }
  return difference ?? builder.constant(0);
}

/** A register that is zero where the bytes of two places are equal. */
export function compareBytes(l: Lowering, left: Place, right: Place, size: number): Value {
  const { builder } = l;
  let difference: Value | undefined;
  const narrow = left.pointer.type === 'stack' ? left : right;
  for (const chunk of chunks(narrow, size)) {
    const [a, b] = [placeAt(left, chunk.at), placeAt(right, chunk.at)];
    const different = builder.binary(
      'xor',
      builder.load(a.pointer, chunk.size, a.offset),
      builder.load(b.pointer, chunk.size, b.offset),
    );
    difference = difference === undefined ? different : builder.binary('or', difference, different);
  }
  return difference ?? builder.constant(0);
}

/** printk`text ${value}`. */
export function lowerPrintk(l: Lowering, node: TypeScript.TaggedTemplateExpression): Operand {
  const { template } = node;
  const [head, spans] = ts.isTemplateExpression(template)
    ? [template.head.text, [...template.templateSpans]]
    : [template.text, []];
  let format = escapePercent(head);
  const values: Value[] = [];
  for (const span of spans) {
    const operand = l.expression(span.expression);
    format += `${specifier(l, operand, span.expression, values)}${escapePercent(span.literal.text)}`;
  }
  if (values.length > MOST_VALUES) return l.fail(node, 6009, { max: MOST_VALUES });
  l.at(node);
  const { builder } = l;
  const literal = l.module.literal(format);
  const text = builder.variableAddress(literal);
  const length = builder.constant(literal.initial.length);
  const effects = { reads: true, writes: true, packet: false };
  if (values.length <= DIRECT_VALUES) callHelper(l, 'trace_printk', [text, length, ...values], effects, node);
  else {
    const slot = builder.slotAddress(builder.slot('printk', values.length * 8));
    for (const [index, value] of values.entries()) builder.store(slot, 8, index * 8, value);
    callHelper(l, 'trace_vprintk', [text, length, slot, builder.constant(values.length * 8)], effects, node);
  }
  return { kind: 'nothing' };
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

function specifier(l: Lowering, operand: Operand, node: TypeScript.Expression, values: Value[]): string {
  if (operand.kind === 'text') return escapePercent(operand.value);
  if (operand.kind === 'bool') {
    values.push(operand.value);
    return '%d';
  }
  if (operand.kind === 'int') {
    values.push(operand.value);
    return operand.range.min !== undefined && operand.range.min >= 0n ? '%llu' : '%lld';
  }
  if (operand.kind === 'view' && operand.schema.kind === 'text') {
    usePlace(l, operand.place, node);
    values.push(l.builder.pointerAdd(operand.place.pointer, l.builder.constant(operand.place.offset)));
    return '%s';
  }
  return l.fail(node, 1021, { operator: 'printk', type: describe(operand) });
}
