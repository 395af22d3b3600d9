import type { NamedValue } from './expression.ts';
import { parseExpression, parseInteger } from './expression.ts';
import type { Instruction } from './instruction.ts';
import { aluOperators, atomicFetches } from './mnemonics.ts';
import { Alu, Atomic, Class, LDDW, Mode, Size, Source } from './opcode.ts';
import {
  atRegister,
  expectSame,
  expectWidth,
  type MemoryOperand,
  parseAccessType,
  parseAtomicMemory,
  parseBase,
  parseImmediate,
  parseRegister,
  parseSignedTail,
  parseWide,
  type Register,
} from './operands.ts';
import { instruction, type ParsedInstruction } from './parsed.ts';
import type { Token } from './scan.ts';
import type { TokenReader } from './token-reader.ts';

/** Reads an operator, whose `s` for signed is a word of its own: `s>>=`. */
export function parseOperator<T>(
  reader: TokenReader,
  what: string,
  operators: ReadonlyMap<string, T>,
): { value: T; token: Token } {
  const first = reader.take();
  const signed = first.kind === 'word' && first.text === 's' && reader.peek().start === first.end;
  const text = signed ? `s${reader.take().text}` : first.text;
  const value = operators.get(text);
  if (value !== undefined) return { value, token: first };
  const token = { ...first, text };
  if (first.kind === 'end') throw reader.unexpected(`a ${what}`);
  throw reader.error(token, `unknown ${what} '${text}'`, `known are ${[...operators.keys()].join('  ')}`);
}

/** Reads an instruction that begins with the register it writes. */
export function parseAssignment(reader: TokenReader, named: NamedValue | undefined): ParsedInstruction {
  const dst = parseRegister(reader);
  const { value: operator } = parseOperator(reader, 'operator', aluOperators);
  if (operator.code === Alu.MOV) return parseMove(reader, named, dst);
  return { instruction: arithmetic(reader, named, dst, operator.code, operator.offset) };
}

function arithmetic(
  reader: TokenReader,
  named: NamedValue | undefined,
  dst: Register,
  code: number,
  offset: number,
): Instruction {
  const opcode = aluClass(dst) | code;
  if (!atRegister(reader)) return instruction(opcode, { dst: dst.number, offset, imm: parseImmediate(reader, named) });
  const src = expectWidth(reader, parseRegister(reader), dst.wide, `arithmetic on ${dst.token.text}`);
  return instruction(opcode | Source.X, { dst: dst.number, src: src.number, offset });
}

function aluClass(register: Register): number {
  return register.wide ? Class.ALU64 : Class.ALU;
}

/** Reads what stands behind `r1 =`. */
function parseMove(reader: TokenReader, named: NamedValue | undefined, dst: Register): ParsedInstruction {
  if (atRegister(reader)) return { instruction: parseRegisterMove(reader, dst) };
  if (reader.is('*')) return { instruction: parseLoad(reader, named, dst) };
  if (reader.is('-') && atRegister(reader, 1)) return { instruction: parseNegation(reader, dst) };
  if (reader.is('(') && isCast(reader.peek(1).text)) return { instruction: parseSignExtension(reader, dst) };
  const word = reader.peek();
  if (word.kind === 'word') {
    const special = parseSpecial(reader, named, dst, word);
    if (special !== undefined) return { instruction: special };
  }
  return parseImmediateMove(reader, named, dst);
}

/** `r1 = r2`, `w1 = w2`, and `r1 = w2`, which compilers write for the move of 32 bits that clears the upper half. */
function parseRegisterMove(reader: TokenReader, dst: Register): Instruction {
  const src = parseRegister(reader);
  if (!dst.wide) expectWidth(reader, src, false, `a move to ${dst.token.text}`);
  return instruction(aluClass(src) | Alu.MOV | Source.X, { dst: dst.number, src: src.number });
}

function isCast(text: string): boolean {
  return text === 's8' || text === 's16' || text === 's32';
}

function parseNegation(reader: TokenReader, dst: Register): Instruction {
  reader.expect('-');
  expectSame(reader, dst, parseRegister(reader));
  return instruction(aluClass(dst) | Alu.NEG, { dst: dst.number });
}

function parseSignExtension(reader: TokenReader, dst: Register): Instruction {
  reader.expect('(');
  const type = reader.take();
  reader.expect(')');
  const offset = Number(type.text.slice(1));
  if (offset === 32) expectWidth(reader, dst, true, 'sign extension from 32 bits');
  const src = expectWidth(reader, parseRegister(reader), dst.wide, `a move to ${dst.token.text}`);
  return instruction(aluClass(dst) | Alu.MOV | Source.X, { dst: dst.number, src: src.number, offset });
}

function parseLoad(reader: TokenReader, named: NamedValue | undefined, dst: Register): Instruction {
  reader.expect('*');
  reader.expect('(');
  const { access, type } = parseAccessType(reader);
  if (reader.is('skb')) return parsePacketLoad(reader, named, dst, access);
  reader.expect('(');
  const { base, offset } = parseBase(reader, named);
  reader.expect(')');
  if (type === 'u64' || type.startsWith('s')) expectWidth(reader, dst, true, `a load of ${type}`);
  return instruction(Class.LDX | access, { dst: dst.number, src: base.number, offset });
}

/** `*(u16 *)skb[12]`, `*(u8 *)skb[r2]`, `*(u8 *)skb[r2 + 14]`: always into r0. */
function parsePacketLoad(
  reader: TokenReader,
  named: NamedValue | undefined,
  dst: Register,
  access: number,
): Instruction {
  const skb = reader.expect('skb');
  if (dst.number !== 0 || !dst.wide) {
    throw reader.error(
      dst.token,
      `a packet load cannot write '${dst.token.text}'`,
      'it writes r0 (RFC 9669, section 5.5)',
    );
  }
  const size = access & Size.DW;
  if ((access & 0xe0) !== Mode.MEM || size === Size.DW) {
    throw reader.error(skb, 'a packet load takes u8, u16 or u32');
  }
  reader.expect('[');
  const fields = atRegister(reader)
    ? parseIndex(reader, named)
    : { mode: Mode.ABS, src: 0, imm: parseImmediate(reader, named) };
  reader.expect(']');
  return instruction(Class.LD | fields.mode | size, { src: fields.src, imm: fields.imm });
}

function parseIndex(reader: TokenReader, named: NamedValue | undefined): { mode: number; src: number; imm: number } {
  const src = parseWide(reader, 'an index into the packet').number;
  return { mode: Mode.IND, src, imm: parseSignedTail(reader, 'offset', -0x80000000n, 0x7fffffffn, named) };
}

/** Functions and byte swaps: `be16 r1`, `xchg_64(..)`, `addr_space_cast(..)`; undefined where the word is none. */
function parseSpecial(
  reader: TokenReader,
  named: NamedValue | undefined,
  dst: Register,
  word: Token,
): Instruction | undefined {
  const swap = /^(be|le|bswap)(16|32|64)$/.exec(word.text);
  if (swap !== null && atRegister(reader, 1)) return parseSwap(reader, dst, swap[1] ?? '', Number(swap[2]));
  if (!reader.is('(', 1)) return undefined;
  const fetch = atomicFetches.get(word.text);
  if (fetch !== undefined) return parseFetch(reader, named, dst, fetch);
  switch (word.text) {
    case 'xchg_64':
    case 'xchg32_32':
      return parseExchange(reader, named, dst, Atomic.XCHG);
    case 'cmpxchg_64':
    case 'cmpxchg32_32':
      return parseExchange(reader, named, dst, Atomic.CMPXCHG);
    case 'load_acquire':
      return parseLoadAcquire(reader, named, dst);
    case 'addr_space_cast':
      return parseAddressSpaceCast(reader, named, dst);
    default:
      throw reader.unknown(word, 'operation', [...atomicFetches.keys(), ...operations]);
  }
}

const operations = ['xchg_64', 'xchg32_32', 'cmpxchg_64', 'cmpxchg32_32', 'load_acquire', 'addr_space_cast'];

function parseSwap(reader: TokenReader, dst: Register, kind: string, bits: number): Instruction {
  reader.take();
  expectWidth(reader, dst, true, `${kind}${bits}`);
  expectSame(reader, dst, parseRegister(reader));
  const opcode = kind === 'bswap' ? Class.ALU64 : kind === 'be' ? Class.ALU | Source.X : Class.ALU;
  return instruction(opcode | Alu.END, { dst: dst.number, imm: bits });
}

function atomic(memory: MemoryOperand, src: number, operation: number): Instruction {
  const opcode = Class.STX | Mode.ATOMIC | (memory.access & Size.DW);
  return instruction(opcode, { dst: memory.base.number, src, offset: memory.offset, imm: operation });
}

function parseFetch(reader: TokenReader, named: NamedValue | undefined, dst: Register, operation: number): Instruction {
  const name = reader.take();
  const memory = parseAtomicMemory(reader, named);
  if (memory.type !== 'u32' && memory.type !== 'u64') throw reader.error(name, `${name.text} takes u32 or u64`);
  reader.expect(',');
  expectWidth(reader, dst, memory.type === 'u64', `${name.text} on ${memory.type}`);
  expectSame(reader, dst, parseRegister(reader));
  reader.expect(')');
  return atomic(memory, dst.number, operation);
}

/** `r2 = xchg_64(r1 + 0, r2)` and `r0 = cmpxchg_64(r1 + 0, r0, r2)`; the 32-bit forms have `w` registers. */
function parseExchange(
  reader: TokenReader,
  named: NamedValue | undefined,
  dst: Register,
  operation: number,
): Instruction {
  const name = reader.take();
  const wide = name.text.endsWith('_64');
  expectWidth(reader, dst, wide, name.text);
  reader.expect('(');
  const { base, offset } = parseBase(reader, named);
  reader.expect(',');
  expectSame(reader, dst, parseRegister(reader));
  let src = dst;
  if (operation === Atomic.CMPXCHG) {
    if (dst.number !== 0) throw reader.error(dst.token, 'compare and exchange takes the expected value in register 0');
    reader.expect(',');
    src = expectWidth(reader, parseRegister(reader), wide, name.text);
  }
  reader.expect(')');
  const opcode = Class.STX | Mode.ATOMIC | (wide ? Size.DW : Size.W);
  return instruction(opcode, { dst: base.number, src: src.number, offset, imm: operation });
}

function parseLoadAcquire(reader: TokenReader, named: NamedValue | undefined, dst: Register): Instruction {
  reader.take();
  const memory = parseAtomicMemory(reader, named);
  reader.expect(')');
  expectWidth(reader, dst, memory.type === 'u64', `load_acquire of ${memory.type}`);
  const opcode = Class.STX | Mode.ATOMIC | (memory.access & Size.DW);
  const { base, offset } = memory;
  return instruction(opcode, { dst: dst.number, src: base.number, offset, imm: Atomic.LOAD_ACQ });
}

function parseAddressSpaceCast(reader: TokenReader, named: NamedValue | undefined, dst: Register): Instruction {
  reader.take();
  expectWidth(reader, dst, true, 'addr_space_cast');
  reader.expect('(');
  const src = parseWide(reader, 'addr_space_cast');
  reader.expect(',');
  const to = Number(parseInteger(reader, 'address space', 0n, 0xffffn, named));
  reader.expect(',');
  const from = Number(parseInteger(reader, 'address space', 0n, 0xffffn, named));
  reader.expect(')');
  return instruction(Class.ALU64 | Alu.MOV | Source.X, {
    dst: dst.number,
    src: src.number,
    offset: 1,
    imm: (to << 16) | from,
  });
}

/** `r1 = 5`, `r1 = 0x1234 ll`, `r1 = symbol ll`. */
function parseImmediateMove(reader: TokenReader, named: NamedValue | undefined, dst: Register): ParsedInstruction {
  const token = reader.peek();
  const value = parseExpression(reader, named);
  if (!reader.accept('ll')) return { instruction: moveImmediate(reader, dst, token, value) };
  expectWidth(reader, dst, true, 'a 64-bit load');
  const load = instruction(LDDW, { dst: dst.number, immHigh: 0 });
  if (value.minus !== undefined) throw reader.error(token, 'a 64-bit load takes a number or one symbol');
  if (value.plus !== undefined) {
    return { instruction: load, reference: { use: 'address', name: value.plus, addend: value.constant, token } };
  }
  if (value.constant < -(1n << 63n) || value.constant >= 1n << 64n) {
    throw reader.error(token, `number ${value.constant} does not fit`, 'a 64-bit load takes 64 bits');
  }
  const imm = Number(BigInt.asIntN(32, value.constant));
  return { instruction: { ...load, imm, immHigh: Number(BigInt.asIntN(32, value.constant >> 32n)) } };
}

function moveImmediate(
  reader: TokenReader,
  dst: Register,
  token: Token,
  value: { constant: bigint; plus?: string; minus?: string },
): Instruction {
  const symbol = value.plus ?? value.minus;
  if (symbol !== undefined) {
    const remedy = `write '${dst.token.text} = ${symbol} ll' for its address, or set a number: .set ${symbol}, 1`;
    throw reader.error(token, `'${symbol}' is no number here`, 'an address takes a 64-bit load', remedy);
  }
  if (value.constant < -0x80000000n || value.constant > 0xffffffffn) {
    const remedy = dst.wide ? `write '${dst.token.text} = ${value.constant} ll'` : undefined;
    throw reader.error(token, `immediate ${value.constant} does not fit`, 'a move takes 32 bits', remedy);
  }
  return instruction(aluClass(dst) | Alu.MOV, { dst: dst.number, imm: Number(BigInt.asIntN(32, value.constant)) });
}
