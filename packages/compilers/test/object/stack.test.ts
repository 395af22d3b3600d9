import { expect, test } from 'vitest';
import type { IrFunction, Module } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { subprogram, xdp } from './sample.ts';

/** A function that keeps `bytes` on the stack, and calls another. */
function using(name: string, bytes: number, callee: IrFunction | undefined): IrFunction {
  const builder = callee === undefined || name !== 'main' ? subprogram(name, [], 'static') : xdp(name);
  const slot = builder.slot('buffer', bytes);
  builder.store(builder.slotAddress(slot), 8, 0, builder.constant(1));
  if (callee !== undefined) builder.call(callee, []);
  builder.return(builder.load(builder.slotAddress(slot), 8, 0));
  return builder.finish();
}

function moduleOf(...functions: IrFunction[]): Module {
  return { name: 'stack', license: 'GPL', maps: [], variables: [], functions };
}

test('what a program and its functions need together is refused beyond 512 bytes', () => {
  const leaf = using('leaf', 304, undefined);
  expect(() => emitObject(moduleOf(using('main', 192, leaf), leaf))).not.toThrow();
  expect(() => emitObject(moduleOf(using('main', 200, leaf), leaf))).toThrow(
    'main calls leaf: together they need 544 bytes of stack',
  );
});

test('more than eight functions under way at one time are refused', () => {
  const chain: IrFunction[] = [using('f0', 8, undefined)];
  for (let depth = 1; depth < 8; depth += 1) chain.unshift(using(`f${depth}`, 8, chain[0]));
  expect(() => emitObject(moduleOf(...chain))).not.toThrow();
  chain.unshift(using('main', 8, chain[0]));
  expect(() => emitObject(moduleOf(...chain))).toThrow(/^main calls f7 .* 9 functions deep$/);
});
