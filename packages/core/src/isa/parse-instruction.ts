import type { NamedValue } from './expression.ts';
import { parseExpression, parseInteger } from './expression.ts';
import type { Instruction } from './instruction.ts';
import { atomicOperators, jumpOperators } from './mnemonics.ts';
import { Atomic, CALL, CALLX, Call, Class, EXIT, Jump, LDDW, Mode, Size, Source } from './opcode.ts';
import {
  atRegister,
  expectWidth,
  type MemoryOperand,
  parseAtomicMemory,
  parseImmediate,
  parseMemory,
  parseRegister,
  parseWide,
} from './operands.ts';
import { parseAssignment, parseOperator } from './parse-assignment.ts';
import { instruction, type ParsedInstruction } from './parsed.ts';
import type { Token } from './scan.ts';
import type { TokenReader } from './token-reader.ts';

/** First words of instructions that do not begin with a register. */
const leadingWords = ['if', 'goto', 'gotol', 'may_goto', 'call', 'callx', 'exit', 'lock', 'ld_pseudo', 'store_release'];

/**
 * Reads one instruction in LLVM's syntax up to the end of the statement.
 * @param named values of names set by `.set`.
 * @throws SKEP_BAD_ASSEMBLY with line, column and, where a word is mistyped, what was likely meant.
 */
export function parseInstructionTokens(reader: TokenReader, named?: NamedValue): ParsedInstruction {
  const parsed = parseAny(reader, named);
  reader.end();
  return parsed;
}

function parseAny(reader: TokenReader, named: NamedValue | undefined): ParsedInstruction {
  if (atRegister(reader)) return parseAssignment(reader, named);
  if (reader.is('*')) return { instruction: parseStore(reader, named) };
  const word = reader.word('an instruction');
  switch (word.text) {
    case 'if':
      return parseConditionalJump(reader, named);
    case 'goto':
      return parseJump(reader, named, instruction(Class.JMP | Jump.JA), 'jump');
    case 'gotol':
      return parseJump(reader, named, instruction(Class.JMP32 | Jump.JA), 'jump32');
    case 'may_goto':
      return parseJump(reader, named, instruction(Class.JMP | Jump.JCOND), 'jump');
    case 'call':
      return parseCall(reader, named);
    case 'callx':
      return { instruction: parseCallx(reader) };
    case 'exit':
      return { instruction: instruction(EXIT) };
    case 'lock':
      return { instruction: parseLocked(reader, named) };
    case 'ld_pseudo':
      return { instruction: parsePseudoLoad(reader, named) };
    case 'store_release':
      return { instruction: parseStoreRelease(reader, named) };
    default:
      throw unknownInstruction(reader, word);
  }
}

/** Instructions as bpf-gcc and GNU as write them. */
const gnuMnemonic =
  /^(mov|add|sub|mul|div|mod|or|and|xor|lsh|rsh|arsh|neg)(32)?$|^(ldx|stx|st|ldabs|ldind)(b|h|w|dw)$|^lddw$|^end[bl]e$|^ja$|^js?(eq|ne|gt|ge|lt|le|et)(32)?$|^xadd(w|dw)$/;

function unknownInstruction(reader: TokenReader, word: Token): Error {
  if (gnuMnemonic.test(word.text)) {
    const remedy = "write 'r0 = r1' for 'mov %r0,%r1'; bpf-gcc -c makes an object file, which can be read";
    return reader.error(word, `unknown instruction '${word.text}'`, 'the syntax of GNU as is not read', remedy);
  }
  if (word.text === 'return' || word.text === 'ret') {
    return reader.error(word, `unknown instruction '${word.text}'`, undefined, "did you mean 'exit'?");
  }
  return reader.unknown(word, 'instruction', leadingWords);
}

function parseStore(reader: TokenReader, named: NamedValue | undefined): Instruction {
  const memory = parseMemory(reader, named);
  if ((memory.access & 0xe0) !== Mode.MEM) {
    throw reader.error(memory.base.token, `a store cannot have the signed type ${memory.type}`);
  }
  reader.expect('=');
  const fields = { dst: memory.base.number, offset: memory.offset };
  if (!atRegister(reader)) {
    return instruction(Class.ST | memory.access, { ...fields, imm: parseImmediate(reader, named) });
  }
  const register = parseRegister(reader);
  if (memory.type === 'u64') expectWidth(reader, register, true, 'a store of u64');
  return instruction(Class.STX | memory.access, { ...fields, src: register.number });
}

function parseLocked(reader: TokenReader, named: NamedValue | undefined): Instruction {
  const memory = parseMemory(reader, named);
  const token = reader.take();
  const operation = atomicOperators.get(token.text);
  if (operation === undefined) throw reader.unknown(token, 'atomic operator', atomicOperators.keys());
  const register = parseRegister(reader);
  if (memory.type !== 'u32' || operation !== Atomic.ADD) {
    expectWidth(reader, register, memory.type !== 'u32', `an atomic operation on ${memory.type}`);
  }
  return atomicInstruction(reader, memory, register.number, operation);
}

/** An atomic instruction on 4 or 8 bytes. */
function atomicInstruction(reader: TokenReader, memory: MemoryOperand, src: number, operation: number): Instruction {
  if (memory.type !== 'u32' && memory.type !== 'u64') {
    throw reader.error(memory.base.token, `no atomic operation on ${memory.type}`, 'they take u32 and u64');
  }
  const opcode = Class.STX | Mode.ATOMIC | (memory.access & Size.DW);
  return instruction(opcode, { dst: memory.base.number, src, offset: memory.offset, imm: operation });
}

function parseStoreRelease(reader: TokenReader, named: NamedValue | undefined): Instruction {
  const memory = parseAtomicMemory(reader, named);
  reader.expect(',');
  const register = parseRegister(reader);
  expectWidth(reader, register, memory.type === 'u64', `store_release of ${memory.type}`);
  reader.expect(')');
  const opcode = Class.STX | Mode.ATOMIC | (memory.access & Size.DW);
  const { base, offset } = memory;
  return instruction(opcode, { dst: base.number, src: register.number, offset, imm: Atomic.STORE_REL });
}

function parsePseudoLoad(reader: TokenReader, named: NamedValue | undefined): Instruction {
  const dst = parseWide(reader, 'a 64-bit load').number;
  reader.expect(',');
  const src = Number(parseInteger(reader, 'kind of 64-bit immediate', 0n, 15n, named));
  reader.expect(',');
  const value = parseInteger(reader, 'immediate', -(1n << 63n), (1n << 64n) - 1n, named);
  return instruction(LDDW, {
    dst,
    src,
    imm: Number(BigInt.asIntN(32, value)),
    immHigh: Number(BigInt.asIntN(32, value >> 32n)),
  });
}

function parseConditionalJump(reader: TokenReader, named: NamedValue | undefined): ParsedInstruction {
  const left = parseRegister(reader);
  const operator = parseOperator(reader, 'comparison', jumpOperators);
  const base = (left.wide ? Class.JMP : Class.JMP32) | operator.value;
  if (!atRegister(reader)) {
    const imm = parseImmediate(reader, named);
    reader.expect('goto');
    return parseJump(reader, named, instruction(base, { dst: left.number, imm }), 'jump');
  }
  const right = expectWidth(reader, parseRegister(reader), left.wide, `a comparison with ${left.token.text}`);
  reader.expect('goto');
  const fields = { dst: left.number, src: right.number };
  return parseJump(reader, named, instruction(base | Source.X, fields), 'jump');
}

/** Reads where a jump goes: a distance such as `+3` or a label. */
function parseJump(
  reader: TokenReader,
  named: NamedValue | undefined,
  jump: Instruction,
  use: 'jump' | 'jump32',
): ParsedInstruction {
  const token = reader.peek();
  const value = parseExpression(reader, named);
  skipAnnotation(reader);
  if (value.plus !== undefined && value.minus === undefined) {
    return { instruction: jump, reference: { use, name: value.plus, addend: value.constant, token } };
  }
  if (value.minus !== undefined) throw reader.error(token, 'a jump goes to a label or over a number of slots');
  const [least, most] = use === 'jump' ? [-0x8000n, 0x7fffn] : [-0x80000000n, 0x7fffffffn];
  if (value.constant < least || value.constant > most) {
    const remedy = use === 'jump' ? 'use gotol, which has 32 bits' : undefined;
    throw reader.error(
      token,
      `jump of ${value.constant} slots does not fit`,
      `it must be in ${least}..${most}`,
      remedy,
    );
  }
  const distance = Number(value.constant);
  return { instruction: use === 'jump' ? { ...jump, offset: distance } : { ...jump, imm: distance } };
}

/** Reads what a disassembler writes behind a target: `<main+0x28>`. Gives its text. */
function skipAnnotation(reader: TokenReader): string | undefined {
  if (!reader.accept('<')) return undefined;
  const words: string[] = [];
  while (!reader.atEnd && !reader.is('>')) words.push(reader.take().text);
  reader.expect('>');
  return `<${words.join(' ')}>`;
}

/** `callx r3`; `callx r0 <r3>` is what compilers before LLVM 19 wrote, with the register in the immediate. */
function parseCallx(reader: TokenReader): Instruction {
  const register = parseWide(reader, 'the called address');
  const older = /^<r([0-9]|10)>$/.exec(skipAnnotation(reader) ?? '');
  return instruction(CALLX, { dst: register.number, imm: Number(older?.[1] ?? 0) });
}

function parseCall(reader: TokenReader, named: NamedValue | undefined): ParsedInstruction {
  const token = reader.peek();
  if (/^[rw]([0-9]|10)$/.test(token.text)) {
    throw reader.error(token, 'a call cannot name a register', undefined, "did you mean 'callx'?");
  }
  const value = parseExpression(reader, named);
  const annotation = skipAnnotation(reader);
  if (value.plus !== undefined && value.minus === undefined) {
    return {
      instruction: instruction(CALL),
      reference: { use: 'call', name: value.plus, addend: value.constant, token },
    };
  }
  if (value.minus !== undefined || value.constant < -0x80000000n || value.constant > 0xffffffffn) {
    throw reader.error(token, 'a call takes a function or the number of a helper');
  }
  const imm = Number(BigInt.asIntN(32, value.constant));
  if (annotation === undefined) return { instruction: instruction(CALL, { imm }) };
  const kernel = /^<kernel function(?: (-? ?[0-9]+))?>$/.exec(annotation);
  if (kernel === null) return { instruction: instruction(CALL, { src: Call.LOCAL, imm }) };
  const module = Number((kernel[1] ?? '0').replace(' ', ''));
  if (module < -0x8000 || module > 0x7fff) throw reader.error(token, `module ${module} does not fit 16 bits`);
  return { instruction: instruction(CALL, { src: Call.KFUNC, offset: module, imm }) };
}
