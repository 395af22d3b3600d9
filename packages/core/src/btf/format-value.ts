import type { Value } from './value-model.ts';

/** Text that `parseValue` reads as one word. */
const word = /^[\p{L}\p{N}_./:+-]+( [\p{L}\p{N}_./:+-]+)*$/u;
/** A field name that needs no quotes. */
const plainName = /^[\p{L}_][\p{L}\p{N}_]*$/u;
/** What JSON leaves in a string although it acts on a terminal. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A value on one line, for people: `{packets: 1, bytes: 2}`, `[1, 2]`, `10.0.0.1`. Text is quoted only where it would
 * not be read back as it is, and cannot act on a terminal. `parseValue` reads it again.
 */
export function formatValue(value: Value): string {
  if (typeof value === 'string') return word.test(value) ? value : quote(value);
  if (typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  const fields = Object.entries(value).map(
    ([name, field]) => `${plainName.test(name) ? name : quote(name)}: ${formatValue(field)}`,
  );
  return `{${fields.join(', ')}}`;
}

function quote(text: string): string {
  return JSON.stringify(text).replace(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
