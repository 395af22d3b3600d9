import type { Random } from './random.ts';

const tokens =
  /\d[\w.]*n?|[A-Za-z_$][\w$]*|'[^'\n]*'|`[^`]*`|=>|\.\.\.|\?\?|\?\.|[=!]==|>>>=?|<<=?|>>=?|&&|\|\||[-+*/%&|^<>=!]=|\+\+|--|\s+|\S/g;
const words = [
  'u8',
  'u16',
  'u32',
  'u64',
  'i8',
  'i16',
  'i32',
  'i64',
  'be16',
  'be32',
  'ipv4',
  'mac',
  'undefined',
  'true',
  'null',
  'this',
  'let',
  'const',
  'var',
  'if',
  'else',
  'for',
  'while',
  'return',
  'break',
  'continue',
  'switch',
  'async',
  'await',
  'throw',
  '0',
  '1',
  '-1',
  '255',
  '65536',
  '1.5',
  '1e9',
  '4294967296',
  '0n',
  '1n',
  '-1n',
  '18446744073709551616n',
  "'text'",
  '``',
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '&',
  '|',
  '^',
  '<<',
  '>>>',
  '&&',
  '||',
  '??',
  '===',
  '==',
  '<',
  '=',
  '+=',
  '++',
  '!',
  '~',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  '.',
  '?.',
  '=>',
  ':',
  '?',
  '...',
  'ctx',
  'new',
  'class',
  'function',
  'struct',
] as const;

/** The text with one to four small mistakes: tokens left out, doubled, exchanged or replaced, lines moved. */
export function mutate(text: string, random: Random): string {
  let parts: string[] = [...(text.match(tokens) ?? [])];
  for (let count = random.pick([1, 1, 1, 2, 4]); count > 0; count -= 1) parts = change(parts, random);
  return parts.join('');
}

function change(parts: readonly string[], random: Random): string[] {
  const at = placeOf(parts, random);
  const other = placeOf(parts, random);
  const here = parts[at] ?? '';
  const there = parts[other] ?? '';
  switch (random.below(14)) {
    case 0:
      return parts.toSpliced(at, 1);
    case 1:
      return parts.toSpliced(at, 0, here, ' ');
    case 2:
      return parts.with(at, there).with(other, here);
    case 3:
      return parts.with(at, random.pick(words));
    case 4:
      return parts.toSpliced(at, 0, ' ', random.pick(words), ' ');
    case 5:
      return parts.toSpliced(at, random.between(1, 12));
    case 6:
      return moveLine(parts, random);
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
    case 12: {
      // Another name, or another number, where one stood.
      const words = parts.flatMap((part, index) => (/^\w/.test(part) ? [index] : []));
      const place = random.any(words.slice(Math.floor(words.length / 3))) ?? at;
      const alike = parts.filter((part) => kindOf(part) === kindOf(parts[place] ?? ''));
      return parts.with(place, random.any(alike) ?? here);
    }
    default: {
      const end = Math.min(parts.length, at + random.between(2, 30));
      return parts.toSpliced(other, 0, ...parts.slice(at, end));
    }
  }
}

/** A line less, or twice, or elsewhere. */
function moveLine(parts: readonly string[], random: Random): string[] {
  const lines = parts.join('').split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const rest = random.chance(60) ? lines.toSpliced(at, 1) : lines;
  const text = random.chance(50) ? rest : rest.toSpliced(random.below(rest.length + 1), 0, line);
  return text.join('\n').match(tokens) ?? [];
}

/** Mostly behind the imports. */
function placeOf(parts: readonly string[], random: Random): number {
  const start = random.chance(90) ? Math.max(0, parts.indexOf('export')) : 0;
  let at = start + random.below(Math.max(1, parts.length - start));
  for (let tries = 0; tries < 4 && (parts[at] ?? '').trim() === ''; tries += 1) at = (at + 1) % parts.length;
  return Math.min(at, parts.length - 1);
}

function kindOf(part: string): string {
  if (/^\d/.test(part)) return 'number';
  return /^[A-Za-z_$]/.test(part) ? 'name' : part.trim() === '' ? 'space' : 'sign';
}
