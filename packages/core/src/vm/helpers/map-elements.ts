import type { MapType } from '../../abi/map-types.gen.ts';
import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { high, mapOf } from './arguments.ts';
import { ALL, define, type HelperDefinition } from './definition.ts';

const changeable: readonly MapType[] = [
  'hash',
  'array',
  'percpu_hash',
  'percpu_array',
  'lru_hash',
  'lru_percpu_hash',
  'lpm_trie',
];
const perCpu: ReadonlySet<MapType> = new Set(['percpu_hash', 'percpu_array', 'lru_percpu_hash']);
const forLookup: ReadonlySet<MapType> = new Set([
  ...changeable,
  'array_of_maps',
  'hash_of_maps',
  'devmap',
  'devmap_hash',
]);
const forChange: ReadonlySet<MapType> = new Set(changeable);

function mapLookupElem(run: Run): void {
  const map = mapOf(run, 1, forLookup, 'read');
  run.returnUnsigned(map.lookup(run.readable(2, map.definition.keySize), run.cpu));
}

function mapUpdateElem(run: Run): void {
  const map = mapOf(run, 1, forChange, 'write');
  const key = run.readable(2, map.definition.keySize);
  const value = run.readable(3, map.definition.valueSize);
  // No map type has flags in the high half.
  run.returnSigned(high(run, 4) === 0 ? map.update(key, value, run.low(4), run.cpu) : Errno.EINVAL);
}

function mapDeleteElem(run: Run): void {
  const map = mapOf(run, 1, forChange, 'write');
  run.returnSigned(map.delete(run.readable(2, map.definition.keySize)));
}

function mapLookupPercpuElem(run: Run): void {
  const map = mapOf(run, 1, perCpu, 'read');
  const key = run.readable(2, map.definition.keySize);
  const cpu = run.unsigned(3);
  run.returnUnsigned(cpu < run.machine.cpus ? map.lookup(key, cpu) : 0);
}

/** `bpf_map_lookup_elem`, `_update_elem`, `_delete_elem` (Linux 3.19), `_lookup_percpu_elem` (5.19). */
export const mapElements: readonly HelperDefinition[] = [
  define('map_lookup_elem', ALL, mapLookupElem),
  define('map_update_elem', ALL, mapUpdateElem),
  define('map_delete_elem', ALL, mapDeleteElem),
  define('map_lookup_percpu_elem', ALL, mapLookupPercpuElem),
];
