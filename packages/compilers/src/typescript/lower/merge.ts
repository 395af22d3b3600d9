import type TypeScript from 'typescript-js';
import type { Block } from '../../ir/index.ts';
import { carrierOf } from './carrier.ts';
import type { Lowering } from './lowering.ts';
import type { Operand, OptionalOperand } from './operand.ts';

/** A value that control brings along: the block that it is known at the end of. */
export interface Alternative {
  readonly block: Block;
  readonly operand: Operand;
}

/** The one value of several paths; goes on where they meet. */
export function merge(l: Lowering, alternatives: readonly Alternative[], node: TypeScript.Node): Operand {
  const [first] = alternatives;
  if (first === undefined) return { kind: 'nothing' };
  if (alternatives.length === 1) {
    l.builder.enter(first.block);
    return first.operand;
  }
  const { builder } = l;
  const kinds = new Set(alternatives.map(({ operand }) => operand.kind));
  const join = builder.block('join');
  const value = !kinds.has('nothing');
  const payloads = new Map<Operand, Operand>();
  for (const { block, operand } of alternatives) {
    builder.enter(block);
    if (operand.kind === 'optional') payloads.set(operand, operand.payload());
  }
  const operands = alternatives.map(({ operand }) => operand);
  const payloadOf = (operand: OptionalOperand) => payloads.get(operand) ?? operand.payload();
  builder.enter(first.block);
  const carrier = value ? carrierOf(builder, operands, 'value', payloadOf) : undefined;
  if (value && carrier === undefined) return l.fail(node, 1000, { kind: 'paths with values of different kinds' });
  for (const { block, operand } of alternatives) {
    builder.enter(block);
    if (carrier !== undefined && !carrier.write(operand))
      l.fail(node, 1000, { kind: 'paths with values of different kinds' });
    l.jump(join);
  }
  builder.seal(join);
  builder.enter(join);
  return carrier?.read() ?? { kind: 'nothing' };
}
