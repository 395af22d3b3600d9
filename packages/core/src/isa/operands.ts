import { type NamedValue, parseInteger } from './expression.ts';
import { accessTypes } from './mnemonics.ts';
import { Mode } from './opcode.ts';
import type { Token } from './scan.ts';
import type { TokenReader } from './token-reader.ts';

/** Register operand: `r3` is 64 bits wide, `w3` its lower 32. */
export interface Register {
  readonly number: number;
  readonly wide: boolean;
  readonly token: Token;
}

/** Memory operand `*(u32 *)(r1 + 4)` or the part of it that an instruction has. */
export interface MemoryOperand {
  /** Mode and size bits of the opcode. */
  readonly access: number;
  /** `u32`: for messages. */
  readonly type: string;
  readonly base: Register;
  readonly offset: number;
}

const REGISTER = /^([rw])([0-9]|10)$/;

/** What looks like a register, so that `r11` and `R1` are told to be none instead of being taken for labels. */
const LIKE_REGISTER = /^[rw][0-9]+$/i;

/** True where the next token is a register, or is meant to be one. */
export function atRegister(reader: TokenReader, ahead: number = 0): boolean {
  const token = reader.peek(ahead);
  return token.kind === 'word' && LIKE_REGISTER.test(token.text);
}

/** Reads `r0`..`r10` or `w0`..`w10`. */
export function parseRegister(reader: TokenReader, what: string = 'a register'): Register {
  const token = reader.peek();
  const found = token.kind === 'word' ? REGISTER.exec(token.text) : null;
  if (found === null) throw notARegister(reader, token, what);
  reader.take();
  return { number: Number(found[2]), wide: found[1] === 'r', token };
}

function notARegister(reader: TokenReader, token: Token, what: string): Error {
  if (token.kind === 'word' && LIKE_REGISTER.test(token.text)) {
    const lower = token.text.toLowerCase();
    const remedy = REGISTER.test(lower) ? `did you mean '${lower}'?` : undefined;
    return reader.error(token, `there is no register '${token.text}'`, 'registers are r0..r10 and w0..w10', remedy);
  }
  return reader.unexpected(what);
}

/** Reads a 64-bit register, `r0`..`r10`. */
export function parseWide(reader: TokenReader, what: string): Register {
  return expectWidth(reader, parseRegister(reader, what), true, what);
}

/** Throws where the register has not the width that the instruction wants. */
export function expectWidth(reader: TokenReader, register: Register, wide: boolean, why: string): Register {
  if (register.wide === wide) return register;
  const wanted = `${wide ? 'r' : 'w'}${register.number}`;
  throw reader.error(
    register.token,
    `'${register.token.text}' has the wrong width`,
    `${why} takes ${wide ? 64 : 32} bits`,
    `write '${wanted}'`,
  );
}

/** Throws where two operands that share one field of the instruction differ. */
export function expectSame(reader: TokenReader, register: Register, other: Register): void {
  if (register.number === other.number && register.wide === other.wide) return;
  throw reader.error(
    other.token,
    `'${other.token.text}' must be '${register.token.text}'`,
    'the instruction has one field for both',
  );
}

/** Reads an immediate of 32 bits, signed or unsigned; the value is signed. */
export function parseImmediate(reader: TokenReader, named?: NamedValue): number {
  const remedy = 'load a 64-bit number with `r1 = N ll` first';
  return Number(BigInt.asIntN(32, parseInteger(reader, 'immediate', -0x80000000n, 0xffffffffn, named, remedy)));
}

/** Reads `u32 *)`, the middle of a memory operand. */
export function parseAccessType(reader: TokenReader): { access: number; type: string } {
  const token = reader.word('a type such as u32');
  const access = accessTypes.get(token.text);
  if (access === undefined) throw reader.unknown(token, 'type of memory access', accessTypes.keys());
  reader.expect('*');
  reader.expect(')');
  return { access, type: token.text };
}

/** Reads `r1 + 4`, `r1 - 4`, `r1 - frame + member` or `r1`. */
export function parseBase(reader: TokenReader, named?: NamedValue): { base: Register; offset: number } {
  const base = parseWide(reader, 'an address');
  const remedy = 'add the rest to the register first';
  return { base, offset: parseSignedTail(reader, 'offset', -0x8000n, 0x7fffn, named, remedy) };
}

/** Reads the `+ 4` or `- 4` behind a register, which may go on as an expression; 0 where there is none. */
export function parseSignedTail(
  reader: TokenReader,
  what: string,
  least: bigint,
  most: bigint,
  named?: NamedValue,
  remedy?: string,
): number {
  if (!reader.is('+') && !reader.is('-')) return 0;
  return Number(parseInteger(reader, what, least, most, named, remedy));
}

/** Reads `*(u32 *)(r1 + 4)`. */
export function parseMemory(reader: TokenReader, named?: NamedValue): MemoryOperand {
  reader.expect('*');
  reader.expect('(');
  const { access, type } = parseAccessType(reader);
  reader.expect('(');
  const { base, offset } = parseBase(reader, named);
  reader.expect(')');
  return { access, type, base, offset };
}

/** Reads `((u64 *)(r1 + 4)`, the first operand of an atomic operation, with its closing parenthesis left to read. */
export function parseAtomicMemory(reader: TokenReader, named?: NamedValue): MemoryOperand {
  reader.expect('(');
  const start = reader.expect('(');
  const { access, type } = parseAccessType(reader);
  if ((access & 0xe0) !== Mode.MEM) throw reader.error(start, 'atomic operations take unsigned types');
  reader.expect('(');
  const { base, offset } = parseBase(reader, named);
  reader.expect(')');
  return { access, type, base, offset };
}
