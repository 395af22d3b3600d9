import { SkepError } from '@skep/core/base';

/** One `--set MAP KEY=VALUE`, as typed. */
export interface Assignment {
  readonly map: string;
  /** Empty for a queue or a stack. */
  readonly key: string;
  readonly value: string;
  /** The whole of it, for messages. */
  readonly text: string;
}

/**
 * Turns each `--set MAP KEY=VALUE ...`, which is two or more arguments, into one: the map's name and an assignment,
 * with a zero byte between. Other arguments stay as they are.
 */
export function joinAssignments(argv: readonly string[]): string[] {
  const result: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') return [...result, ...argv.slice(index)];
    if (argument !== '--set') {
      result.push(argument);
      continue;
    }
    const map = argv[index + 1];
    const count = countAssignments(argv, index + 2);
    if (map === undefined || map.startsWith('--') || count === 0) throw incomplete(argv.slice(index, index + 3));
    for (const assignment of argv.slice(index + 2, index + 2 + count)) result.push('--set', `${map}\0${assignment}`);
    index += 1 + count;
  }
  return result;
}

function countAssignments(argv: readonly string[], start: number): number {
  const rest = argv.slice(start);
  const end = rest.findIndex((argument) => argument.startsWith('--') || !argument.includes('='));
  return end < 0 ? rest.length : end;
}

function incomplete(found: readonly string[]): SkepError {
  return new SkepError('SKEP_USAGE', `'${found.join(' ')}' is not complete`, {
    reason: 'expected --set MAP KEY=VALUE',
    remedy: 'write it like this: --set blocked 10.0.0.0/8=1',
  });
}

/** Reads one argument that {@link joinAssignments} made. */
export function parseAssignment(joined: string): Assignment {
  const [map = '', rest] = joined.split('\0', 2);
  const equals = rest === undefined ? -1 : outerEquals(rest);
  if (rest === undefined || equals < 0) throw incomplete(['--set', map]);
  return { map, key: rest.slice(0, equals), value: rest.slice(equals + 1), text: `--set ${map} ${rest}` };
}

/** Where key and value meet: the first `=` outside braces, brackets and quotes. */
function outerEquals(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"' && text[index - 1] !== '\\') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '=' && depth === 0) return index;
  }
  return -1;
}
