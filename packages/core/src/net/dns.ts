import { u16 } from './field.ts';

const typeNames = new Map<number, string>([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [255, 'ANY'],
]);

const responseCodes = ['', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

const HEADER_SIZE = 12;

/**
 * A DNS message (RFC 1035) with one question in a few words: `A? example.org`, `A example.org 2 answers`,
 * `A nobody.test NXDOMAIN`; undefined for anything else, or where the question is cut off. Characters of a name other
 * than printable ASCII are written `\ddd`, as in zone files.
 */
export function describeDns(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < HEADER_SIZE || u16(bytes, start + 4) !== 1) return undefined;
  const name = readName(bytes, start + HEADER_SIZE, end);
  if (name === undefined || end - name.end < 4) return undefined;
  const flags = u16(bytes, start + 2);
  const type = u16(bytes, name.end);
  const typeName = typeNames.get(type) ?? `TYPE${type}`;
  if ((flags & 0x8000) === 0) return `${typeName}? ${name.text}`;
  const code = flags & 15;
  const answers = u16(bytes, start + 6);
  const result = code === 0 ? `${answers} answer${answers === 1 ? '' : 's'}` : (responseCodes[code] ?? `code ${code}`);
  return `${typeName} ${name.text} ${result}`;
}

/** A name without compression, which the first question never uses. */
function readName(bytes: Uint8Array, start: number, end: number): { text: string; end: number } | undefined {
  const labels: string[] = [];
  // A name has at most 255 bytes (RFC 1035 section 3.1).
  const limit = Math.min(end, start + 255);
  let at = start;
  while (at < limit) {
    const length = bytes[at] ?? 0;
    at++;
    if (length === 0) return { text: labels.length === 0 ? '.' : labels.join('.'), end: at };
    if (length > 63 || limit - at < length) return undefined;
    labels.push(Array.from(bytes.subarray(at, at + length), escapeByte).join(''));
    at += length;
  }
  return undefined;
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '.' || character === '\\') return `\\${character}`;
  return byte > 0x20 && byte < 0x7f ? character : `\\${byte.toString().padStart(3, '0')}`;
}
