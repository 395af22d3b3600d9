import type { BtfMap } from './btf-maps.ts';
import { type ElfRelocation, type ElfSection, type ElfSymbol, RelocationType, SymbolType } from './elf.ts';
import type { InitialEntry, InitialValue, MapSpec } from './map-spec.ts';
import { badObject, describeSymbol, type ObjectFile } from './object-file.ts';
import { relocationSize } from './relocate-data.ts';

/**
 * Gives the maps of section `.maps` what their `values` hold from the start: programs of a program array, inner maps
 * of a map of maps. Each value is a relocation of the section.
 * @throws SKEP_BAD_OBJECT
 */
export function withStaticValues(
  object: ObjectFile,
  section: ElfSection,
  maps: readonly BtfMap[],
  programNames: ReadonlySet<string>,
): MapSpec[] {
  const byOffset = [...maps].sort((a, b) => a.offset - b.offset);
  const namesAt = new Map(maps.map(({ offset, spec }) => [offset, spec.name]));
  const entries = new Map<BtfMap, InitialEntry[]>();
  for (const relocation of section.relocations) {
    if (relocation.type === RelocationType.NONE) continue;
    const map = mapAt(byOffset, relocation.offset);
    const index = map?.valuesOffset === undefined ? -1 : (relocation.offset - map.offset - map.valuesOffset) / 8;
    if (
      map === undefined ||
      !Number.isInteger(index) ||
      index < 0 ||
      relocation.offset + 8 > section.size ||
      relocationSize(relocation.type) !== 8
    ) {
      throw badObject(
        'a relocation of section .maps fits no value of a map',
        { section: '.maps', offset: relocation.offset },
        {
          reason: 'only the elements of a member `values` refer to programs and maps',
        },
      );
    }
    const list = entries.get(map) ?? [];
    list.push({ key: indexKey(index), value: initialValueOf(object, section, map, relocation, namesAt, programNames) });
    entries.set(map, list);
  }
  return maps.map((map) => ({ ...map.spec, contents: entries.get(map) ?? [] }));
}

/** The map whose definition an offset lies in; its `values` reach to the next definition, whatever its type says. */
function mapAt(sorted: readonly BtfMap[], offset: number): BtfMap | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  return key;
}

function initialValueOf(
  object: ObjectFile,
  section: ElfSection,
  map: BtfMap,
  relocation: ElfRelocation,
  namesAt: ReadonlyMap<number, string>,
  programNames: ReadonlySet<string>,
): InitialValue {
  const symbol = relocation.symbol === undefined ? undefined : object.elf.symbols[relocation.symbol];
  const wanted = map.spec.type === 'prog_array' ? 'program' : 'map';
  if (symbol !== undefined) {
    const name =
      wanted === 'program' ? symbol.name : namesAt.get(targetOffset(object, section, symbol, relocation) ?? -1);
    if (name !== undefined && (wanted === 'map' || programNames.has(name))) return { kind: wanted, name };
  }
  throw badObject(
    `a value of map ${map.spec.name} is no ${wanted} of this object`,
    { section: '.maps', offset: relocation.offset },
    {
      reason: symbol === undefined ? 'it names nothing' : `it names ${describeSymbol(object.elf, symbol)}`,
    },
  );
}

/** Where in section .maps a relocation points; undefined where it points elsewhere. */
function targetOffset(
  { elf }: ObjectFile,
  section: ElfSection,
  symbol: ElfSymbol,
  { offset, addend }: ElfRelocation,
): number | undefined {
  if (typeof symbol.section !== 'number' || elf.sections[symbol.section] !== section) return undefined;
  // Only references to a section carry an offset at the place: GNU as repeats the value of named symbols there.
  if (symbol.type !== SymbolType.SECTION) return symbol.value;
  const { data } = section;
  const inPlace = new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(offset, true);
  return symbol.value + Number(addend ?? inPlace);
}
