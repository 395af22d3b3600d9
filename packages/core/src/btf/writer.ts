import { ByteWriter } from '../base/bytes.ts';
import { BTF_HEADER_SIZE, BTF_MAGIC, badBtf } from './header.ts';
import type { Btf } from './reader.ts';
import { type BtfType, Kind, type Member, type TypeId } from './types.ts';

const encoder = new TextEncoder();

/** Number of each kind. */
const kindNumbers = new Map<string, number>(Object.entries(Kind).map(([name, kind]) => [name.toLowerCase(), kind]));

const linkageNumbers = { static: 0, global: 1, extern: 2 } as const;

/** Largest number of members, values, parameters or variables of one type. */
const MAX_VLEN = 0xffff;

/**
 * Writes BTF (btf.rst, section 2; Linux 4.18): add types, which get ascending ids, then `finish`. Equal strings are
 * stored once. Types may refer to ids that are added later ({@link BtfBuilder.nextId} tells the next one).
 * Over a `base` it writes split BTF: ids and strings continue the base's.
 */
export class BtfBuilder {
  readonly base: Btf | undefined;
  readonly #firstId: TypeId;
  readonly #firstString: number;
  readonly #types: BtfType[] = [];
  readonly #strings = new Map<string, number>();
  readonly #text = new ByteWriter();

  constructor(base?: Btf) {
    this.base = base;
    this.#firstId = base?.count ?? 1;
    this.#firstString = base?.stringsEnd ?? 0;
    if (base === undefined) this.#text.u8(0);
  }

  /** The id that the next `add` gives. */
  get nextId(): TypeId {
    return this.#firstId + this.#types.length;
  }

  /** Adds a type and gives its id. Void is 0 and needs no adding. */
  add(type: BtfType): TypeId {
    if (type.kind === 'void') return 0;
    this.#types.push(type);
    return this.nextId - 1;
  }

  /** Puts another type in the place of one added before, such as a struct whose members are known only now. */
  replace(id: TypeId, type: BtfType): void {
    const index = id - this.#firstId;
    if (!(index in this.#types) || type.kind === 'void') {
      throw badBtf(`type ${id} cannot be replaced`, undefined, 'it was not added to this builder, or by void');
    }
    this.#types[index] = type;
  }

  /** Offset of a string in the string section; the empty string is at 0. */
  addString(text: string): number {
    if (text === '') return 0;
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    if (bytes.includes(0)) throw badBtf('a BTF string has a zero byte in it', undefined, JSON.stringify(text));
    const offset = this.#firstString + this.#text.length;
    this.#text.append(bytes).u8(0);
    this.#strings.set(text, offset);
    return offset;
  }

  /** The .BTF section. @throws SKEP_BAD_BTF where a type has more parts than BTF can count, or a name a zero byte. */
  finish(): Uint8Array {
    const types = new ByteWriter();
    for (const type of this.#types) this.#write(types, type);
    const writer = new ByteWriter().u16(BTF_MAGIC).u8(1).u8(0).u32(BTF_HEADER_SIZE);
    writer.u32(0).u32(types.length).u32(types.length).u32(this.#text.length);
    return writer.append(types.finish()).append(this.#text.finish()).finish();
  }

  /** Writes `struct btf_type` and what follows it. */
  #write(out: ByteWriter, type: BtfType): void {
    const vlen = vlenOf(type);
    if (vlen > MAX_VLEN)
      throw badBtf(`a ${type.kind} has ${vlen} parts`, undefined, `at most ${MAX_VLEN} are possible`);
    out.u32(this.addString('name' in type ? type.name : ''));
    out.u32(((flagOf(type) ? 0x80000000 : 0) | ((kindNumbers.get(type.kind) ?? 0) << 24) | vlen) >>> 0);
    if ('size' in type) out.u32(type.size);
    else out.u32('type' in type && type.kind !== 'array' ? type.type : type.kind === 'func_proto' ? type.returns : 0);
    this.#writeExtra(out, type);
  }

  #writeExtra(out: ByteWriter, type: BtfType): void {
    switch (type.kind) {
      case 'int': {
        const encoding = (type.signed ? 1 : 0) | (type.char ? 2 : 0) | (type.bool ? 4 : 0);
        out.u32((encoding << 24) | (type.bitOffset << 16) | type.bits);
        break;
      }
      case 'array':
        out.u32(type.type).u32(type.indexType).u32(type.length);
        break;
      case 'struct':
      case 'union':
        this.#writeMembers(out, type.members);
        break;
      case 'enum':
        for (const { name, value } of type.values) out.u32(this.addString(name)).u32(Number(BigInt.asUintN(32, value)));
        break;
      case 'enum64':
        // Low half first, as two words: the record is only aligned to 4 bytes.
        for (const { name, value } of type.values) out.u32(this.addString(name)).u64(value);
        break;
      case 'func_proto':
        for (const parameter of type.parameters) out.u32(this.addString(parameter.name)).u32(parameter.type);
        break;
      case 'var':
        out.u32(linkageNumbers[type.linkage]);
        break;
      case 'datasec':
        for (const variable of type.variables) out.u32(variable.type).u32(variable.offset).u32(variable.size);
        break;
      case 'decl_tag':
        out.u32(type.component >>> 0);
        break;
      default:
        break;
    }
  }

  #writeMembers(out: ByteWriter, members: readonly Member[]): void {
    const flag = hasBitFields(members);
    for (const { name, type, bitOffset, bitSize } of members) {
      if (flag && (bitOffset > 0xffffff || bitSize > 0xff)) {
        throw badBtf(`member ${name} cannot be written`, undefined, 'a struct with bit fields ends at bit 2^24');
      }
      out.u32(this.addString(name)).u32(type);
      out.u32(flag ? ((bitSize << 24) | bitOffset) >>> 0 : bitOffset);
    }
  }
}

function hasBitFields(members: readonly Member[]): boolean {
  return members.some((member) => member.bitSize !== 0);
}

/** The 16-bit count in the info word: of parts, or for functions the linkage. */
function vlenOf(type: BtfType): number {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return type.members.length;
    case 'enum':
    case 'enum64':
      return type.values.length;
    case 'func_proto':
      return type.parameters.length;
    case 'datasec':
      return type.variables.length;
    case 'func':
      return linkageNumbers[type.linkage];
    default:
      return 0;
  }
}

/** The kind_flag, bit 31 of the info word. */
function flagOf(type: BtfType): boolean {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return hasBitFields(type.members);
    case 'enum':
    case 'enum64':
      return type.signed;
    case 'fwd':
      return type.of === 'union';
    case 'decl_tag':
    case 'type_tag':
      return type.attribute === true;
    default:
      return false;
  }
}
