import type TypeScript from 'typescript-js';
import type { Value, Variable } from '../../ir/index.ts';
import { callHelper, WRITES } from './helpers.ts';
import type { Lowering } from './lowering.ts';
import { mapArgument } from './map-argument.ts';
import type { Held, MapOperand, Operand, OptionalOperand } from './operand.ts';
import { pendingOptional } from './packet.ts';

/** A place for the state of something held; all states are 0 when the function starts. */
function hold(l: Lowering, pointer: Value, node: TypeScript.Node, id: 4005 | 4011): Held {
  const { builder, evaluator } = l;
  const variable = l.freeStates.pop();
  if (variable === undefined) return l.fail(node, 1000, { kind: 'more than eight records and sockets in a function' });
  l.held.push({ variable, node, id });
  builder.require(builder.read(variable), { max: 0n, report: () => evaluator.reporter.report(node, id) });
  builder.write(variable, builder.constant(1));
  const write = (is: boolean) => builder.write(variable, builder.constant(is ? 1 : 0));
  return { pointer, state: { read: () => builder.read(variable), write } };
}

/** Where the test finds nothing, nothing is held. */
function testHeld(l: Lowering, optional: OptionalOperand, held: Held): OptionalOperand {
  return {
    ...optional,
    test(then, otherwise) {
      const none = l.builder.block('none');
      optional.test(then, none);
      l.builder.seal(none);
      l.builder.enter(none);
      held.state.write(false);
      l.builder.jump(otherwise);
    },
  };
}

/**
 * A socket that a helper gave, or null, and that must be given back on every path. A variable says whether it is
 * held: the ranges of the function check it at each use and at each return.
 */
export function heldSocket(l: Lowering, pointer: Value, node: TypeScript.Node): OptionalOperand {
  const { builder } = l;
  const held = hold(l, pointer, node, 4011);
  const optional: OptionalOperand = {
    kind: 'optional',
    of: 'socket',
    payload: () => ({ kind: 'socket', held }),
    test(then, otherwise) {
      l.flush();
      builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, pointer, builder.constant(0), then, otherwise);
    },
  };
  return testHeld(l, optional, held);
}

/** `buffer.reserve()`: a zeroed record. */
export function lowerReserve(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const schema = target.map.value;
  const { builder } = l;
  if (schema === undefined || schema.kind !== 'record') return l.fail(node, 4017);
  l.at(node);
  const values = [mapArgument(l, target), builder.constant(schema.size), builder.constant(0)];
  const pointer = callHelper(l, 'ringbuf_reserve', values, WRITES, node, 'memory');
  const held = hold(l, pointer, node, 4005);
  const present: Variable = { name: 'reserved', type: 'i64' };
  const optional = pendingOptional(l, {
    present,
    of: 'view',
    clear: () => undefined,
    emit(then, otherwise) {
      const some = builder.block('reserved');
      builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, pointer, builder.constant(0), some, otherwise);
      builder.seal(some);
      builder.enter(some);
      builder.zero(pointer, 0, schema.size);
      builder.write(present, builder.constant(1));
      builder.jump(then);
    },
    payload: () => ({ kind: 'view', schema, place: { pointer, offset: 0, held } }),
  });
  return testHeld(l, optional, held);
}

/** `record.submit()` and `record.discard()`. */
export function lowerGiveBack(
  l: Lowering,
  held: Held,
  helper: 'ringbuf_submit' | 'ringbuf_discard' | 'sk_release',
  node: TypeScript.Node,
): Operand {
  const { builder, evaluator } = l;
  const id = helper === 'sk_release' ? 4012 : 4006;
  builder.require(held.state.read(), { min: 1n, report: () => evaluator.reporter.report(node, id) });
  const values = helper === 'sk_release' ? [held.pointer] : [held.pointer, builder.constant(0)];
  callHelper(l, helper, values, WRITES, node);
  held.state.write(false);
  return { kind: 'nothing' };
}

/** Before the function returns, everything must have been given back. */
export function demandGivenBack(l: Lowering): void {
  const { builder, evaluator } = l;
  for (const { variable, node, id } of l.held) {
    const state = builder.read(variable);
    builder.require(state, { max: 0n, report: () => evaluator.reporter.report(node, id) });
  }
}
