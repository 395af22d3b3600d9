import type { MapType } from '../../abi/map-types.gen.ts';
import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, high, mapOf } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';

const types: ReadonlySet<MapType> = new Set([
  'hash',
  'percpu_hash',
  'lru_hash',
  'lru_percpu_hash',
  'array',
  'percpu_array',
]);

/** Calls `callback(map, key, value, ctx)` for each entry until it returns something other than 0. */
function forEachMapElem(run: Run): number {
  const map = mapOf(run, 1, types);
  const callback = run.function(2);
  const context = run.low(3);
  const contextHigh = high(run, 3);
  if (hasFlagsBeyond(run, 4, 0)) return Errno.EINVAL;
  return map.forEach(
    run.cpu,
    (key, value) => run.callback(callback, map.handle, 0, key, 0, value, 0, context, contextHigh) !== 0,
  );
}

/** `bpf_for_each_map_elem` (Linux 5.13): gives the number of calls. */
export const forEachHelpers: readonly HelperDefinition[] = [define('for_each_map_elem', ALL, signed(forEachMapElem))];
