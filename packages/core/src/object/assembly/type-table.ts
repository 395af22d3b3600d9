import type { BtfType, Member, TypeId } from '../../btf/types.ts';
import { BtfBuilder } from '../../btf/writer.ts';

/** Size and alignment of a type, in bytes. */
export interface TypeLayout {
  readonly size: number;
  readonly alignment: number;
}

/** Member of a struct or union before it is laid out. */
export interface DraftMember {
  readonly name: string;
  readonly type: TypeId;
}

/** Integers of C by their whole name: size, signed. */
const integers: ReadonlyMap<string, readonly [number, boolean]> = new Map([
  ['char', [1, true]],
  ['signed char', [1, true]],
  ['unsigned char', [1, false]],
  ['short', [2, true]],
  ['unsigned short', [2, false]],
  ['int', [4, true]],
  ['unsigned int', [4, false]],
  ['long', [8, true]],
  ['unsigned long', [8, false]],
  ['long long', [8, true]],
  ['unsigned long long', [8, false]],
]);

/** Names that stand for another type, as the kernel's headers define them; `ipv4` and `mac` are our own. */
const typedefs: ReadonlyMap<string, string> = new Map([
  ['u8', 'unsigned char'],
  ['u16', 'unsigned short'],
  ['u32', 'unsigned int'],
  ['u64', 'unsigned long long'],
  ['s8', 'signed char'],
  ['s16', 'short'],
  ['s32', 'int'],
  ['s64', 'long long'],
  ['__u8', 'unsigned char'],
  ['__u16', 'unsigned short'],
  ['__u32', 'unsigned int'],
  ['__u64', 'unsigned long long'],
  ['__s8', 'signed char'],
  ['__s16', 'short'],
  ['__s32', 'int'],
  ['__s64', 'long long'],
  ['__be16', '__u16'],
  ['__be32', '__u32'],
  ['__be64', '__u64'],
  ['__le16', '__u16'],
  ['__le32', '__u32'],
  ['__le64', '__u64'],
  ['__sum16', '__u16'],
  ['__wsum', '__u32'],
  ['ipv4', '__u32'],
]);

/** Every type name that needs no declaration, for suggestions. */
export const typeNames: readonly string[] = [
  ...typedefs.keys(),
  ...integers.keys(),
  'bool',
  'mac',
  'in6_addr',
  'struct',
  'union',
];

/** Largest type, in bytes: what fits a signed 32-bit size. */
export const MAX_TYPE_SIZE = 0x7fffffff;

/** BTF types of an assembly file as they are declared, with the layout that C gives them on a 64-bit machine. */
export class TypeTable {
  readonly builder: BtfBuilder = new BtfBuilder();
  readonly structs: Map<string, TypeId> = new Map();
  readonly #named = new Map<string, TypeId>();
  readonly #layouts = new Map<TypeId, TypeLayout>();
  readonly #members = new Map<TypeId, readonly Member[]>();

  add(type: BtfType, layout: TypeLayout): TypeId {
    const id = this.builder.add(type);
    this.#layouts.set(id, layout);
    return id;
  }

  layoutOf(id: TypeId): TypeLayout {
    return this.#layouts.get(id) ?? { size: 0, alignment: 1 };
  }

  membersOf(id: TypeId): readonly Member[] {
    return this.#members.get(id) ?? [];
  }

  /** The type of this name (`u32`, `unsigned int`, `__be32`, `mac`), or undefined. */
  named(name: string): TypeId | undefined {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const id = this.#make(name);
    if (id !== undefined) this.#named.set(name, id);
    return id;
  }

  #make(name: string): TypeId | undefined {
    const integer = integers.get(name);
    if (integer !== undefined) return this.#integer(name, integer[0], integer[1]);
    if (name === 'bool') return this.#integer('_Bool', 1, false, true);
    const of = typedefs.get(name);
    if (of !== undefined) return this.#typedef(name, this.named(of) ?? 0);
    if (name === 'mac') return this.#typedef(name, this.array(this.named('__u8') ?? 0, 6));
    if (name !== 'in6_addr') return undefined;
    return this.struct('struct', name, [{ name: 'in6_u', type: this.array(this.named('__u8') ?? 0, 16) }]);
  }

  #integer(name: string, size: number, signed: boolean, bool = false): TypeId {
    const int = { kind: 'int', name, size, bits: size * 8, bitOffset: 0, signed, char: false, bool } as const;
    return this.add(int, { size, alignment: size });
  }

  #typedef(name: string, type: TypeId): TypeId {
    return this.add({ kind: 'typedef', name, type }, this.layoutOf(type));
  }

  pointer(type: TypeId): TypeId {
    return this.#once(`${type} *`, () => this.add({ kind: 'ptr', type }, { size: 8, alignment: 8 }));
  }

  /** Makes a type the first time that it is asked for by this name. */
  #once(name: string, make: () => TypeId): TypeId {
    const id = this.#named.get(name) ?? make();
    this.#named.set(name, id);
    return id;
  }

  array(type: TypeId, length: number): TypeId {
    const { size, alignment } = this.layoutOf(type);
    const indexType = this.#once('__ARRAY_SIZE_TYPE__', () => this.#integer('__ARRAY_SIZE_TYPE__', 4, false));
    return this.#once(`${type}[${length}]`, () =>
      this.add({ kind: 'array', type, indexType, length }, { size: size * length, alignment }),
    );
  }

  /** Lays out a struct or union as C does; `name` may be empty. */
  struct(kind: 'struct' | 'union', name: string, drafts: readonly DraftMember[]): TypeId {
    const members: Member[] = [];
    let end = 0;
    let alignment = 1;
    for (const { name: memberName, type } of drafts) {
      const layout = this.layoutOf(type);
      const offset = kind === 'union' ? 0 : Math.ceil(end / layout.alignment) * layout.alignment;
      members.push({ name: memberName, type, bitOffset: offset * 8, bitSize: 0 });
      end = Math.max(end, offset + layout.size);
      alignment = Math.max(alignment, layout.alignment);
    }
    const size = Math.ceil(end / alignment) * alignment;
    const id = this.add({ kind, name, size, members }, { size, alignment });
    this.#members.set(id, members);
    if (name !== '') this.structs.set(name, id);
    return id;
  }

  /** `int (void *)`, which programs are; `parameter` names what they get and may be empty. */
  programPrototype(parameter: string): TypeId {
    const parameters = [{ name: parameter, type: this.pointer(0) }];
    return this.add({ kind: 'func_proto', returns: this.named('int') ?? 0, parameters }, { size: 0, alignment: 1 });
  }

  /** `int (void)`. */
  voidPrototype(): TypeId {
    const type = { kind: 'func_proto', returns: this.named('int') ?? 0, parameters: [] } as const;
    return this.add(type, { size: 0, alignment: 1 });
  }

  /** `int (*)[number]`: how BTF-defined maps hold a number. */
  number(value: number): TypeId {
    return this.pointer(this.array(this.named('int') ?? 0, value));
  }
}
