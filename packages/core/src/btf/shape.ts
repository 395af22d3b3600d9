import { badBtf } from './header.ts';
import type { Btf } from './reader.ts';
import type { BtfType, EnumType, IntType, StructType, TypeId } from './types.ts';

/** Member of a record: a place in it, and a type or, for a bit field, the bits it takes. */
export interface Field {
  readonly name: string;
  readonly type: TypeId;
  /** Bytes from the start of the record to the field, or to the byte its first bit is in. */
  readonly offset: number;
  /** Only of a bit field: first bit in the byte at `offset`, and number of bits. */
  readonly bits?: { readonly start: number; readonly count: number };
}

/** How the bytes of a type are shown, after typedefs and qualifiers are looked through. */
export type Shape =
  | {
      readonly as: 'integer';
      readonly size: number;
      readonly name: string;
      readonly signed: boolean;
      readonly bigEndian: boolean;
    }
  | { readonly as: 'boolean'; readonly size: number; readonly name: string }
  | {
      readonly as: 'enumeration';
      readonly size: number;
      readonly name: string;
      readonly signed: boolean;
      /** Values as unsigned numbers of the type's size. */
      readonly values: ReadonlyMap<string, bigint>;
      readonly names: ReadonlyMap<bigint, string>;
    }
  | { readonly as: 'float'; readonly size: number; readonly name: string }
  | { readonly as: 'ipv4'; readonly size: 4; readonly name: string }
  | { readonly as: 'ipv6'; readonly size: 16; readonly name: string }
  | { readonly as: 'mac'; readonly size: 6; readonly name: string }
  | { readonly as: 'text'; readonly size: number; readonly name: string }
  | {
      readonly as: 'array';
      readonly size: number;
      readonly name: string;
      readonly element: TypeId;
      readonly elementSize: number;
      readonly length: number;
    }
  | {
      readonly as: 'record';
      readonly size: number;
      readonly name: string;
      /** Some fields share bytes: it is a union, or has one without a name. */
      readonly overlaps: boolean;
      /** Members that have a name, anonymous structs and unions opened; absent from it what userland may not see. */
      readonly fields: ReadonlyMap<string, Field>;
    };

/** How a typedef or struct of this name and size is shown. Names of the kernel's UAPI, and of skep's own schemas. */
const formats: ReadonlyMap<string, { readonly size: number; readonly as: 'ipv4' | 'ipv6' | 'mac' | 'network' }> =
  new Map([
    ['__be32', { size: 4, as: 'ipv4' }],
    ['in_addr', { size: 4, as: 'ipv4' }],
    ['in_addr_t', { size: 4, as: 'ipv4' }],
    ['ipv4', { size: 4, as: 'ipv4' }],
    ['in6_addr', { size: 16, as: 'ipv6' }],
    ['ipv6', { size: 16, as: 'ipv6' }],
    ['mac', { size: 6, as: 'mac' }],
    ['__be16', { size: 2, as: 'network' }],
    ['__be64', { size: 8, as: 'network' }],
    ['be16', { size: 2, as: 'network' }],
    ['be32', { size: 4, as: 'network' }],
    ['be64', { size: 8, as: 'network' }],
  ]);

/** Structs in map values that the kernel keeps to itself: userland reads zeroes there (uapi/linux/bpf.h). */
const hidden: ReadonlySet<string> = new Set([
  'bpf_spin_lock',
  'bpf_res_spin_lock',
  'bpf_timer',
  'bpf_wq',
  'bpf_list_head',
  'bpf_list_node',
  'bpf_rb_root',
  'bpf_rb_node',
  'bpf_refcount',
]);

/** How deep anonymous structs may nest. */
const MAX_ANONYMOUS = 16;
/** Most members a record may have once anonymous ones are opened. */
const MAX_MEMBERS = 1_000_000;

const shapes = new WeakMap<Btf, Map<TypeId, Shape>>();

/** The shape of a type, made once per BTF. @throws SKEP_BAD_BTF where it has no size. */
export function shapeOf(btf: Btf, id: TypeId): Shape {
  const known = shapes.get(btf) ?? new Map<TypeId, Shape>();
  shapes.set(btf, known);
  const shape = known.get(id) ?? makeShape(btf, id);
  known.set(id, shape);
  return shape;
}

function makeShape(btf: Btf, id: TypeId): Shape {
  const size = btf.sizeOf(id);
  const names = namesOf(btf, id);
  const name = names[0] ?? '';
  const format = names.map((entry) => formats.get(entry)).find((entry) => entry?.size === size)?.as;
  if (format === 'ipv4') return { as: 'ipv4', size: 4, name };
  if (format === 'ipv6') return { as: 'ipv6', size: 16, name };
  if (format === 'mac') return { as: 'mac', size: 6, name };
  const type = btf.type(btf.strip(id));
  switch (type.kind) {
    case 'int':
      if (type.bool) return { as: 'boolean', size, name };
      return { as: 'integer', size, name, signed: type.signed, bigEndian: format === 'network' };
    case 'ptr':
      return { as: 'integer', size, name: 'pointer', signed: false, bigEndian: false };
    case 'enum':
    case 'enum64':
      return enumerationShape(type, name);
    case 'float':
      return { as: 'float', size, name };
    case 'array':
      if (isChar(btf, type.type)) return { as: 'text', size, name: `char[${type.length}]` };
      return {
        as: 'array',
        size,
        name: name === '' ? 'array' : name,
        element: type.type,
        elementSize: btf.sizeOf(type.type),
        length: type.length,
      };
    case 'struct':
    case 'union': {
      const fields = fieldsOf(btf, type);
      return { as: 'record', size, name: name === '' ? type.kind : name, overlaps: overlap(btf, fields), fields };
    }
    case 'var':
      return shapeOf(btf, type.type);
    default:
      throw badBtf(`type ${id} has no values`, undefined, `${type.kind} types have none`);
  }
}

/** Names from the type itself through its typedefs to what it stands for. */
function namesOf(btf: Btf, id: TypeId): string[] {
  const names: string[] = [];
  const end = btf.strip(id);
  for (let at = id; ; ) {
    const type = btf.type(at);
    if ('name' in type && type.name !== '' && type.kind !== 'type_tag') names.push(type.name);
    if (at === end || !('type' in type)) return names;
    at = type.type;
  }
}

function enumerationShape(type: EnumType, name: string): Shape {
  const values = new Map<string, bigint>();
  const names = new Map<bigint, string>();
  for (const entry of type.values) {
    const value = BigInt.asUintN(type.size * 8, entry.value);
    values.set(entry.name, value);
    if (!names.has(value)) names.set(value, entry.name);
  }
  return { as: 'enumeration', size: type.size, name, signed: type.signed, values, names };
}

/** Compilers mark `char` by its name only; the char bit is seldom set. */
function isChar(btf: Btf, id: TypeId): boolean {
  const type = btf.type(btf.strip(id));
  return type.kind === 'int' && type.size === 1 && (type.char || type.name === 'char');
}

/** Fields of a struct by name, those of anonymous members among them. */
function fieldsOf(btf: Btf, type: StructType): Map<string, Field> {
  const fields = new Map<string, Field>();
  let left = MAX_MEMBERS;
  const collect = (struct: StructType, start: number, depth: number): void => {
    left -= struct.members.length;
    if (depth > MAX_ANONYMOUS || left < 0) {
      throw badBtf(`${type.kind} ${type.name} is endless`, undefined, 'its anonymous members contain each other');
    }
    for (const member of struct.members) {
      const target = btf.type(btf.strip(member.type));
      const bit = start * 8 + member.bitOffset;
      if (member.name !== '') {
        if (isStruct(target) && hidden.has(target.name)) continue;
        fields.set(member.name, { name: member.name, type: member.type, ...place(target, bit, member.bitSize) });
      } else if (isStruct(target)) collect(target, Math.floor(bit / 8), depth + 1);
    }
  };
  collect(type, 0, 0);
  return fields;
}

/** True where two fields share a bit. */
function overlap(btf: Btf, fields: ReadonlyMap<string, Field>): boolean {
  const ranges = Array.from(fields.values(), ({ offset, bits, type }) => {
    const start = offset * 8 + (bits?.start ?? 0);
    return { start, end: start + (bits?.count ?? btf.sizeOf(type) * 8) };
  }).sort((left, right) => left.start - right.start);
  return ranges.some(({ start }, index) => index > 0 && start < (ranges[index - 1]?.end ?? 0));
}

function isStruct(type: BtfType): type is StructType {
  return type.kind === 'struct' || type.kind === 'union';
}

/** Where a member lies. Before Linux 4.20 a bit field was a member of an integer type with fewer bits than bytes. */
function place(type: BtfType, bit: number, bitSize: number): Pick<Field, 'offset' | 'bits'> {
  const old = bitSize === 0 && type.kind === 'int' && isNarrow(type) ? type : undefined;
  const count = old?.bits ?? bitSize;
  if (count === 0) return { offset: Math.floor(bit / 8) };
  const first = bit + (old?.bitOffset ?? 0);
  return { offset: Math.floor(first / 8), bits: { start: first % 8, count } };
}

function isNarrow(type: IntType): boolean {
  return !type.bool && (type.bits !== type.size * 8 || type.bitOffset !== 0);
}
