import { mapFlags } from '../abi/map-metadata.ts';
import { SkepError } from '../base/errors.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';

/** Map types that cannot be inside another map. */
const neverInner: readonly string[] = ['prog_array', 'array_of_maps', 'hash_of_maps'];

/** The template of a map of maps. @throws SKEP_BAD_MAP where there is none, or none that the kernel takes. */
export function templateOf(definition: MapDefinition, environment: MapEnvironment): MapDefinition {
  const inner = environment.inner?.definition;
  if (inner !== undefined && !neverInner.includes(inner.type)) return inner;
  const title = `map ${definition.name} of type ${definition.type}`;
  throw new SkepError(
    'SKEP_BAD_MAP',
    inner === undefined ? `${title} lacks its inner map` : `${title} cannot hold maps of type ${inner.type}`,
    {
      reason:
        'a map of maps is made from a template: a map of the type that its entries have, but no map of maps or programs',
      remedy: 'give the definition an inner map, such as an array or a hash',
      errno: inner === undefined ? 'EBADF' : inner.type === 'prog_array' ? 'ENOTSUPP' : 'EINVAL',
    },
  );
}

/** Takes the map with this handle as an entry: 0 and one more owner for it, or EBADF or EINVAL. */
export function acquireInner(handle: number, template: MapDefinition, environment: MapEnvironment): number {
  const map = environment.mapByHandle(handle);
  if (map === undefined) return Errno.EBADF;
  if (!matches(map.definition, template)) return Errno.EINVAL;
  map.retain();
  return 0;
}

/** Lets an entry go. */
export function releaseInner(handle: number, environment: MapEnvironment): void {
  environment.mapByHandle(handle)?.dispose();
}

/** The template of a map for comparisons: its maps may be longer or shorter only as arrays with BPF_F_INNER_MAP. */
function matches(map: MapDefinition, template: MapDefinition): boolean {
  const sameLength =
    template.type !== 'array' ||
    (template.flags & mapFlags.BPF_F_INNER_MAP) !== 0 ||
    map.maxEntries === template.maxEntries;
  return (
    map.type === template.type &&
    map.keySize === template.keySize &&
    map.valueSize === template.valueSize &&
    map.flags === template.flags &&
    sameLength
  );
}
