import type { DataType, Member } from '../../ir/index.ts';
import type { ArraySchema, Field, IntSchema, RecordSchema, Schema } from './schema.ts';

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
const char: DataType = { kind: 'int', name: 'char', size: 1, encoding: 'char' };
const spinLock: DataType = {
  kind: 'struct',
  name: 'bpf_spin_lock',
  size: 4,
  members: [{ name: 'val', type: { kind: 'int', name: 'unsigned int', size: 4, encoding: 'unsigned' }, bitOffset: 0 }],
};

const known = new WeakMap<Schema, DataType>();

/** The type that BTF tells of a schema: C's integers, and typedefs by which userland knows addresses and byte order. */
export function dataTypeOf(schema: Schema): DataType {
  const found = known.get(schema) ?? make(schema);
  known.set(schema, found);
  return found;
}

function make(schema: Schema): DataType {
  switch (schema.kind) {
    case 'int':
      return intType(schema);
    case 'array':
      return arrayType(schema);
    case 'text':
      return { kind: 'array', element: char, length: schema.size };
    case 'record':
      return recordType(schema);
    case 'lock':
      return spinLock;
    case 'bits':
      return { kind: 'int', name: 'unsigned int', size: 4, encoding: 'unsigned' };
  }
}

function intType(schema: IntSchema): DataType {
  const plain = schema.network ? `u${schema.size * 8}` : schema.name;
  const encoding = schema.signed ? 'signed' : 'unsigned';
  const type: DataType = { kind: 'int', name: cNames[plain] ?? plain, size: schema.size, encoding };
  return schema.network ? { kind: 'typedef', name: schema.name, type } : type;
}

function arrayType(schema: ArraySchema): DataType {
  const array: DataType = { kind: 'array', element: dataTypeOf(schema.element), length: schema.length };
  return schema.name === undefined ? array : { kind: 'typedef', name: schema.name, type: array };
}

function recordType(schema: RecordSchema): DataType {
  return { kind: 'struct', name: schema.name, size: schema.size, members: schema.fields.flatMap(member) };
}

/** Bit fields of headers are in network order, which BTF cannot say: their bytes are left out. */
function member({ name, schema, bitOffset }: Field): Member[] {
  return schema.kind === 'bits' ? [] : [{ name, type: dataTypeOf(schema), bitOffset }];
}
