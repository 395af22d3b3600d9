import type { FieldLayout, IntLayout, Layout } from '@skep/bpf/runtime';
import { Btf, BtfBuilder, type Member, type TypeId } from '@skep/core/btf';

const cNames: Readonly<Record<string, string>> = {
  u8: 'unsigned char',
  u16: 'unsigned short',
  u32: 'unsigned int',
  u64: 'unsigned long long',
  i8: 'signed char',
  i16: 'short',
  i32: 'int',
  i64: 'long long',
};

/**
 * Writes layouts as BTF, each once: the types that the compiler writes into an object, so that userland's values are
 * the same on every host.
 */
export class TypeTable {
  readonly #builder = new BtfBuilder();
  readonly #known = new Map<Layout, TypeId>();
  readonly #integers = new Map<string, TypeId>();

  /** The id of a layout's type. */
  of(layout: Layout): TypeId {
    const known = this.#known.get(layout);
    if (known !== undefined) return known;
    const id = this.#write(layout);
    this.#known.set(layout, id);
    return id;
  }

  /** All types so far. */
  finish(): Btf {
    return Btf.parse(this.#builder.finish());
  }

  #write(layout: Layout): TypeId {
    switch (layout.kind) {
      case 'int':
        return this.#integer(layout);
      case 'bits':
        return this.#named('unsigned int', 4, false);
      case 'text':
        return this.#array(this.#char(), layout.size);
      case 'array': {
        const type = this.#array(this.of(layout.element), layout.length);
        const { name } = layout;
        return name === undefined ? type : this.#builder.add({ kind: 'typedef', name, type });
      }
      case 'lock':
        return this.#struct('bpf_spin_lock', 4, [
          { name: 'val', type: this.#named('unsigned int', 4, false), bitOffset: 0, bitSize: 0 },
        ]);
      case 'record': {
        const members = layout.fields.flatMap((field) => this.#member(field));
        return this.#struct('', layout.size, members);
      }
    }
  }

  /** Bit fields of headers are in network order, which BTF cannot say: their bytes are left out. */
  #member({ name, layout, bitOffset }: FieldLayout): Member[] {
    return layout.kind === 'bits' ? [] : [{ name, type: this.of(layout), bitOffset, bitSize: 0 }];
  }

  #struct(name: string, size: number, members: Member[]): TypeId {
    return this.#builder.add({ kind: 'struct', name, size, members });
  }

  #integer({ name, size, signed, network }: IntLayout): TypeId {
    const plain = network ? `u${size * 8}` : name;
    const type = this.#named(cNames[plain] ?? plain, size, signed);
    return network ? this.#builder.add({ kind: 'typedef', name, type }) : type;
  }

  #named(name: string, size: number, signed: boolean, char = false): TypeId {
    const known = this.#integers.get(name);
    if (known !== undefined) return known;
    const type = { kind: 'int', name, size, bits: size * 8, bitOffset: 0, signed, char, bool: false } as const;
    const id = this.#builder.add(type);
    this.#integers.set(name, id);
    return id;
  }

  #char(): TypeId {
    return this.#named('char', 1, false, true);
  }

  #array(type: TypeId, length: number): TypeId {
    const indexType = this.#named('__ARRAY_SIZE_TYPE__', 4, false);
    return this.#builder.add({ kind: 'array', type, indexType, length });
  }
}
