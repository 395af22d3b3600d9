import { SkepError } from '../base/errors.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { Host, Link, Pins } from './host.ts';
import { mapCodecs } from './map-codecs.ts';
import type { MapHandle } from './map-handle.ts';
import { openMap } from './open-map.ts';
import { ProgramHandle } from './program-handle.ts';

/** The pins of a host. @throws SKEP_NOT_SUPPORTED where it has none. */
export function pinsOf(host: Host): Pins {
  if (host.pins !== undefined) return host.pins;
  throw new SkepError('SKEP_NOT_SUPPORTED', `host ${host.name} has nothing that can be pinned`);
}

/**
 * Opens a pinned map (Linux 4.4), typed by the BTF that it was made with.
 * @throws SKEP_NO_SUCH_NAME where nothing is pinned, SKEP_USAGE where it is no map, SKEP_NOT_PERMITTED.
 */
export function openPinnedMap(host: Host, path: string): MapHandle {
  const { map, btf } = pinsOf(host).openMap(path) ?? nothingAt(path);
  const codecs = mapCodecs(map.spec, { variables: new Map(), ...(btf === undefined ? {} : { btf }) });
  return openMap(map, codecs, () => {
    throw new SkepError('SKEP_NOT_SUPPORTED', `map ${map.spec.name} has no template for inner maps`, {
      remedy: 'load the object that defines it: its pinned maps are used again',
    });
  });
}

/** Opens a pinned program. @throws SKEP_NO_SUCH_NAME, SKEP_USAGE where it is no program, SKEP_NOT_PERMITTED. */
export function openPinnedProgram(
  host: Host,
  path: string,
  options: { readonly section?: string } = {},
): ProgramHandle {
  const program = pinsOf(host).openProgram(path, options.section) ?? nothingAt(path);
  return new ProgramHandle(program, () => undefined);
}

/** Opens a pinned link. Disposing it ends nothing while it is pinned. @throws SKEP_NO_SUCH_NAME, SKEP_USAGE. */
export function openPinnedLink(host: Host, path: string): Link {
  return pinsOf(host).openLink(path) ?? nothingAt(path);
}

function nothingAt(path: string): never {
  throw new SkepError('SKEP_NO_SUCH_NAME', `nothing is pinned at ${path}`);
}

/** Map types whose number of entries a host rounds up. */
const rounded: ReadonlySet<string> = new Set(['ringbuf', 'user_ringbuf', 'perf_event_array']);
/** Flags that a kernel sets by itself: devmaps are for reading by programs. */
const BPF_F_RDONLY_PROG = 0x80;

/**
 * Checks that a pinned map is what a program wants: type, sizes, entries, flags.
 * @throws SKEP_BAD_MAP with the field that differs.
 */
export function checkPinned(found: MapSpec, wanted: MapSpec, path: string): void {
  const ignored = wanted.type.startsWith('devmap') ? BPF_F_RDONLY_PROG : 0;
  const differences: [field: string, found: unknown, wanted: unknown][] = [
    ['type', found.type, wanted.type],
    ['key_size', found.keySize, wanted.keySize],
    ['value_size', found.valueSize, wanted.valueSize],
    ...(rounded.has(wanted.type)
      ? []
      : ([['max_entries', found.maxEntries, wanted.maxEntries]] as [string, unknown, unknown][])),
    ['map_flags', found.flags & ~ignored, wanted.flags & ~ignored],
    ['map_extra', found.mapExtra, wanted.mapExtra],
  ];
  const [first] = differences.filter(([, one, other]) => one !== other);
  if (first === undefined) return;
  const [field, one, other] = first;
  throw new SkepError('SKEP_BAD_MAP', `map ${wanted.name} does not fit the one that is pinned at ${path}`, {
    reason: `${field}: the program wants ${other}, the pinned map has ${one}`,
    remedy: 'unpin that map (remove its file), or load with another pinPath',
  });
}
