import type { IrFunction, Module } from '../ir/index.ts';
import { boundOffsets } from './bound-offsets.ts';
import { simplifyControlFlow } from './control-flow.ts';
import { removeDeadCode } from './dead-code.ts';
import { forwardLoads } from './forward-loads.ts';
import { mergePacketChecks } from './merge-packet-checks.ts';
import { mergeStores } from './merge-stores.ts';
import { removeRepeatedStores } from './remove-stores.ts';
import { shareReturns } from './return-blocks.ts';
import { shareSlots } from './share-slots.ts';
import { simplify } from './simplify.ts';
import { sinkByteSwaps } from './sink-swaps.ts';
import { threadJumps } from './thread-jumps.ts';
import { numberValues } from './value-numbering.ts';

/** Most rounds of all passes: what one finds makes work for the others. */
const ROUNDS = 6;

/** Makes every function of a module shorter, and no harder to verify; in place. */
export function optimize(module: Module): void {
  for (const target of module.functions) optimizeFunction(target);
}

/** One function, without requirements. */
export function optimizeFunction(target: IrFunction): void {
  simplifyControlFlow(target);
  numberValues(target);
  for (let round = 0, changed = true; changed && round < ROUNDS; round += 1) {
    changed = simplify(target);
    numberValues(target);
    if (forwardLoads(target)) changed = true;
    removeDeadCode(target);
    if (mergePacketChecks(target)) changed = true;
    if (threadJumps(target)) changed = true;
    if (sinkByteSwaps(target)) changed = true;
    simplifyControlFlow(target);
  }
  if (shareReturns(target)) simplifyControlFlow(target);
  shareSlots(target);
  mergeStores(target);
  numberValues(target);
  removeRepeatedStores(target);
  boundOffsets(target);
}
