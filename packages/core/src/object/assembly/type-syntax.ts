import type { TypeId } from '../../btf/types.ts';
import { parseInteger } from '../../isa/expression.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import type { Assembly } from './assembly.ts';
import { type DraftMember, MAX_TYPE_SIZE, typeNames } from './type-table.ts';

/** Most members of a struct: BTF counts them in 16 bits. */
const MAX_MEMBERS = 0xffff;

/** How deep structs may nest. */
const MAX_DEPTH = 16;

/** Words of which C makes the names of integers. */
const integerWords: ReadonlySet<string> = new Set(['unsigned', 'signed', 'char', 'short', 'int', 'long']);

/** Reads a name that BTF can hold: letters, digits and `_`. */
export function parseIdentifier(reader: TokenReader, what: string): Token {
  const token = reader.word(what);
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(token.text)) return token;
  throw reader.error(token, `'${token.text}' cannot be ${what}`, 'names have letters, digits and _');
}

/**
 * Reads a type written as in C: `u32`, `unsigned long`, `char[16]`, `struct counter`,
 * `struct { u32 prefixlen; __be32 address; }`.
 */
export function parseType(assembly: Assembly, reader: TokenReader): TypeId {
  return parseDimensions(assembly, reader, parseSpecifier(assembly, reader, 0));
}

/** Reads the body of `.struct NAME { .. }` from the name on, and defines `NAME.member` as its members' offsets. */
export function parseStructDeclaration(assembly: Assembly, reader: TokenReader): void {
  const name = parseIdentifier(reader, 'the name of the struct');
  declareStruct(assembly, reader, 'struct', name, 0);
}

function parseSpecifier(assembly: Assembly, reader: TokenReader, depth: number): TypeId {
  const token = reader.word('a type');
  if (token.text === 'struct' || token.text === 'union') return parseStruct(assembly, reader, token, depth);
  const name = integerWords.has(token.text) ? integerName(reader, token) : token.text;
  const id = assembly.types.named(name) ?? assembly.types.structs.get(name);
  if (id === undefined)
    throw reader.unknown({ ...token, text: name }, 'type', [...typeNames, ...assembly.types.structs.keys()]);
  return id;
}

/** Reads on through words such as `unsigned long int`, and gives the name that C prefers. */
function integerName(reader: TokenReader, first: Token): string {
  const words = [first.text];
  while (reader.peek().kind === 'word' && integerWords.has(reader.peek().text)) words.push(reader.take().text);
  const unsigned = words.includes('unsigned');
  const longs = words.filter((word) => word === 'long').length;
  const base = words.includes('char')
    ? 'char'
    : words.includes('short')
      ? 'short'
      : longs > 1
        ? 'long long'
        : longs === 1
          ? 'long'
          : 'int';
  if (unsigned) return `unsigned ${base}`;
  return base === 'char' && words.includes('signed') ? 'signed char' : base;
}

function parseStruct(assembly: Assembly, reader: TokenReader, keyword: Token, depth: number): TypeId {
  const kind = keyword.text === 'union' ? 'union' : 'struct';
  if (reader.is('{')) return assembly.types.struct(kind, '', parseMembers(assembly, reader, keyword, depth));
  const name = parseIdentifier(reader, `the name of the ${kind}`);
  if (reader.is('{')) return declareStruct(assembly, reader, kind, name, depth);
  const id = assembly.types.structs.get(name.text);
  if (id === undefined) throw reader.unknown(name, kind, assembly.types.structs.keys());
  return id;
}

function declareStruct(
  assembly: Assembly,
  reader: TokenReader,
  kind: 'struct' | 'union',
  name: Token,
  depth: number,
): TypeId {
  if (assembly.types.structs.has(name.text)) throw reader.error(name, `struct ${name.text} is declared twice`);
  const id = assembly.types.struct(kind, name.text, parseMembers(assembly, reader, name, depth));
  for (const member of assembly.types.membersOf(id)) {
    const text = `${name.text}.${member.name}`;
    assembly.setConstant(reader, { ...name, text }, { constant: BigInt(member.bitOffset / 8) });
  }
  return id;
}

function parseMembers(assembly: Assembly, reader: TokenReader, owner: Token, depth: number): DraftMember[] {
  if (depth >= MAX_DEPTH) throw reader.error(owner, `structs nest more than ${MAX_DEPTH} deep`);
  const members = new Map<string, DraftMember>();
  let size = 0;
  reader.expect('{');
  while (!reader.accept('}')) {
    const token = reader.peek();
    const base = parseSpecifier(assembly, reader, depth + 1);
    const name = parseIdentifier(reader, 'the name of the member');
    if (members.has(name.text)) throw reader.error(name, `member ${name.text} is declared twice`);
    const type = parseDimensions(assembly, reader, base);
    size += assembly.types.layoutOf(type).size;
    if (size > MAX_TYPE_SIZE / 16 || members.size >= MAX_MEMBERS) throw reader.error(token, 'the struct is too large');
    members.set(name.text, { name: name.text, type });
    reader.expect(';');
  }
  if (members.size === 0) throw reader.error(owner, 'a struct without members has no size');
  return [...members.values()];
}

/** Reads `[4][2]` behind a type or a member. */
function parseDimensions(assembly: Assembly, reader: TokenReader, element: TypeId): TypeId {
  const lengths: number[] = [];
  const start = reader.peek();
  while (reader.accept('[')) {
    lengths.push(Number(parseInteger(reader, 'length of the array', 1n, BigInt(MAX_TYPE_SIZE), assembly.named)));
    reader.expect(']');
  }
  let type = element;
  for (const length of lengths.reverse()) {
    if (assembly.types.layoutOf(type).size * length > MAX_TYPE_SIZE)
      throw reader.error(start, 'the array is too large');
    type = assembly.types.array(type, length);
  }
  return type;
}
