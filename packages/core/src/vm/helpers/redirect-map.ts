import type { MapType } from '../../abi/map-types.gen.ts';
import { Header } from '../../maps/header.ts';
import type { BpfMap } from '../../maps/map.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, mapOf, xdpContext } from './arguments.ts';
import { define, type HelperDefinition, signed, XDP } from './definition.ts';

const types: ReadonlySet<MapType> = new Set(['devmap', 'devmap_hash', 'cpumap', 'xskmap']);
/** What to return where the map has no such entry: XDP_ABORTED to XDP_TX. */
const ACTION_MASK = 3;
const F_BROADCAST = 8;
const F_EXCLUDE_INGRESS = 16;
const XDP_ABORTED = 0;
const XDP_REDIRECT = 4;

function knownFlags(map: BpfMap): number {
  const { type } = map.definition;
  return type === 'devmap' || type === 'devmap_hash' ? ACTION_MASK | F_BROADCAST | F_EXCLUDE_INGRESS : ACTION_MASK;
}

/** Asks as a program does: what user space may read does not matter. */
function hasEntry(run: Run, map: BpfMap, key: number): boolean {
  const address = map.handle + Header.SCRATCH_KEY;
  run.machine.memory.view.setUint32(address, key, true);
  return map.lookup(address, run.cpu) !== 0;
}

function redirectMap(run: Run): number {
  const map = mapOf(run, 1, types);
  if (hasFlagsBeyond(run, 3, knownFlags(map))) return XDP_ABORTED;
  const key = run.unsigned(2);
  const flags = run.low(3);
  const broadcast = (flags & F_BROADCAST) !== 0;
  if (!broadcast && !hasEntry(run, map, key)) return flags & ACTION_MASK;
  xdpContext(run).redirect = { kind: 'map', map: map.definition.name, key, ...(broadcast ? { broadcast } : {}) };
  return XDP_REDIRECT;
}

/** `bpf_redirect_map` (Linux 4.14; default action 5.3, broadcast 5.14). */
export const redirectMapHelpers: readonly HelperDefinition[] = [define('redirect_map', XDP, signed(redirectMap))];
