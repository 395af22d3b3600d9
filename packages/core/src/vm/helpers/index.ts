import { checksumHelpers } from './checksum.ts';
import { cpuHelpers } from './cpu.ts';
import type { HelperDefinition } from './definition.ts';
import { forEachHelpers } from './for-each.ts';
import { hashHelpers } from './hash.ts';
import { loopHelpers } from './loop.ts';
import { mapElements } from './map-elements.ts';
import { mapPushPop } from './map-push-pop.ts';
import { perfEventHelpers } from './perf-event.ts';
import { printHelpers } from './print.ts';
import { randomHelpers } from './random.ts';
import { redirectHelpers } from './redirect.ts';
import { redirectMapHelpers } from './redirect-map.ts';
import { ringBufferHelpers } from './ring-buffer.ts';
import { skbBytes } from './skb-bytes.ts';
import { skbChange } from './skb-change.ts';
import { socketHelpers } from './socket.ts';
import { spinLockHelpers } from './spin-lock.ts';
import { stringHelpers } from './strings.ts';
import { tailCallHelpers } from './tail-call.ts';
import { timeHelpers } from './time.ts';
import { vlanHelpers } from './vlan.ts';
import { xdpAdjust } from './xdp-adjust.ts';
import { xdpBytes } from './xdp-bytes.ts';

export type { HelperDefinition } from './definition.ts';

/** The helper functions of the VM by the kernel's number. */
export const helperTable: ReadonlyMap<number, HelperDefinition> = new Map(
  [
    mapElements,
    mapPushPop,
    tailCallHelpers,
    loopHelpers,
    forEachHelpers,
    timeHelpers,
    randomHelpers,
    cpuHelpers,
    spinLockHelpers,
    ringBufferHelpers,
    perfEventHelpers,
    printHelpers,
    stringHelpers,
    xdpAdjust,
    xdpBytes,
    skbBytes,
    skbChange,
    vlanHelpers,
    hashHelpers,
    checksumHelpers,
    redirectHelpers,
    redirectMapHelpers,
    socketHelpers,
  ]
    .flat()
    .map((definition) => [definition.id, definition]),
);
