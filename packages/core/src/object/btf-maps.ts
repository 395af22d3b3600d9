import { mapTypes } from '../abi/map-types.gen.ts';
import type { Place } from '../base/errors.ts';
import type { Btf } from '../btf/reader.ts';
import type { DataSectionType, Member, SectionVariable, StructType, TypeId } from '../btf/types.ts';
import type { ElfSection } from './elf.ts';
import { type MapAttributes, mapSpecOf } from './map-definition.ts';
import type { MapSpec } from './map-spec.ts';
import { badObject, type ObjectFile } from './object-file.ts';

/** A map of section `.maps` and where its definition lies, for the values that relocations give it. */
export interface BtfMap {
  readonly spec: MapSpec;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes from the start of the definition to the first of its static values; absent where it takes none. */
  readonly valuesOffset?: number;
}

/**
 * Reads the maps that section `.maps` defines by BTF: each variable of its DATASEC is a struct whose members say, by
 * their types, what the map is. `int (*max_entries)[16]` is a number, `T *key` a type, `T *values[]` the inner map or
 * the programs of a map that refers to others.
 * @throws SKEP_BAD_OBJECT
 */
export function readBtfMaps(object: ObjectFile, section: ElfSection): BtfMap[] {
  const { btf } = object;
  const id = btf?.findByName('.maps', 'datasec');
  if (btf === undefined || id === undefined) {
    if (section.size === 0) return [];
    throw badObject(
      'the maps of section .maps have no type information',
      { section: '.maps' },
      {
        reason: 'their definitions are BTF, and the object holds none for them',
        remedy: 'compile with -g (gcc: -gbtf)',
      },
    );
  }
  return (btf.type(id) as DataSectionType).variables.map((variable) => readMap(btf, section, variable));
}

function readMap(btf: Btf, section: ElfSection, variable: SectionVariable): BtfMap {
  const { name, structure } = definitionOf(btf, variable.type);
  if (variable.offset + structure.size > section.size) {
    throw badObject(
      `map ${name} reaches past the end of section .maps`,
      { section: '.maps', offset: variable.offset },
      {
        reason: `its definition takes ${structure.size} bytes at offset ${variable.offset}; the section has ${section.size}`,
      },
    );
  }
  const { attributes, valuesOffset } = new DefinitionReader(btf, name, structure, false).read();
  return {
    spec: mapSpecOf(name, '.maps', { ...annotatedValue(btf, name), ...attributes }),
    offset: variable.offset,
    ...(valuesOffset === undefined ? {} : { valuesOffset }),
  };
}

/**
 * The type of a map's values where its definition may not give it, as for ring buffers: `struct ____btf_map_NAME` has a
 * member `value`, as kernels before libbpf's definitions had it for all maps.
 */
function annotatedValue(btf: Btf, name: string): { valueType?: TypeId } {
  const id = btf.findByName(`____btf_map_${name}`, 'struct');
  const members = id === undefined ? [] : (btf.type(id) as StructType).members;
  const value = members.find((member) => member.name === 'value');
  return value === undefined ? {} : { valueType: value.type };
}

function definitionOf(btf: Btf, id: TypeId): { name: string; structure: StructType } {
  const variable = btf.type(id);
  const name = btf.name(id);
  const structure = btf.type(btf.strip(variable.kind === 'var' ? variable.type : id));
  if (name === '' || variable.kind !== 'var' || structure.kind !== 'struct') {
    throw badObject(
      `${name === '' ? 'a variable' : name} of section .maps is no map definition`,
      { section: '.maps' },
      {
        reason: `it must be a named variable of a struct type, and is ${structure.kind}`,
      },
    );
  }
  return { name, structure: structure as StructType };
}

/** Members whose value is a number. */
const numbers = ['type', 'max_entries', 'map_flags', 'numa_node', 'key_size', 'value_size', 'pinning', 'map_extra'];

class DefinitionReader {
  readonly #btf: Btf;
  readonly #name: string;
  readonly #structure: StructType;
  readonly #inner: boolean;
  readonly #place: Place = { section: '.maps' };
  readonly #attributes: MapAttributes = { type: 0, maxEntries: 0, flags: 0, mapExtra: 0n, pinning: 'none' };
  #valuesOffset: number | undefined;

  constructor(btf: Btf, name: string, structure: StructType, inner: boolean) {
    this.#btf = btf;
    this.#name = name;
    this.#structure = structure;
    this.#inner = inner;
  }

  read(): { attributes: MapAttributes; valuesOffset: number | undefined } {
    for (const member of this.#structure.members) {
      if (numbers.includes(member.name)) this.#setNumber(member.name, this.#number(member));
      else if (member.name === 'key' || member.name === 'value') this.#setType(member.name, this.#pointee(member));
      else if (member.name === 'values') this.#values(member);
      else {
        throw this.#bad(`has unknown member ${member.name}`, `known are ${numbers.join(', ')}, key, value, values`);
      }
    }
    return { attributes: this.#attributes, valuesOffset: this.#valuesOffset };
  }

  #bad(what: string, reason: string): Error {
    return badObject(`map ${this.#name} ${what}`, this.#place, { reason });
  }

  /** The number of `int (*member)[number]`, or of `enum { name = number } member` where it may exceed 32 bits. */
  #number(member: Member): bigint {
    const type = this.#btf.type(this.#btf.strip(member.type));
    const target = type.kind === 'ptr' ? this.#btf.type(this.#btf.strip(type.type)) : type;
    if (type.kind === 'ptr' && target.kind === 'array') return BigInt(target.length);
    if ((target.kind === 'enum' || target.kind === 'enum64') && target.values.length === 1) {
      return BigInt.asUintN(64, target.values[0]?.value ?? 0n);
    }
    throw this.#bad(`does not give ${member.name} as a number`, 'it must read int (*member)[number]');
  }

  #setNumber(name: string, value: bigint): void {
    const attributes = this.#attributes;
    if (name === 'map_extra') {
      attributes.mapExtra = value;
      return;
    }
    if (value > 0xffffffffn) throw this.#bad(`gives ${value} for ${name}`, 'it has 32 bits');
    const number = Number(value);
    if (name === 'type') attributes.type = number;
    else if (name === 'max_entries') attributes.maxEntries = number;
    else if (name === 'map_flags') attributes.flags = number;
    else if (name === 'numa_node') attributes.numaNode = number;
    else if (name === 'key_size') this.#setSize('key', number);
    else if (name === 'value_size') this.#setSize('value', number);
    else this.#setPinning(number);
  }

  #setPinning(number: number): void {
    if (this.#inner) throw this.#bad('pins its inner map', 'only maps of their own can be pinned');
    if (number > 1) throw this.#bad(`has unknown pinning ${number}`, '0 is none, 1 is by name (LIBBPF_PIN_BY_NAME)');
    this.#attributes.pinning = number === 1 ? 'name' : 'none';
  }

  #setSize(part: 'key' | 'value', size: number): void {
    const known = part === 'key' ? this.#attributes.keySize : this.#attributes.valueSize;
    if (known !== undefined && known !== size) {
      throw this.#bad(`gives two sizes for its ${part}`, `${known} and ${size} bytes`);
    }
    if (part === 'key') this.#attributes.keySize = size;
    else this.#attributes.valueSize = size;
  }

  #pointee(member: Member): TypeId {
    const type = this.#btf.type(this.#btf.strip(member.type));
    if (type.kind !== 'ptr')
      throw this.#bad(`does not give ${member.name} as a type`, `it is ${type.kind}, no pointer`);
    return type.type;
  }

  #setType(part: 'key' | 'value', id: TypeId): void {
    this.#setSize(part, this.#btf.sizeOf(id));
    if (part === 'key') this.#attributes.keyType = id;
    else this.#attributes.valueType = id;
  }

  /** `T *values[]`: the last member. */
  #values(member: Member): void {
    if (this.#inner) throw this.#bad('nests maps of maps', 'an inner map cannot hold maps or programs from the start');
    if (member !== this.#structure.members.at(-1)) throw this.#bad('has members behind values', 'it must be the last');
    const list = this.#btf.type(this.#btf.strip(member.type));
    const pointer = list.kind === 'array' ? this.#btf.type(this.#btf.strip(list.type)) : list;
    if (list.kind !== 'array' || pointer.kind !== 'ptr') {
      throw this.#bad('has values that are no array of pointers', 'write __array(values, ...)');
    }
    const target = this.#btf.type(this.#btf.strip(pointer.type));
    this.#setSize('value', 4);
    this.#valuesOffset = member.bitOffset >>> 3;
    if (this.#attributes.type === mapTypes.prog_array) {
      if (target.kind !== 'func_proto') throw this.#bad('has values that are no programs', `they are ${target.kind}`);
      return;
    }
    if (target.kind !== 'struct') throw this.#bad('has values that are no map definitions', `they are ${target.kind}`);
    this.#attributes.inner = this.#readInner(target as StructType);
  }

  #readInner(structure: StructType): MapSpec {
    const name = `${this.#name}.inner`;
    const { attributes } = new DefinitionReader(this.#btf, name, structure, true).read();
    return mapSpecOf(name, '.maps', attributes);
  }
}
