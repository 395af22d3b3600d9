import { attachTypes } from '../../src/abi/attach-types.gen.ts';
import { mapTypes } from '../../src/abi/map-types.gen.ts';
import { programTypes } from '../../src/abi/program-types.gen.ts';
import type { CollectionSpec } from '../../src/object/collection-spec.ts';
import type { MapSpec } from '../../src/object/map-spec.ts';
import type { ProgramSpec } from '../../src/object/program-spec.ts';
import type { LibbpfObject } from './libbpf-oracle.ts';

/** The maps of an object in the words of both, so that they can be compared. */
export function mapFacts(spec: CollectionSpec): Record<string, unknown> {
  return Object.fromEntries([...spec.maps.values()].map((map) => [map.name, mapFact(map)]));
}

function mapFact(map: MapSpec): unknown {
  return {
    ...sizes(map),
    mapExtra: map.mapExtra,
    numaNode: map.numaNode ?? 0,
    pinned: map.pinning === 'name',
    inner: map.inner === undefined ? undefined : sizes(map.inner),
    initial: initialBytes(map),
  };
}

function sizes({ type, keySize, valueSize, maxEntries, flags }: MapSpec) {
  return { type: mapTypes[type], keySize, valueSize, maxEntries, flags };
}

/** What the map of a data section starts with, in hex digits. */
function initialBytes({ origin, contents, valueSize }: MapSpec): string {
  if (!['rodata', 'data', 'bss'].includes(origin)) return '';
  const value = contents[0]?.value;
  return Buffer.from(value?.kind === 'bytes' ? value.bytes : new Uint8Array(valueSize)).toString('hex');
}

/** The same facts as libbpf gives them. */
export function libbpfMapFacts(object: LibbpfObject): Record<string, unknown> {
  return Object.fromEntries(
    object.maps.map(
      ({ name, type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, pinned, hasInner, initial }) => [
        name,
        {
          ...{ type, keySize, valueSize, maxEntries, flags, mapExtra, numaNode, pinned },
          inner: hasInner ? object.inner.get(name) : undefined,
          initial: name === '.kconfig' ? '' : initial,
        },
      ],
    ),
  );
}

/** The programs of an object in libbpf's words. */
export function programFacts(spec: CollectionSpec): unknown[] {
  return [...spec.programs.values()].map(({ name, section, type, attachType, autoload }) => ({
    name,
    section: section.replace(/^\?/, ''),
    type: programTypes[type],
    attachType: attachType === undefined ? 0 : attachTypes[attachType],
    autoload,
  }));
}

/**
 * Both versions of a program's instructions as text, slot by slot, with what only a host knows (descriptors of maps,
 * addresses, what CO-RE changes) left out of both.
 */
export function comparableCode(program: ProgramSpec, loaded: Uint8Array): { ours: string[]; libbpf: string[] } {
  const masks = new Map<number, 'immediate' | 'all' | 'high'>();
  for (const reference of program.references) {
    if (reference.kind === 'function') continue;
    const call = reference.kind === 'kfunc';
    masks.set(reference.slot, reference.kind === 'ksym' || call ? 'all' : 'immediate');
    if (!call && reference.kind !== 'map-value') masks.set(reference.slot + 1, 'high');
  }
  for (const { slot } of program.coreRelocations) masks.set(slot, 'all').set(slot + 1, 'high');
  const text = (code: Uint8Array): string[] =>
    Array.from({ length: code.length / 8 }, (_, slot) => {
      const mask = masks.get(slot);
      const size = mask === undefined ? 8 : mask === 'immediate' ? 4 : mask === 'high' ? 4 : 1;
      return `${slot} ${Buffer.from(code.subarray(slot * 8, slot * 8 + size)).toString('hex')}`;
    });
  return { ours: text(program.code), libbpf: text(loaded) };
}
