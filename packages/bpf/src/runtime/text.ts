import type { Space } from './space.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Lone surrogates that stand for bytes 0x80 to 0xff which are no UTF-8, so that any bytes survive a copy. */
const ESCAPE = 0xdc00;
const escaped = /[\udc80-\udcff]/;

/** The text up to its zero byte. */
export function readText(space: Space, at: number, size: number): string {
  const all = space.u8.subarray(at, at + size);
  const zero = all.indexOf(0);
  const bytes = zero < 0 ? all : all.subarray(0, zero);
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeBytewise(bytes);
  }
}

/** Writes text, cut to leave room for its zero byte, and zeroes behind it. */
export function writeText(space: Space, at: number, size: number, text: string): void {
  const bytes = textBytes(text).subarray(0, size - 1);
  const zero = bytes.indexOf(0);
  space.u8.fill(0, at, at + size);
  space.u8.set(zero < 0 ? bytes : bytes.subarray(0, zero), at);
}

/** The UTF-8 bytes of a text, and the bytes that were none when it was read. */
function textBytes(text: string): Uint8Array {
  if (!escaped.test(text)) return encoder.encode(text);
  const parts = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return character.length === 1 && escaped.test(character) ? [code - ESCAPE] : [...encoder.encode(character)];
  });
  return Uint8Array.from(parts.flat());
}

/** Bytes of which some are no UTF-8: the longest pieces that are, and escapes. */
function decodeBytewise(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const piece = [1, 2, 3, 4].map((size) => decodePiece(bytes, at, size)).find((found) => found !== undefined);
    text += piece?.text ?? String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
    at += piece?.size ?? 1;
  }
  return text;
}

function decodePiece(bytes: Uint8Array, at: number, size: number): { text: string; size: number } | undefined {
  if (at + size > bytes.length) return undefined;
  try {
    return { text: decoder.decode(bytes.subarray(at, at + size)), size };
  } catch {
    return undefined;
  }
}
