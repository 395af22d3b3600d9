import { Btf } from '../../src/btf/reader.ts';
import type { IntType, Member, TypeId } from '../../src/btf/types.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';

/** An INT type; signed where its name starts with `i`, and `char` and `bool` by name. */
export function int(name: string, size: number, more: Partial<IntType> = {}): IntType {
  const signed = name.startsWith('i') || name === 'char';
  return { kind: 'int', name, size, bits: size * 8, bitOffset: 0, signed, char: false, bool: name === 'bool', ...more };
}

/** Members by name: type and byte offset, or type, bit offset and bits. A name that starts with `_` is anonymous. */
export type Members = Record<string, readonly [type: TypeId, offset: number, bits?: number]>;

/** A builder with names for the usual types. */
export class Types {
  readonly builder: BtfBuilder = new BtfBuilder();
  readonly u8: TypeId = this.builder.add(int('u8', 1));
  readonly u16: TypeId = this.builder.add(int('u16', 2));
  readonly u32: TypeId = this.builder.add(int('u32', 4));
  readonly u64: TypeId = this.builder.add(int('u64', 8));
  readonly i8: TypeId = this.builder.add(int('i8', 1));
  readonly i16: TypeId = this.builder.add(int('i16', 2));
  readonly i32: TypeId = this.builder.add(int('i32', 4));
  readonly i64: TypeId = this.builder.add(int('i64', 8));
  readonly char: TypeId = this.builder.add(int('char', 1));
  readonly bool: TypeId = this.builder.add(int('bool', 1));
  readonly be16: TypeId = this.typedef('__be16', this.u16);
  readonly be32: TypeId = this.typedef('__be32', this.u32);
  readonly be64: TypeId = this.typedef('__be64', this.u64);
  readonly mac: TypeId = this.typedef('mac', this.array(this.u8, 6));
  readonly in6: TypeId = this.struct('in6_addr', 16, { s6_addr: [this.array(this.u8, 16), 0] });
  readonly pointer: TypeId = this.builder.add({ kind: 'ptr', type: 0 });
  readonly float: TypeId = this.builder.add({ kind: 'float', name: 'float', size: 4 });
  readonly double: TypeId = this.builder.add({ kind: 'float', name: 'double', size: 8 });

  typedef(name: string, type: TypeId): TypeId {
    return this.builder.add({ kind: 'typedef', name, type });
  }

  array(type: TypeId, length: number): TypeId {
    return this.builder.add({ kind: 'array', type, indexType: 3, length });
  }

  struct(name: string, size: number, members: Members, kind: 'struct' | 'union' = 'struct'): TypeId {
    const list = Object.entries(members).map(
      ([member, [type, offset, bits]]): Member => ({
        name: member.startsWith('_') ? '' : member,
        type,
        bitOffset: bits === undefined ? offset * 8 : offset,
        bitSize: bits ?? 0,
      }),
    );
    return this.builder.add({ kind, name, size, members: list });
  }

  union(name: string, size: number, members: Record<string, TypeId>): TypeId {
    const atZero = Object.entries(members).map(([member, type]) => [member, [type, 0]] as const);
    return this.struct(name, size, Object.fromEntries(atZero), 'union');
  }

  enumeration(name: string, values: Record<string, number | bigint>, size = 4, signed = false): TypeId {
    return this.builder.add({
      kind: size === 8 ? 'enum64' : 'enum',
      name,
      size,
      signed,
      values: Object.entries(values).map(([key, value]) => ({ name: key, value: BigInt(value) })),
    });
  }

  btf(): Btf {
    return Btf.parse(this.builder.finish());
  }
}
