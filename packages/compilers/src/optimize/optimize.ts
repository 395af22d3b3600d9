import type { IrFunction, Module } from '../ir/index.ts';
import { boundOffsets } from './bound-offsets.ts';
import { simplifyControlFlow } from './control-flow.ts';
import { removeDeadCode } from './dead-code.ts';
import { forwardLoads } from './forward-loads.ts';
import { mergeStores } from './merge-stores.ts';
import { simplify } from './simplify.ts';
import { numberValues } from './value-numbering.ts';

/** Rounds of all passes: what one finds makes work for the others. */
const ROUNDS = 3;

/** Makes every function of a module shorter, and no harder to verify; in place. */
export function optimize(module: Module): void {
  for (const target of module.functions) optimizeFunction(target);
}

/** One function; its requirements are checked and gone. */
export function optimizeFunction(target: IrFunction): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    simplifyControlFlow(target);
    numberValues(target);
    simplify(target);
    numberValues(target);
    forwardLoads(target);
    removeDeadCode(target);
  }
  mergeStores(target);
  numberValues(target);
  simplifyControlFlow(target);
  boundOffsets(target);
}
