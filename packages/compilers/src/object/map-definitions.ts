import { mapTypes } from '@skep/core/abi';
import type { Member, SectionVariable, TypeId } from '@skep/core/btf';
import {
  type ElfRelocation,
  elfSymbol,
  RelocationType,
  SectionFlag,
  SymbolBinding,
  SymbolType,
} from '@skep/core/object';
import type { Callee, DataType, MapDeclaration } from '../ir/index.ts';
import type { Sections } from './sections.ts';
import type { TypeTable } from './type-table.ts';

const POINTER = 8;
/** Pinned by name (LIBBPF_PIN_BY_NAME). */
const PIN_BY_NAME = 1;

/** Map types that carry records: loaders give them their sizes, and libbpf refuses types in their definitions. */
const recordTypes: ReadonlySet<string> = new Set(['ringbuf', 'user_ringbuf', 'perf_event_array']);

/** A map's place in `.maps`, and the programs that stand in it from the start. */
interface PlacedMap {
  readonly map: MapDeclaration;
  /** Bytes from the start of the section. */
  readonly valuesAt: number;
}

/**
 * Writes section `.maps`: for each map a variable of a struct whose members say by their types what the map is, as
 * libbpf defines it. Gives what stores the programs of program arrays, to be called when these have symbols.
 */
export function writeMaps(
  maps: readonly MapDeclaration[],
  sections: Sections,
  types: TypeTable,
): (symbolOf: (target: Callee) => number) => void {
  if (maps.length === 0) return () => undefined;
  const relocations: ElfRelocation[] = [];
  const variables: SectionVariable[] = [];
  const placed: PlacedMap[] = [];
  let size = 0;
  const index = sections.sections.length;
  for (const map of maps) {
    const { type, size: structure } = definition(map, types);
    const bytes = structure + (map.programs?.length ?? 0) * POINTER;
    const variable = types.add({ kind: 'var', name: map.name, type, linkage: 'global' });
    variables.push({ type: variable, offset: size, size: bytes });
    annotateRecords(map, types);
    placed.push({ map, valuesAt: size + structure });
    sections.symbol(
      elfSymbol(map.name, index, { value: size, size: bytes, type: SymbolType.OBJECT, binding: SymbolBinding.GLOBAL }),
    );
    size += bytes;
  }
  const flags = SectionFlag.ALLOC | SectionFlag.WRITE;
  sections.add('.maps', new Uint8Array(size), { flags, alignment: 8, relocations });
  types.add({ kind: 'datasec', name: '.maps', size, variables });
  return (symbolOf) => {
    for (const { map, valuesAt } of placed) {
      for (const [slot, program] of (map.programs ?? []).entries()) {
        if (program === undefined) continue;
        const at = valuesAt + slot * POINTER;
        relocations.push({ offset: at, type: RelocationType.R_BPF_64_ABS64, symbol: symbolOf(program) });
      }
    }
  };
}

/**
 * The type of a map's records, which its definition may not give: `struct ____btf_map_NAME` with a member `value`, as
 * kernels before libbpf's definitions had it for all maps. Loaders leave it alone; skep decodes the records by it.
 */
function annotateRecords({ name, type, value }: MapDeclaration, types: TypeTable): void {
  if (!recordTypes.has(type) || value === undefined) return;
  const member: Member = { name: 'value', type: types.of(value), bitOffset: 0, bitSize: 0 };
  types.add({ kind: 'struct', name: `____btf_map_${name}`, size: sizeOf(value), members: [member] });
}

/** The struct that defines a map: all its members are pointers, but for the array of values at its end, of no length. */
function definition(map: MapDeclaration, types: TypeTable): { type: TypeId; size: number } {
  const members: Member[] = [];
  const add = (name: string, type: TypeId): void => {
    members.push({ name, type, bitOffset: members.length * POINTER * 8, bitSize: 0 });
  };
  const number = (name: string, value: number): void => {
    add(name, types.pointer(types.array(types.int(), value)));
  };
  number('type', mapTypes[map.type]);
  // Kernels take types for key and value together; maps that refer to maps or programs have none for their values.
  const references = map.inner !== undefined || map.programs !== undefined || map.type === 'prog_array';
  const complete = map.value !== undefined && (map.key !== undefined || map.keySize === 0);
  const typed = complete && !references && !recordTypes.has(map.type);
  if (map.maxEntries !== 0) number('max_entries', map.maxEntries);
  part('key', map.key, map.keySize);
  part('value', map.value, map.valueSize);
  if (map.flags !== 0) number('map_flags', map.flags);
  if (map.mapExtra !== undefined && map.mapExtra !== 0n) number('map_extra', Number(map.mapExtra));
  if (map.pinned === true) number('pinning', PIN_BY_NAME);
  const size = members.length * POINTER;
  addValues(map, types, add);
  return { type: types.add({ kind: 'struct', name: '', size, members }), size };

  function part(name: 'key' | 'value', type: DataType | undefined, size: number): void {
    if (type !== undefined && typed) add(name, types.pointer(types.of(type)));
    else if (size !== 0) number(`${name}_size`, size);
  }
}

/** `T *values[]`: the template of inner maps, or programs. An array without length, whose values follow the struct. */
function addValues(map: MapDeclaration, types: TypeTable, add: (name: string, type: TypeId) => void): void {
  if (map.inner !== undefined) add('values', types.array(types.pointer(definition(map.inner, types).type), 0));
  else if (map.programs !== undefined) {
    const program = types.add({ kind: 'func_proto', returns: types.int(), parameters: [] });
    add('values', types.array(types.pointer(program), 0));
  }
}

/** Bytes of a value. */
function sizeOf(type: DataType): number {
  switch (type.kind) {
    case 'void':
      return 0;
    case 'typedef':
      return sizeOf(type.type);
    case 'pointer':
      return POINTER;
    case 'array':
      return sizeOf(type.element) * type.length;
    default:
      return type.size;
  }
}
