/** Escapes that people know by heart. */
const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

/**
 * Characters that act on a terminal instead of being shown: controls (C0, delete, C1), format characters, which hide
 * text or turn its direction, line and paragraph separators, and lone surrogates.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from outside (names, packets, printk, comm) made safe to print on a terminal: control characters become `\n`,
 * `\x1b`, `\u202e`. Printable text is left as it is, a backslash too: this is for reading, not for parsing.
 */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const short = shortEscapes.get(code);
    if (short !== undefined) return short;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
  });
}
