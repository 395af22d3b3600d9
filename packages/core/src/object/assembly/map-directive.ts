import { mapTypes } from '../../abi/map-types.gen.ts';
import type { TypeId } from '../../btf/types.ts';
import { parseInteger } from '../../isa/expression.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { SymbolBinding, SymbolType } from '../elf.ts';
import type { Assembly } from './assembly.ts';
import type { Directive } from './directive.ts';
import { impliedShape } from './section-builder.ts';
import { parseIdentifier, parseType } from './type-syntax.ts';
import type { DraftMember } from './type-table.ts';

/** A map while its attributes are read. */
interface MapDraft {
  /** Members of the struct that defines it, in the order written. */
  readonly members: DraftMember[];
  /** Number of its type. */
  type: number;
  /** Struct of the map that its values are like. */
  inner: TypeId | undefined;
  /** What `values` lists; a place without a name stays empty. */
  values: { readonly token: Token; readonly name: string | undefined }[] | undefined;
}

type Attribute = (assembly: Assembly, reader: TokenReader, draft: MapDraft) => void;

/** An attribute that holds a number, under libbpf's name for it. */
function number(member: string, what: string): Attribute {
  return (assembly, reader, draft) => {
    const value = Number(parseInteger(reader, what, 0n, 0xffffffffn, assembly.named));
    draft.members.push({ name: member, type: assembly.types.number(value) });
  };
}

/** `key=16` gives bytes, `key=u32` a type. */
function typeOrSize(member: 'key' | 'value'): Attribute {
  const size = number(`${member}_size`, `size of the ${member}`);
  return (assembly, reader, draft) => {
    if (reader.peek().kind === 'number') size(assembly, reader, draft);
    else draft.members.push({ name: member, type: assembly.types.pointer(parseType(assembly, reader)) });
  };
}

const mapTypeNumbers: ReadonlyMap<string, number> = new Map(Object.entries(mapTypes).filter(([, type]) => type !== 0));

const mapType: Attribute = (assembly, reader, draft) => {
  const token = reader.word('a map type such as hash');
  const type = mapTypeNumbers.get(token.text);
  if (type === undefined) throw reader.unknown(token, 'map type', mapTypeNumbers.keys());
  draft.type = type;
  draft.members.push({ name: 'type', type: assembly.types.number(type) });
};

const pinning: Attribute = (assembly, reader, draft) => {
  const token = reader.word("'name' or 'none'");
  if (token.text !== 'name' && token.text !== 'none') throw reader.unknown(token, 'kind of pinning', ['name', 'none']);
  draft.members.push({ name: 'pinning', type: assembly.types.number(token.text === 'name' ? 1 : 0) });
};

/** `inner=NAME`: maps in this map are like the map of that name. */
const inner: Attribute = (assembly, reader, draft) => {
  const token = reader.word('the name of a map');
  const map = assembly.maps.get(token.text);
  if (map === undefined) throw reader.unknown(token, 'map', assembly.maps.keys());
  draft.inner = map.type;
};

/** `values=[a, 0, b]`: programs or maps by place; 0 leaves a place empty. */
const values: Attribute = (_assembly, reader, draft) => {
  draft.values = [];
  reader.expect('[');
  while (!reader.accept(']')) {
    const token = reader.take();
    const empty = token.kind === 'number' && token.value === 0n;
    if (!empty && token.kind !== 'word') throw reader.error(token, 'expected the name of a program or map, or 0');
    draft.values.push({ token, name: empty ? undefined : token.text });
    if (!reader.is(']')) reader.expect(',');
  }
};

const attributes: ReadonlyMap<string, Attribute> = new Map([
  ['type', mapType],
  ['key', typeOrSize('key')],
  ['value', typeOrSize('value')],
  ['max_entries', number('max_entries', 'number of entries')],
  ['flags', number('map_flags', 'flags')],
  ['map_extra', number('map_extra', 'map_extra')],
  ['numa_node', number('numa_node', 'NUMA node')],
  ['pinning', pinning],
  ['inner', inner],
  ['values', values],
]);

/**
 * `.map NAME, type=hash, key=u32, value=struct counter, max_entries=1024`: a map, laid out in .maps and described in
 * BTF as libbpf wants it: a struct whose members are pointers to types, and to arrays as long as a number.
 */
export const mapDirective: Directive = (assembly, reader) => {
  const name = parseIdentifier(reader, 'the name of the map');
  const draft: MapDraft = { members: [], type: 0, inner: undefined, values: undefined };
  const seen = new Set<string>();
  while (reader.accept(',')) {
    const token = reader.word('an attribute such as type=hash');
    const attribute = attributes.get(token.text);
    if (attribute === undefined) throw reader.unknown(token, 'map attribute', attributes.keys());
    if (seen.has(token.text)) throw reader.error(token, `'${token.text}' is given twice`);
    seen.add(token.text);
    reader.expect('=');
    attribute(assembly, reader, draft);
  }
  reader.end();
  if (draft.type === 0) {
    throw reader.error(name, `map ${name.text} has no type`, undefined, `.map ${name.text}, type=hash, ..`);
  }
  addValuesMember(assembly, reader, name, draft);
  layOutMap(assembly, reader, name, draft);
};

/** Map types whose values are maps. */
const mapsOfMaps: readonly number[] = [mapTypes.array_of_maps, mapTypes.hash_of_maps];

/** Adds `values`, an array without length at the end: of programs, or of maps like `inner`. */
function addValuesMember(assembly: Assembly, reader: TokenReader, name: Token, draft: MapDraft): void {
  const { types } = assembly;
  if (mapsOfMaps.includes(draft.type)) {
    const first = draft.values?.find((value) => value.name !== undefined)?.name ?? '';
    const element = draft.inner ?? assembly.maps.get(first)?.type;
    if (element === undefined) {
      const remedy = 'declare a map of that kind before it and write inner=NAME';
      throw reader.error(name, `map ${name.text} does not say what its maps are like`, undefined, remedy);
    }
    draft.members.push({ name: 'values', type: types.array(types.pointer(element), 0) });
    return;
  }
  if (draft.values === undefined) return;
  if (draft.type !== mapTypes.prog_array) {
    throw reader.error(name, 'only prog_array, array_of_maps and hash_of_maps take values');
  }
  draft.members.push({ name: 'values', type: types.array(types.pointer(types.programPrototype('')), 0) });
}

function layOutMap(assembly: Assembly, reader: TokenReader, name: Token, draft: MapDraft): void {
  const type = assembly.types.struct('struct', '', draft.members);
  const structSize = assembly.types.layoutOf(type).size;
  const size = structSize + (draft.values?.length ?? 0) * 8;
  assembly.push(assembly.openSection('.maps', impliedShape('.maps')));
  assembly.align(reader, name, 8);
  const symbol = assembly.defineLabel(reader, name);
  symbol.binding = SymbolBinding.GLOBAL;
  symbol.type = SymbolType.OBJECT;
  symbol.size = size;
  assembly.maps.set(name.text, { name: name.text, type, offset: symbol.value, size });
  assembly.emit(reader, name, structSize);
  for (const value of draft.values ?? []) emitValue(assembly, reader, value.token, value.name);
  assembly.pop();
}

function emitValue(assembly: Assembly, reader: TokenReader, token: Token, name: string | undefined): void {
  const { section } = assembly;
  if (name !== undefined) {
    assembly.symbol(name);
    const value = { constant: 0n, plus: name };
    section.fixups.push({ kind: 'data', offset: section.size, width: 8, value, reader, token });
  }
  assembly.emit(reader, token, 8);
}
