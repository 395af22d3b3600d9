import { type Place, SkepError } from '@skep/core/base';
import type { Callee, IrFunction } from '../ir/index.ts';
import type { PlacedFunction } from './code-sections.ts';

/** Bytes that a program and the functions it calls may use together, each rounded up to 32 (verifier, MAX_BPF_STACK). */
const MAX_STACK = 512;
const ROUNDING = 32;
/** Functions that may be under way at one time, the program included (verifier, MAX_CALL_FRAMES). */
const MAX_FRAMES = 8;

/** A chain of calls, and the stack it takes. */
interface Chain {
  readonly names: readonly string[];
  readonly bytes: number;
}

/**
 * Checks that each program and what it calls fit the stack.
 * @throws SKEP_COMPILE where a chain of calls is too deep, takes too much stack or comes round to itself.
 */
export function checkStack(placed: ReadonlyMap<Callee, PlacedFunction>): void {
  const known = new Map<PlacedFunction, Chain>();
  for (const member of placed.values()) {
    const { names, bytes } = deepest(member, placed, known, []);
    const path = names.join(' calls ');
    if (names.length > MAX_FRAMES) {
      throw refused(member, `${path}: ${names.length} functions deep`, `${MAX_FRAMES} may be under way at one time`);
    }
    if (bytes <= MAX_STACK) continue;
    throw refused(
      member,
      `${path}: together they need ${bytes} bytes of stack`,
      `a program has ${MAX_STACK} bytes for all`,
    );
  }
}

/** The chain of calls from a function that takes the most stack. */
function deepest(
  member: PlacedFunction,
  placed: ReadonlyMap<Callee, PlacedFunction>,
  known: Map<PlacedFunction, Chain>,
  above: readonly PlacedFunction[],
): Chain {
  const { name } = member.function;
  if (above.includes(member)) throw refused(member, `function ${name} calls itself`, 'the verifier takes no recursion');
  const cached = known.get(member);
  if (cached !== undefined) return cached;
  let below: Chain = { names: [], bytes: 0 };
  for (const { reference } of member.code.instructions) {
    if (reference?.kind !== 'call' && reference?.kind !== 'function') continue;
    const callee = placed.get(reference.function);
    if (callee === undefined) continue;
    const chain = deepest(callee, placed, known, [...above, member]);
    const longer = chain.bytes === below.bytes && chain.names.length > below.names.length;
    if (chain.bytes > below.bytes || longer) below = chain;
  }
  const own = Math.ceil(Math.max(1, member.code.stack) / ROUNDING) * ROUNDING;
  const chain = { names: [name, ...below.names], bytes: own + below.bytes };
  known.set(member, chain);
  return chain;
}

function refused(member: PlacedFunction, what: string, reason: string): SkepError {
  const remedy =
    'keep large values in a map, such as an entry of a per-CPU array, or write the function where it is used';
  return new SkepError('SKEP_COMPILE', what, { place: placeOf(member.function), reason, remedy });
}

/** Where a function stands in its source. */
export function placeOf({ location }: IrFunction): Place {
  return location === undefined ? {} : { file: location.file.name, line: location.line, column: location.column };
}
