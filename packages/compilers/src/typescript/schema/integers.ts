import type { IntName, IntSchema } from './schema.ts';

function integer(name: IntName, size: 1 | 2 | 4 | 8, signed = false, network = false): IntSchema {
  const bits = BigInt(size * 8);
  const [min, max] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  return { kind: 'int', name, size, align: size, signed, big: size === 8, network, min, max };
}

/** The integer schemas of `skep/bpf` by name. */
export const integers: Readonly<Record<IntName, IntSchema>> = {
  u8: integer('u8', 1),
  u16: integer('u16', 2),
  u32: integer('u32', 4),
  u64: integer('u64', 8),
  i8: integer('i8', 1, true),
  i16: integer('i16', 2, true),
  i32: integer('i32', 4, true),
  i64: integer('i64', 8, true),
  be16: integer('be16', 2, false, true),
  be32: integer('be32', 4, false, true),
  be64: integer('be64', 8, false, true),
  ipv4: integer('ipv4', 4, false, true),
};

export function isIntName(name: string): name is IntName {
  return Object.hasOwn(integers, name);
}
