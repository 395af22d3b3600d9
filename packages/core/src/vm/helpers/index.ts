import { cpuHelpers } from './cpu.ts';
import type { HelperDefinition } from './definition.ts';
import { mapElements } from './map-elements.ts';
import { mapPushPop } from './map-push-pop.ts';
import { randomHelpers } from './random.ts';
import { redirectHelpers } from './redirect.ts';
import { timeHelpers } from './time.ts';
import { xdpAdjust } from './xdp-adjust.ts';

export type { HelperDefinition } from './definition.ts';

/** The helper functions of the VM by the kernel's number. */
export const helperTable: ReadonlyMap<number, HelperDefinition> = new Map(
  [mapElements, mapPushPop, timeHelpers, randomHelpers, cpuHelpers, redirectHelpers, xdpAdjust]
    .flat()
    .map((definition) => [definition.id, definition]),
);
