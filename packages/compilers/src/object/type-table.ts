import type { BtfBuilder, BtfType, TypeId } from '@skep/core/btf';
import type { DataType, ParameterDeclaration } from '../ir/index.ts';

/** Writes the types of a module as BTF, each once: equal types by name and shape have one id. */
export class TypeTable {
  readonly builder: BtfBuilder;
  readonly #known = new Map<DataType, TypeId>();
  readonly #added = new Map<string, TypeId>();

  constructor(builder: BtfBuilder) {
    this.builder = builder;
  }

  /** The id of a type that is written out, its parts' ids first. */
  add(type: BtfType): TypeId {
    const shape = JSON.stringify(type, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const known = this.#added.get(shape);
    if (known !== undefined) return known;
    const id = this.builder.add(type);
    this.#added.set(shape, id);
    return id;
  }

  /** The id of a type of the source. */
  of(type: DataType): TypeId {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const id = this.#write(type);
    this.#known.set(type, id);
    return id;
  }

  /** `int`, which the sizes in map definitions are arrays of. */
  int(): TypeId {
    return this.of(intType);
  }
  /** Array of `length` elements. */
  array(element: TypeId, length: number): TypeId {
    return this.add({ kind: 'array', type: element, indexType: this.of(indexType), length });
  }
  pointer(type: TypeId): TypeId {
    return this.add({ kind: 'ptr', type });
  }
  /** The FUNC type of a function. */
  function(
    name: string,
    linkage: 'static' | 'global',
    parameters: readonly ParameterDeclaration[],
    result: DataType,
  ): TypeId {
    const type = this.add({
      kind: 'func_proto',
      returns: this.of(result),
      parameters: parameters.map((parameter) => ({ name: parameter.name, type: this.of(parameter.declared) })),
    });
    return this.add({ kind: 'func', name, type, linkage });
  }

  #write(type: DataType): TypeId {
    switch (type.kind) {
      case 'void':
        return 0;
      case 'int': {
        const { name, size, encoding } = type;
        const flags = { signed: encoding === 'signed', char: encoding === 'char', bool: encoding === 'bool' };
        return this.add({ kind: 'int', name, size, bits: size * 8, bitOffset: 0, ...flags });
      }
      case 'typedef':
        return this.add({ kind: 'typedef', name: type.name, type: this.of(type.type) });
      case 'pointer':
        return this.pointer(this.of(type.target));
      case 'array':
        return this.array(this.of(type.element), type.length);
      case 'enum': {
        const { name, size, values } = type;
        const signed = values.some(({ value }) => value < 0n);
        return this.add({ kind: size === 8 ? 'enum64' : 'enum', name, size, signed, values: [...values] });
      }
      default: {
        const members = type.members.map((member) => ({
          name: member.name,
          type: this.of(member.type),
          bitOffset: member.bitOffset,
          bitSize: member.bits ?? 0,
        }));
        return this.add({ kind: type.kind, name: type.name, size: type.size, members });
      }
    }
  }
}

const intType: DataType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' };
const indexType: DataType = { kind: 'int', name: '__ARRAY_SIZE_TYPE__', size: 4, encoding: 'unsigned' };
