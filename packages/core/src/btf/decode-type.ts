import { badBtf } from './header.ts';
import type {
  BtfType,
  Enumerator,
  EnumType,
  FunctionType,
  Member,
  Parameter,
  SectionVariable,
  TypeId,
  VariableType,
} from './types.ts';
import { Kind } from './types.ts';

/** What the decoder of one record may ask of the BTF it stands in. */
export interface TypeSource {
  readonly view: DataView;
  string(offset: number): string;
  /** `id` where such a type exists. @throws SKEP_BAD_BTF naming `offset`. */
  reference(id: number, offset: number): TypeId;
}

/** Bytes of `struct btf_type`, which starts every record. */
export const RECORD_SIZE = 12;

/** Bytes that follow `struct btf_type`: once, and per element (`vlen`); by kind. Undefined: no such kind. */
const extras: readonly (readonly [fixed: number, each: number] | undefined)[] = [
  undefined,
  [4, 0], // int
  [0, 0], // ptr
  [12, 0], // array
  [0, 12], // struct
  [0, 12], // union
  [0, 8], // enum
  [0, 0], // fwd
  [0, 0], // typedef
  [0, 0], // volatile
  [0, 0], // const
  [0, 0], // restrict
  [0, 0], // func
  [0, 8], // func_proto
  [4, 0], // var
  [0, 12], // datasec
  [0, 0], // float
  [4, 0], // decl_tag
  [0, 0], // type_tag
  [0, 12], // enum64
];

const fixedSize = Uint8Array.from(extras, (entry) => entry?.[0] ?? 0);
const elementSize = Uint8Array.from(extras, (entry) => entry?.[1] ?? 0);

/** Kind in the info word of a record: bits 24-28. */
export function kindOf(info: number): number {
  return (info >>> 24) & 0x1f;
}

/** Whole size of a record by its info word; 0 for a kind that does not exist. */
export function recordSize(info: number): number {
  const kind = kindOf(info);
  if (kind === 0 || kind > Kind.ENUM64) return 0;
  return RECORD_SIZE + (fixedSize[kind] ?? 0) + (elementSize[kind] ?? 0) * (info & 0xffff);
}

/**
 * Decodes the record at `at`, whose bytes are known to be there.
 *
 *      0            4                                  8             12
 *     +------------+----------------------------------+-------------+---------------
 *     | name (str) | flag 31 | kind 24-28 | vlen 0-15 | size / type | by kind
 *     +------------+----------------------------------+-------------+---------------
 */
export function decodeType(source: TypeSource, at: number): BtfType {
  const { view } = source;
  const info = view.getUint32(at + 4, true);
  const name = source.string(view.getUint32(at, true));
  const sizeOrType = view.getUint32(at + 8, true);
  const flag = info >>> 31 === 1;
  const type = (): TypeId => source.reference(sizeOrType, at + 8);
  switch (kindOf(info)) {
    case Kind.INT:
      return decodeInt(view, at, name, sizeOrType);
    case Kind.PTR:
      return { kind: 'ptr', type: type() };
    case Kind.ARRAY:
      return decodeArray(source, at + RECORD_SIZE);
    case Kind.STRUCT:
      return { kind: 'struct', name, size: sizeOrType, members: decodeMembers(source, at, flag) };
    case Kind.UNION:
      return { kind: 'union', name, size: sizeOrType, members: decodeMembers(source, at, flag) };
    case Kind.ENUM:
      return decodeEnum(source, at, name, sizeOrType, flag);
    case Kind.FWD:
      return { kind: 'fwd', name, of: flag ? 'union' : 'struct' };
    case Kind.TYPEDEF:
      return { kind: 'typedef', name, type: type() };
    case Kind.VOLATILE:
      return { kind: 'volatile', type: type() };
    case Kind.CONST:
      return { kind: 'const', type: type() };
    case Kind.RESTRICT:
      return { kind: 'restrict', type: type() };
    case Kind.FUNC:
      return { kind: 'func', name, type: type(), linkage: linkage(info & 0xffff, at + 4) };
    case Kind.FUNC_PROTO:
      return { kind: 'func_proto', returns: type(), parameters: decodeParameters(source, at) };
    case Kind.VAR:
      return { kind: 'var', name, type: type(), linkage: linkage(view.getUint32(at + 12, true), at + 12) };
    case Kind.DATASEC:
      return { kind: 'datasec', name, size: sizeOrType, variables: decodeVariables(source, at) };
    case Kind.FLOAT:
      return { kind: 'float', name, size: sizeOrType };
    case Kind.DECL_TAG:
      return {
        kind: 'decl_tag',
        name,
        type: type(),
        component: view.getInt32(at + RECORD_SIZE, true),
        ...(flag ? { attribute: true } : {}),
      };
    case Kind.TYPE_TAG:
      return { kind: 'type_tag', name, type: type(), ...(flag ? { attribute: true } : {}) };
    default:
      return decodeEnum64(source, at, name, sizeOrType, flag);
  }
}

/** INT: `encoding 24-27 | offset 16-23 | bits 0-7` (btf.rst, section 2.2.1). */
function decodeInt(view: DataView, at: number, name: string, size: number): BtfType {
  const word = view.getUint32(at + RECORD_SIZE, true);
  const bits = word & 0xff;
  if (![1, 2, 4, 8, 16].includes(size) || bits > size * 8) {
    throw badBtf(`integer type ${name} has size ${size} and ${bits} bits`, at + 8, 'sizes 1, 2, 4, 8 and 16 exist');
  }
  const encoding = (word >>> 24) & 0xf;
  return {
    kind: 'int',
    name,
    size,
    bits,
    bitOffset: (word >>> 16) & 0xff,
    signed: (encoding & 1) !== 0,
    char: (encoding & 2) !== 0,
    bool: (encoding & 4) !== 0,
  };
}

function decodeArray(source: TypeSource, at: number): BtfType {
  return {
    kind: 'array',
    type: source.reference(source.view.getUint32(at, true), at),
    indexType: source.reference(source.view.getUint32(at + 4, true), at + 4),
    length: source.view.getUint32(at + 8, true),
  };
}

/** Runs `decode` for the offset of each of the record's `vlen` elements. */
function elements<T>(source: TypeSource, at: number, size: number, decode: (at: number) => T): T[] {
  const count = source.view.getUint16(at + 4, true);
  const all: T[] = [];
  for (let index = 0; index < count; index += 1) all.push(decode(at + RECORD_SIZE + index * size));
  return all;
}

function decodeMembers(source: TypeSource, at: number, flag: boolean): Member[] {
  const { view } = source;
  return elements(source, at, 12, (member) => {
    const offset = view.getUint32(member + 8, true);
    return {
      name: source.string(view.getUint32(member, true)),
      type: source.reference(view.getUint32(member + 4, true), member + 4),
      bitOffset: flag ? offset & 0xffffff : offset,
      bitSize: flag ? offset >>> 24 : 0,
    };
  });
}

function checkEnumSize(name: string, size: number, at: number): void {
  if (![1, 2, 4, 8].includes(size)) {
    throw badBtf(`enumeration ${name} has size ${size}`, at + 8, 'sizes 1, 2, 4 and 8 exist');
  }
}

function decodeEnum(source: TypeSource, at: number, name: string, size: number, signed: boolean): EnumType {
  const { view } = source;
  checkEnumSize(name, size, at);
  const values = elements(source, at, 8, (value): Enumerator => {
    const number = signed ? view.getInt32(value + 4, true) : view.getUint32(value + 4, true);
    return { name: source.string(view.getUint32(value, true)), value: BigInt(number) };
  });
  return { kind: 'enum', name, size, signed, values };
}

function decodeEnum64(source: TypeSource, at: number, name: string, size: number, signed: boolean): EnumType {
  const { view } = source;
  checkEnumSize(name, size, at);
  const values = elements(source, at, 12, (value): Enumerator => {
    const bits = view.getBigUint64(value + 4, true);
    return { name: source.string(view.getUint32(value, true)), value: signed ? BigInt.asIntN(64, bits) : bits };
  });
  return { kind: 'enum64', name, size, signed, values };
}

function decodeParameters(source: TypeSource, at: number): Parameter[] {
  const { view } = source;
  return elements(source, at, 8, (parameter) => ({
    name: source.string(view.getUint32(parameter, true)),
    type: source.reference(view.getUint32(parameter + 4, true), parameter + 4),
  }));
}

function decodeVariables(source: TypeSource, at: number): SectionVariable[] {
  const { view } = source;
  return elements(source, at, 12, (variable) => ({
    type: source.reference(view.getUint32(variable, true), variable),
    offset: view.getUint32(variable + 4, true),
    size: view.getUint32(variable + 8, true),
  }));
}

function linkage(code: number, offset: number): (FunctionType | VariableType)['linkage'] {
  if (code === 0) return 'static';
  if (code === 1) return 'global';
  if (code === 2) return 'extern';
  throw badBtf(`linkage ${code} does not exist`, offset, '0 is static, 1 global, 2 extern');
}
