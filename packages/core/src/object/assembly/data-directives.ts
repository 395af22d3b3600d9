import { type LinearValue, parseConstant, parseExpression, parseInteger } from '../../isa/expression.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import type { Assembly } from './assembly.ts';
import { type Directive, type DirectiveTable, forEachOperand } from './directive.ts';

const U32_MAX = 0xffffffffn;

/** `.long 1, label, end - start`: integers of `width` bytes. */
function integers(width: 1 | 2 | 4 | 8): Directive {
  return (assembly, reader) =>
    forEachOperand(reader, () => {
      const token = reader.peek();
      emitInteger(assembly, reader, token, parseExpression(reader, assembly.named), width);
    });
}

function emitInteger(assembly: Assembly, reader: TokenReader, token: Token, value: LinearValue, width: number): void {
  if (value.plus === undefined && value.minus === undefined) {
    checkFits(reader, token, value.constant, width);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value.constant), true);
    assembly.emit(reader, token, bytes.subarray(0, width));
    return;
  }
  if (value.plus !== undefined) assembly.symbol(value.plus);
  const { section } = assembly;
  section.fixups.push({ kind: 'data', offset: section.size, width, value, reader, token });
  assembly.emit(reader, token, width);
}

/** Throws where a number fits neither a signed nor an unsigned integer of this many bytes. */
export function checkFits(reader: TokenReader, token: Token, value: bigint, width: number): void {
  const bits = BigInt(width * 8);
  if (value >= -(1n << (bits - 1n)) && value < 1n << bits) return;
  throw reader.error(token, `${value} does not fit`, `there are ${width} bytes for it`);
}

/** `.ascii "text"`, `.asciz "text"`: the bytes, and a zero byte behind each string where `zero`. */
function strings(zero: boolean): Directive {
  return (assembly, reader) =>
    forEachOperand(reader, () => {
      do {
        const token = reader.take();
        if (token.bytes === undefined) throw reader.error(token, `expected a string, found '${token.text}'`);
        assembly.emit(reader, token, token.bytes);
      } while (reader.peek().kind === 'string');
      if (zero) assembly.emit(reader, reader.peek(), 1);
    });
}

/** `.zero COUNT [, BYTE]`. */
const zero: Directive = (assembly, reader, token) => {
  const count = Number(parseInteger(reader, 'number of bytes', 0n, U32_MAX, assembly.named));
  const value = reader.accept(',') ? parseInteger(reader, 'byte', -128n, 255n, assembly.named) : 0n;
  emitRepeated(assembly, reader, token, count, Uint8Array.of(Number(value & 255n)));
};

/** `.fill COUNT [, SIZE [, VALUE]]`. */
const fill: Directive = (assembly, reader, token) => {
  const count = Number(parseInteger(reader, 'number of repetitions', 0n, U32_MAX, assembly.named));
  const size = reader.accept(',') ? Number(parseInteger(reader, 'size', 0n, 8n, assembly.named)) : 1;
  const value = reader.accept(',') ? parseConstant(reader, 'value', assembly.named) : 0n;
  const unit = new Uint8Array(8);
  new DataView(unit.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  emitRepeated(assembly, reader, token, count, unit.subarray(0, size));
};

function emitRepeated(assembly: Assembly, reader: TokenReader, token: Token, count: number, unit: Uint8Array): void {
  const size = count * unit.length;
  assembly.checkRoom(reader, token, size);
  if (size === 0 || unit.every((byte) => byte === 0)) {
    assembly.emit(reader, token, size);
    return;
  }
  // In .bss one unit is enough to be refused.
  const bytes = new Uint8Array(assembly.section.empty ? unit.length : size);
  for (let at = 0; at < bytes.length; at += unit.length) bytes.set(unit, at);
  assembly.emit(reader, token, bytes);
}

/** Largest alignment of a section. */
const MAX_ALIGNMENT = 65536n;

/** `.p2align 3`: to a multiple of 2^3; `.balign 8`: to a multiple of 8. */
function align(power: boolean): Directive {
  return (assembly, reader, token) => {
    const operand = parseInteger(reader, 'alignment', 0n, power ? 16n : MAX_ALIGNMENT, assembly.named);
    const alignment = power ? 1n << operand : operand === 0n ? 1n : operand;
    if ((alignment & (alignment - 1n)) !== 0n) throw reader.error(token, `${alignment} is no power of two`);
    // A fill byte and the most bytes to skip may follow; padding is always zero and always done.
    while (reader.accept(',')) if (!reader.is(',') && !reader.atEnd) parseConstant(reader, 'padding', assembly.named);
    assembly.align(reader, token, Number(alignment));
  };
}

/** `.uleb128`, `.sleb128`: numbers in base 128, as DWARF has them. */
function base128(signed: boolean): Directive {
  return (assembly, reader) =>
    forEachOperand(reader, () => {
      const token = reader.peek();
      const value = distance(assembly, reader, token, parseExpression(reader, assembly.named));
      if (!signed && value < 0n) throw reader.error(token, `${value} is negative`);
      assembly.emit(reader, token, Uint8Array.from(base128Bytes(value, signed)));
    });
}

/** The number an expression comes to now; labels must stand before. */
function distance(assembly: Assembly, reader: TokenReader, token: Token, value: LinearValue): bigint {
  if (value.plus === undefined && value.minus === undefined) return value.constant;
  const plus = assembly.symbols.get(value.plus ?? '');
  const minus = assembly.symbols.get(value.minus ?? '');
  if (plus?.section === undefined || plus.section !== minus?.section) {
    throw reader.error(token, 'the distance is not known yet', 'both labels must stand before, in one section');
  }
  return value.constant + BigInt(plus.value - minus.value);
}

function base128Bytes(value: bigint, signed: boolean): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const last = signed ? (rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40) : rest === 0n;
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}

/** Directives that put data into the current section. */
export const dataDirectives: DirectiveTable = {
  '.byte': integers(1),
  '.short': integers(2),
  '.hword': integers(2),
  '.value': integers(2),
  '.2byte': integers(2),
  '.long': integers(4),
  '.int': integers(4),
  '.word': integers(4),
  '.4byte': integers(4),
  '.quad': integers(8),
  '.8byte': integers(8),
  '.ascii': strings(false),
  '.asciz': strings(true),
  '.string': strings(true),
  '.zero': zero,
  '.skip': zero,
  '.space': zero,
  '.fill': fill,
  '.p2align': align(true),
  '.balign': align(false),
  '.align': align(false),
  '.uleb128': base128(false),
  '.sleb128': base128(true),
};
