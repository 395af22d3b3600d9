import type { Btf } from '../../../src/btf/reader.ts';
import type { BtfType, EnumType, IntType, Member, StructType, TypeId } from '../../../src/btf/types.ts';
import { BtfBuilder } from '../../../src/btf/writer.ts';

/** How often things change, from 0 to 1; `mild` shuffles break no field, `wild` ones drop, retype and duplicate. */
export type Temper = 'mild' | 'wild';

/** The shuffles whose results are kept in golden/. */
export const keptShuffles: readonly { readonly seed: number; readonly temper: Temper }[] = [
  { seed: 1, temper: 'mild' },
  { seed: 2, temper: 'mild' },
  { seed: 3, temper: 'mild' },
  { seed: 4, temper: 'wild' },
];

/**
 * Another kernel's BTF made of a program's own: the same types with members in another order, at other offsets, inside
 * anonymous structs and unions, integers of another size, other enumerator values, other ids. The same seed gives the
 * same BTF.
 */
export function shuffleBtf(local: Btf, seed: number, temper: Temper): Uint8Array {
  return new Shuffler(local, seed, temper).shuffle();
}

const dropped = new Set(['func', 'var', 'datasec', 'decl_tag']);

class Shuffler {
  readonly #local: Btf;
  readonly #wild: boolean;
  readonly #builder = new BtfBuilder();
  readonly #ids = new Map<TypeId, TypeId>([[0, 0]]);
  #state: number;

  constructor(local: Btf, seed: number, temper: Temper) {
    this.#local = local;
    this.#wild = temper === 'wild';
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  shuffle(): Uint8Array {
    const ids = Array.from({ length: this.#local.count - 1 }, (_, index) => index + 1);
    const kept = this.#reorder(ids.filter((id) => !dropped.has(this.#local.kind(id))));
    for (let padding = this.#below(5); padding > 0; padding -= 1) this.#int(`padding${padding}`, 4);
    for (const id of kept) this.#ids.set(id, this.#builder.add(this.#placeholder()));
    for (const id of kept) this.#builder.replace(this.#id(id), this.#change(this.#local.type(id)));
    if (this.#wild) for (const id of kept) if (this.#chance(0.1)) this.#duplicate(id);
    return this.#builder.finish();
  }

  /** A second type of the name, or with a flavour: the same or another one. */
  #duplicate(id: TypeId): void {
    const type = this.#change(this.#local.type(id));
    if (!('name' in type) || type.name === '') return;
    this.#builder.add(this.#chance(0.5) ? type : { ...type, name: `${type.name}___v2` });
  }

  #change(type: BtfType): BtfType {
    switch (type.kind) {
      case 'int':
        return this.#changeInt(type);
      case 'struct':
      case 'union':
        return this.#changeStruct(type);
      case 'enum':
      case 'enum64':
        return this.#changeEnum(type);
      case 'array': {
        const length = this.#maybe(0.1) ? this.#below(5) : type.length;
        return { kind: 'array', type: this.#id(type.type), indexType: this.#id(type.indexType), length };
      }
      case 'func_proto': {
        const parameters = type.parameters.map(({ name, type: id }) => ({ name, type: this.#id(id) }));
        if (this.#maybe(0.1)) parameters.push({ name: 'more', type: this.#id(1) });
        return { kind: 'func_proto', returns: this.#id(type.returns), parameters };
      }
      case 'void':
      case 'fwd':
      case 'float':
        return type;
      case 'ptr':
        return { kind: 'ptr', type: this.#maybe(0.05) ? 0 : this.#id(type.type) };
      default:
        return 'type' in type ? { ...type, type: this.#id(type.type) } : type;
    }
  }

  /** Integers may get another size; in a wild shuffle another sign too. */
  #changeInt(type: IntType): BtfType {
    if (type.name === '__ARRAY_SIZE_TYPE__') return type;
    const size =
      this.#chance(this.#wild ? 0.4 : 0.2) && !type.signed && !type.bool ? this.#pick([1, 2, 4, 8]) : type.size;
    return { ...type, size, bits: size * 8, signed: this.#maybe(0.1) ? !type.signed : type.signed };
  }

  #changeEnum(type: EnumType): BtfType {
    const wide = type.kind === 'enum64' || this.#chance(0.3);
    const kept = this.#wild ? type.values.filter(() => !this.#chance(0.2)) : type.values;
    const values = this.#reorder(kept).map(({ name, value }, index) => {
      const changed = this.#chance(0.5) ? value + BigInt(index + 1) : value;
      const flavour = this.#maybe(0.1) ? '___v3' : '';
      return { name: name + flavour, value: BigInt.asIntN(wide ? 64 : 32, changed) };
    });
    const fitting = values.map(({ name, value }) => ({
      name,
      value: type.signed ? value : BigInt.asUintN(wide ? 64 : 32, value),
    }));
    const size = this.#maybe(0.1) ? 1 : type.size;
    return { kind: wide ? 'enum64' : 'enum', name: type.name, size, signed: type.signed, values: fitting };
  }

  #changeStruct(type: StructType): BtfType {
    if (this.#maybe(0.03) && type.name !== '') return { kind: 'fwd', name: type.name, of: 'struct' };
    const kept = this.#wild ? type.members.filter(() => !this.#chance(0.08)) : type.members;
    const flexible = kept.at(-1);
    const isFlexible = flexible !== undefined && this.#isFlexible(flexible);
    const members = this.#reorder(isFlexible && !this.#maybe(0.3) ? kept.slice(0, -1) : kept);
    if (isFlexible && !members.includes(flexible)) members.push(flexible);
    const kind = this.#maybe(0.03) ? (type.kind === 'struct' ? 'union' : 'struct') : type.kind;
    const { placed, size } = this.#place(this.#nest(members, isFlexible), kind);
    // Kernels have no flavours: left in, they make most fields ambiguous. What is called absent shall be.
    const name = this.#wild ? type.name : type.name.replaceAll('___', '_flavour_').replace(/^absent/, 'present');
    return { kind, name, size, members: placed };
  }

  #isFlexible({ type }: Member): boolean {
    const stripped = this.#local.type(this.#local.strip(type));
    return stripped.kind === 'array' && stripped.length === 0;
  }

  /** Puts some members of a struct, not the last, into an anonymous struct or union. Types are the target's from here. */
  #nest(members: readonly Member[], flexible: boolean): Draft[] {
    const drafts = members.map((member): Draft => this.#draft(member));
    if (drafts.length < 3 || !this.#chance(0.5)) return drafts;
    const start = this.#below(drafts.length - 2);
    const end = start + 1 + this.#below(drafts.length - start - (flexible ? 1 : 0));
    const inner = drafts.slice(start, end);
    const kind = this.#chance(0.5) ? 'struct' : 'union';
    const { placed, size } = this.#place(inner, kind);
    const type = this.#builder.add({ kind, name: '', size, members: placed });
    return [...drafts.slice(0, start), { name: '', type, size, bits: 0 }, ...drafts.slice(end)];
  }

  #draft({ name, type, bitSize }: Member): Draft {
    const size = Math.max(this.#local.kind(this.#local.strip(type)) === 'fwd' ? 8 : this.#local.sizeOf(type), 1);
    let bits = bitSize;
    if (bits > 0 && this.#chance(0.4)) bits = 1 + this.#below(size * 8);
    else if (bits > 0 && this.#chance(0.2)) bits = 0;
    else if (bits === 0 && this.#maybe(0.1) && size <= 8 && this.#isScalar(type)) bits = 1 + this.#below(size * 8);
    let id = this.#id(type);
    if (this.#chance(0.2)) id = this.#builder.add({ kind: this.#chance(0.5) ? 'const' : 'volatile', type: id });
    else if (this.#chance(0.1)) id = this.#builder.add({ kind: 'typedef', name: `${name}_type`, type: id });
    return { name: this.#maybe(0.03) ? `${name}_` : name, type: id, size, bits };
  }

  #isScalar(type: TypeId): boolean {
    const kind = this.#local.kind(this.#local.strip(type));
    return kind === 'int' || kind === 'enum' || kind === 'enum64';
  }

  /** Gives members their places, with gaps. Sizes are the local ones: targets need not be as compilers lay them out. */
  #place(drafts: readonly Draft[], kind: 'struct' | 'union'): { placed: Member[]; size: number } {
    let at = 0;
    let end = 0;
    const placed = drafts.map(({ name, type, size, bits }): Member => {
      if (kind === 'union') at = 0;
      if (bits === 0) at = Math.ceil(at / 64) * 64 + 64 * this.#below(3);
      else if (this.#chance(0.3)) at += this.#below(40);
      const member = { name, type, bitOffset: at, bitSize: bits };
      at += bits === 0 ? size * 8 : bits;
      end = Math.max(end, at);
      return member;
    });
    return { placed, size: Math.ceil(end / 64) * 8 };
  }

  #id(id: TypeId): TypeId {
    return this.#ids.get(id) ?? 0;
  }

  #int(name: string, size: number): TypeId {
    return this.#builder.add({ ...this.#placeholder(), name, size, bits: size * 8 });
  }

  #placeholder(): IntType {
    return { kind: 'int', name: 'x', size: 4, bits: 32, bitOffset: 0, signed: true, char: false, bool: false };
  }

  #reorder<T>(list: readonly T[]): T[] {
    const keyed = list.map((item) => ({ item, key: this.#next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  /** For what only wild shuffles do. */
  #maybe(probability: number): boolean {
    return this.#wild && this.#chance(probability);
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** xorshift32, from 0 to 1. */
  #next(): number {
    let state = this.#state || 1;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state / 0x100000000;
  }
}

/** A member before it has its place. */
interface Draft {
  readonly name: string;
  readonly type: TypeId;
  readonly size: number;
  readonly bits: number;
}
