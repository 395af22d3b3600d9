import { Errno } from '../../maps/errno.ts';
import type { ProgramMemory } from '../run.ts';
import { type Conversion, parseConversion } from './printf-specifier.ts';

/** Room the kernel has for the arguments of one call, strings included, in bytes. */
const ARGUMENT_ROOM = 512;
const TWO_32 = 2 ** 32;

/** Most arguments of `bpf_trace_vprintk` and `bpf_snprintf`. */
export const MAX_ARGUMENTS = 12;

/** The arguments of a call: 64-bit numbers as halves, low first. */
export type PrintArguments = Int32Array;

/**
 * Formats as the kernel's `bpf_bprintf_prepare` and `bstr_printf` do. Text goes byte by byte as Latin-1 characters.
 * @returns the text, or EINVAL for a format the kernel refuses (unknown conversion, too few arguments, control
 *   characters; before Linux 6.17 also characters beyond ASCII), ENOSPC where there are too many long strings.
 */
export function formatPrint(memory: ProgramMemory, format: string, values: PrintArguments): string | number {
  let text = '';
  let index = 0;
  let room = ARGUMENT_ROOM;
  for (let at = 0; at < format.length; ) {
    const character = format[at] ?? '';
    if (!/[\x20-\x7e\t-\r\x80-\xff]/.test(character)) return Errno.EINVAL;
    if (character !== '%' || format[at + 1] === '%') {
      text += character;
      at += character === '%' ? 2 : 1;
      continue;
    }
    const conversion = 2 * index < values.length ? parseConversion(format, at) : undefined;
    if (conversion === undefined) return Errno.EINVAL;
    const result = convert(memory, conversion, values[2 * index] ?? 0, values[2 * index + 1] ?? 0, room);
    room -= result.used;
    if (room < 0) return Errno.ENOSPC;
    text += result.text;
    at = conversion.end;
    index += 1;
  }
  return text;
}

/** Text of one conversion and how much of the argument room it takes. */
interface Converted {
  readonly text: string;
  readonly used: number;
}

function convert(memory: ProgramMemory, conversion: Conversion, low: number, high: number, room: number): Converted {
  const { specifier } = conversion;
  switch (specifier.kind) {
    case 'integer':
      return { text: integerText(conversion, specifier, low, high), used: specifier.wide ? 8 : 4 };
    case 'character':
      return { text: pad(conversion, String.fromCharCode(low & 0xff)), used: 1 };
    case 'pointer':
      return { text: pointerText(conversion, unsignedText(low, high, 16)), used: 8 };
    case 'symbol': {
      const text = `0x${unsignedText(low, high, 16)}`;
      return { text: specifier.padded ? pad(conversion, text) : text, used: 8 };
    }
    case 'string': {
      const text = specifier.user ? '' : readString(memory, low, high, room - 1);
      return { text: specifier.padded ? pad(conversion, text) : text, used: text.length + 1 };
    }
    case 'address': {
      const bytes = readAddress(memory, low, high, specifier.bytes);
      const text = specifier.bytes === 4 ? ipv4Text(bytes, specifier.separated) : ipv6Text(bytes, specifier.separated);
      return { text, used: text.length + 1 };
    }
  }
}

function pad({ left, width }: Conversion, text: string): string {
  return left ? text.padEnd(width) : text.padStart(width);
}

/** Digits of an unsigned 64-bit number given as halves. */
function unsignedText(low: number, high: number, radix: 10 | 16): string {
  const upper = high >>> 0;
  if (upper < 0x20_0000) return (upper * TWO_32 + (low >>> 0)).toString(radix);
  return ((BigInt(upper) << 32n) | BigInt(low >>> 0)).toString(radix);
}

function integerText(
  conversion: Conversion,
  specifier: Conversion['specifier'] & { kind: 'integer' },
  low: number,
  high: number,
): string {
  const upper = specifier.wide ? high : specifier.signed ? low >> 31 : 0;
  const negative = specifier.signed && upper < 0;
  const digits = negative
    ? unsignedText(-low | 0, (low === 0 ? -upper : ~upper) | 0, specifier.radix)
    : unsignedText(low, upper, specifier.radix);
  const sign = !specifier.signed ? '' : negative ? '-' : conversion.plus ? '+' : conversion.space ? ' ' : '';
  return numberText(conversion, sign, specifier.upper ? digits.toUpperCase() : digits);
}

function numberText(conversion: Conversion, sign: string, digits: string): string {
  const zeroes = conversion.zero && !conversion.left ? conversion.width - sign.length : 0;
  return pad(conversion, sign + digits.padStart(zeroes, '0'));
}

/** An address without a width has 16 digits. */
function pointerText(conversion: Conversion, digits: string): string {
  return conversion.width < 0 ? digits.padStart(16, '0') : numberText(conversion, '', digits);
}

/** Bytes up to the first zero, at most `limit`; nothing where they cannot be read. */
function readString(memory: ProgramMemory, low: number, high: number, limit: number): string {
  if (high !== 0) return '';
  let text = '';
  for (let address = low >>> 0; text.length < limit; address += 1) {
    if (!memory.access(address, 1, false)) return '';
    const byte = memory.u8[address] ?? 0;
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Bytes of an address; zeroes where they cannot be read. */
function readAddress(memory: ProgramMemory, low: number, high: number, size: number): Uint8Array {
  const address = low >>> 0;
  const known = high === 0 && memory.access(address, size, false);
  return known ? memory.u8.slice(address, address + size) : new Uint8Array(size);
}

/** `10.0.0.1`; with leading zeroes, `010.000.000.001`, where it is not `separated` (`%pi4`). */
function ipv4Text(bytes: Uint8Array, separated: boolean): string {
  return Array.from(bytes, (byte) => String(byte).padStart(separated ? 1 : 3, '0')).join('.');
}

/** All 32 digits, with colons where it is `separated` (`%pI6`). */
function ipv6Text(bytes: Uint8Array, separated: boolean): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return separated ? (digits.match(/.{4}/g) ?? []).join(':') : digits;
}
