import type { MapType } from '../../abi/map-types.gen.ts';
import { Errno } from '../../maps/errno.ts';
import type { BpfMap, PushPopMap } from '../../maps/map.ts';
import type { Run } from '../run.ts';
import { high, mapOf } from './arguments.ts';
import { ALL, define, type HelperDefinition } from './definition.ts';

const types: ReadonlySet<MapType> = new Set(['queue', 'stack']);

function isPushPop(map: BpfMap): map is PushPopMap {
  return 'push' in map;
}

function queueOf(run: Run, access: 'read' | 'write'): PushPopMap {
  const map = mapOf(run, 1, types, access);
  return isPushPop(map) ? map : run.fault(`map ${map.definition.name} is no queue or stack`);
}

function mapPushElem(run: Run): void {
  const map = queueOf(run, 'write');
  const value = run.readable(2, map.definition.valueSize);
  run.returnSigned(high(run, 3) === 0 ? map.push(value, run.low(3)) : Errno.EINVAL);
}

function mapPopElem(run: Run): void {
  const map = queueOf(run, 'write');
  run.returnSigned(map.pop(run.writable(2, map.definition.valueSize)));
}

function mapPeekElem(run: Run): void {
  const map = queueOf(run, 'read');
  run.returnSigned(map.peek(run.writable(2, map.definition.valueSize)));
}

/** `bpf_map_push_elem`, `_pop_elem`, `_peek_elem` (Linux 4.20). An empty queue leaves zeroes and gives ENOENT. */
export const mapPushPop: readonly HelperDefinition[] = [
  define('map_push_elem', ALL, mapPushElem),
  define('map_pop_elem', ALL, mapPopElem),
  define('map_peek_elem', ALL, mapPeekElem),
];
