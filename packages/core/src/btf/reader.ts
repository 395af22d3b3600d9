import { SkepError } from '../base/errors.ts';
import { decodeType, kindOf, RECORD_SIZE, recordSize, type TypeSource } from './decode-type.ts';
import { type BtfLayout, badBtf, readBtfLayout } from './header.ts';
import { NameIndex } from './name-index.ts';
import { type BtfType, Kind, type TypeId } from './types.ts';

/** A name of a kind, as in {@link BtfType}. */
export type KindName = BtfType['kind'];

/** Names of the kinds by their number in {@link Kind}. */
const kindNames = Object.keys(Kind).map((name) => name.toLowerCase()) as KindName[];

/** How deep types may nest before they count as endless; the kernel's and libbpf's limit. */
const MAX_DEPTH = 32;

/** Largest size a type may have: sizes are 32 bits wide. */
const MAX_SIZE = 0xffffffff;

/** What errors say about BTF that is not a program's, such as the kernel's own. */
export interface BtfOrigin {
  readonly file: string;
  /** What can be done where it is broken. */
  readonly remedy: string;
}

const utf8 = new TextDecoder('utf-8');
const encoder = new TextEncoder();
const voidType: BtfType = { kind: 'void' };

/**
 * BTF type information (Documentation/bpf/btf.rst; Linux 4.18), read lazily: `parse` walks the records once and
 * indexes where each starts; a type, a name or the name index is decoded when it is first asked for.
 *
 * Split BTF (of kernel modules) continues the ids and strings of its base; lookups go to the base as well.
 */
export class Btf {
  /** Where broken types come from, where it is no program. */
  readonly #origin: BtfOrigin | undefined;
  readonly bytes: Uint8Array;
  readonly base: Btf | undefined;
  /** Highest type id + 1; the base's types included. */
  readonly count: number;
  readonly #view: DataView;
  readonly #layout: BtfLayout;
  /** Id of the first type that is not the base's; 1 without a base. */
  readonly #firstId: number;
  /** Length of the string sections of the bases. */
  readonly #firstString: number;
  /** Offset of the record of type `firstId + index`. */
  readonly #offsets: Uint32Array;
  readonly #types: (BtfType | undefined)[] = [];
  readonly #strings = new Map<number, string>();
  #decodedBytes = 0;
  /** What records are decoded from. */
  readonly #source: TypeSource;
  #names: NameIndex | undefined;

  private constructor(bytes: Uint8Array, base: Btf | undefined, origin: BtfOrigin | undefined) {
    this.#origin = origin;
    this.bytes = bytes;
    this.base = base;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#layout = readBtfLayout(bytes, base !== undefined);
    this.#firstId = base?.count ?? 1;
    this.#firstString = base?.stringsEnd ?? 0;
    this.#offsets = indexRecords(this.#view, this.#layout);
    this.count = this.#firstId + this.#offsets.length;
    this.#source = {
      view: this.#view,
      string: (offset) => this.string(offset),
      reference: (target, offset) => this.#reference(target, offset),
    };
  }

  /**
   * Reads a .BTF section or /sys/kernel/btf/vmlinux. The bytes are kept, not copied.
   * @param base the BTF that a split BTF continues.
   * @param origin what errors name, and advise, instead of the program.
   * @throws SKEP_BAD_BTF with the offset.
   */
  static parse(bytes: Uint8Array, base?: Btf, origin?: BtfOrigin): Btf {
    try {
      return new Btf(bytes, base, origin);
    } catch (error) {
      throw ofOrigin(error, origin);
    }
  }

  /** Length of the strings, the base's included: where the strings of a split BTF over this one start. */
  get stringsEnd(): number {
    return this.#firstString + this.#layout.stringsEnd - this.#layout.stringsStart;
  }

  /** Id of the first type of this BTF that is not its base's; 1 without a base. */
  get firstId(): TypeId {
    return this.#firstId;
  }

  /** The type of an id; void for 0. @throws SKEP_BAD_BTF for an id or record that is none. */
  type(id: TypeId): BtfType {
    if (id === 0) return voidType;
    if (this.base !== undefined && id < this.#firstId) return this.base.type(id);
    const index = id - this.#firstId;
    const known = this.#types[index];
    if (known !== undefined) return known;
    const decoded = this.#decode(id);
    this.#types[index] = decoded;
    return decoded;
  }

  #decode(id: TypeId): BtfType {
    try {
      return decodeType(this.#source, this.#offset(id));
    } catch (error) {
      throw ofOrigin(error, this.#origin);
    }
  }

  /** Kind of a type, without decoding it. */
  kind(id: TypeId): KindName {
    if (id === 0) return 'void';
    if (this.base !== undefined && id < this.#firstId) return this.base.kind(id);
    return kindNames[kindOf(this.#view.getUint32(this.#offset(id) + 4, true))] ?? 'void';
  }

  /** Name of a type; empty for void and for types without one. */
  name(id: TypeId): string {
    if (id === 0) return '';
    if (this.base !== undefined && id < this.#firstId) return this.base.name(id);
    return this.string(this.#view.getUint32(this.#offset(id), true));
  }

  /** The first type of this name (and kind). */
  findByName(name: string, kind?: KindName): TypeId | undefined {
    for (const id of this.#find(name)) {
      if (kind === undefined || this.kind(id) === kind) return id;
    }
    return undefined;
  }

  /** All types of this name, in ascending order. */
  findAll(name: string): TypeId[] {
    return [...this.#find(name)];
  }

  /** The text at an offset of the string section (`.BTF.ext` names its strings so). @throws SKEP_BAD_BTF */
  string(offset: number): string {
    if (this.base !== undefined && offset < this.#firstString) return this.base.string(offset);
    if (offset === 0) return '';
    const known = this.#strings.get(offset);
    if (known !== undefined) return known;
    const start = this.#layout.stringsStart + offset - this.#firstString;
    if (start < this.#layout.stringsStart || start >= this.#layout.stringsEnd) {
      throw badBtf(`string ${offset} does not exist`, undefined, `the strings end at ${this.stringsEnd}`);
    }
    const end = this.bytes.indexOf(0, start);
    this.#charge(end - start + 1);
    const text = utf8.decode(this.bytes.subarray(start, end));
    this.#strings.set(offset, text);
    return text;
  }

  /** Id of what stands behind typedefs, const, volatile, restrict and type tags. @throws SKEP_BAD_BTF */
  strip(id: TypeId): TypeId {
    let at = id;
    for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
      const type = this.type(at);
      if (!isModifier(type)) return at;
      at = type.type;
    }
    throw this.#tooDeep(id);
  }

  /**
   * Size of a type in bytes; pointers have 8.
   * @throws SKEP_BAD_BTF where it has none (void, functions, forward declarations) or is endless.
   */
  sizeOf(id: TypeId): number {
    let at = id;
    let count = 1;
    for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
      const type = this.type(at);
      if ('size' in type) return this.#product(id, type.size, count);
      if (type.kind === 'ptr') return this.#product(id, 8, count);
      if (type.kind === 'array') count = this.#product(id, type.length, count);
      else if (!isModifier(type) && type.kind !== 'var') {
        throw badBtf(`type ${this.#label(id)} has no size`, this.#place(id), `${type.kind} types have none`);
      }
      at = type.type;
    }
    throw this.#tooDeep(id);
  }

  #product(id: TypeId, size: number, count: number): number {
    if (size * count <= MAX_SIZE) return size * count;
    throw badBtf(`type ${this.#label(id)} is too large`, this.#place(id), 'sizes are below 2^32 bytes');
  }

  #offset(id: TypeId): number {
    const offset = this.#offsets[id - this.#firstId];
    if (offset === undefined) {
      throw badBtf(`type ${id} does not exist`, undefined, `there are types 0 to ${this.count - 1}`);
    }
    return offset;
  }

  #reference(id: TypeId, offset: number): TypeId {
    if (id < this.count) return id;
    throw badBtf(`type ${id} does not exist`, offset, `there are types 0 to ${this.count - 1}`);
  }

  *#find(name: string): Generator<TypeId> {
    if (name === '') return;
    if (this.base !== undefined) yield* this.base.#find(name);
    this.#names ??= this.#buildNames();
    for (const index of this.#names.find(encoder.encode(name))) yield index + this.#firstId;
  }

  /** Own types by name. A split BTF may take a name from its base's strings: those are compared as text. */
  #buildNames(): NameIndex {
    const names = new Uint32Array(this.#offsets.length);
    const limit = this.#layout.stringsEnd - this.#layout.stringsStart;
    for (let index = 0; index < names.length; index += 1) {
      const offset = this.#view.getUint32(this.#offsets[index] as number, true) - this.#firstString;
      if (offset >= 0 && offset < limit && !(offset === 0 && this.#firstString === 0)) {
        names[index] = this.#layout.stringsStart + offset;
      }
    }
    return new NameIndex(this.bytes, names, this.#layout.stringsEnd);
  }

  /** Strings that overlap could make a small file decode to a huge amount of text: real ones never do. */
  #charge(size: number): void {
    this.#decodedBytes += size;
    const length = this.#layout.stringsEnd - this.#layout.stringsStart;
    if (this.#decodedBytes > 4 * length + 4096) {
      throw badBtf(
        'the strings of the BTF overlap',
        this.#layout.stringsStart,
        'names share the tails of long strings',
      );
    }
  }

  #tooDeep(id: TypeId): Error {
    const reason = `it refers to itself, or nests deeper than ${MAX_DEPTH} levels`;
    return badBtf(`type ${this.#label(id)} is endless`, this.#place(id), reason);
  }

  #place(id: TypeId): number | undefined {
    return id < this.#firstId ? undefined : this.#offsets[id - this.#firstId];
  }

  #label(id: TypeId): string {
    const name = this.name(id);
    return name === '' ? `${id}` : `${id} (${name})`;
  }
}

/** The error with the place and the remedy of where the BTF comes from. */
function ofOrigin(error: unknown, origin: BtfOrigin | undefined): unknown {
  if (origin === undefined || !(error instanceof SkepError)) return error;
  const { code, message, place, reason } = error;
  return new SkepError(code, message, {
    place: { ...place, file: origin.file },
    ...(reason === undefined ? {} : { reason }),
    remedy: origin.remedy,
  });
}

function isModifier(
  type: BtfType,
): type is Extract<BtfType, { kind: 'typedef' | 'const' | 'volatile' | 'restrict' | 'type_tag' }> {
  const { kind } = type;
  return kind === 'typedef' || kind === 'const' || kind === 'volatile' || kind === 'restrict' || kind === 'type_tag';
}

/** Walks the records and gives the offset of each. */
function indexRecords(view: DataView, layout: BtfLayout): Uint32Array {
  const { typesStart, typesEnd } = layout;
  const offsets = new Uint32Array(Math.floor((typesEnd - typesStart) / RECORD_SIZE));
  let count = 0;
  let at = typesStart;
  while (at < typesEnd) {
    if (at + RECORD_SIZE > typesEnd) {
      throw badBtf('the types of the BTF are cut off', at, `${typesEnd - at} bytes are left of a record of 12`);
    }
    const info = view.getUint32(at + 4, true);
    const size = recordSize(info);
    if (size === 0) throw badBtf(`a type has unknown kind ${kindOf(info)}`, at + 4, 'kinds 1 to 19 are known');
    if (at + size > typesEnd) {
      throw badBtf('the types of the BTF are cut off', at, `a record takes ${size} bytes, ${typesEnd - at} are left`);
    }
    offsets[count] = at;
    count += 1;
    at += size;
  }
  return offsets.slice(0, count);
}
