import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, sizeOf, textAt } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';

/** Compares up to `size` bytes with a constant string; the sign of the first difference, as -1, 0 or 1. */
function strncmp(run: Run): number {
  const { memory } = run.machine;
  const size = sizeOf(run, 2);
  const first = run.readable(1, size);
  const second = run.readable(3, 1);
  for (let at = 0; at < size; at++) {
    if (!memory.access(second + at, 1, false)) run.fault('the string in argument 3 has no end');
    const a = memory.u8[first + at] ?? 0;
    const b = memory.u8[second + at] ?? 0;
    if (a !== b) return a < b ? -1 : 1;
    if (a === 0) break;
  }
  return 0;
}

/** Most characters of a number that are looked at. */
const LONGEST_NUMBER = 63;
const BASE_MASK = 0x1f;

interface ParsedNumber {
  readonly negative: boolean;
  readonly magnitude: bigint;
  /** Characters up to the end of the number. */
  readonly consumed: number;
}

/** Reads a number as the kernel's `kstrto*` family does: white space, sign, prefix by base, digits. */
function parseNumber(text: string, base: number, flagsWrong: boolean): ParsedNumber | number {
  if (flagsWrong || ![0, 8, 10, 16].includes(base)) return Errno.EINVAL;
  const [lead = '', , sign] = /^([\t-\r \xa0]*)(-?)/.exec(text) ?? [];
  const body = text.slice(lead.length, lead.length + LONGEST_NUMBER);
  const radix = base !== 0 ? base : /^0x[0-9a-f]/i.test(body) ? 16 : body.startsWith('0') ? 8 : 10;
  const prefix = radix === 16 && /^0x/i.test(body) ? 2 : 0;
  const digits =
    (radix === 16 ? /^[0-9a-f]*/i : radix === 8 ? /^[0-7]*/ : /^[0-9]*/).exec(body.slice(prefix))?.[0] ?? '';
  if (digits === '') return Errno.EINVAL;
  const magnitude = BigInt(`${radix === 16 ? '0x' : radix === 8 ? '0o' : ''}${digits}`);
  if (magnitude >= 1n << 64n) return Errno.ERANGE;
  return { negative: sign === '-', magnitude, consumed: lead.length + prefix + digits.length };
}

function parseArgument(run: Run): ParsedNumber | number {
  const size = sizeOf(run, 2);
  const from = run.readable(1, size);
  const text = textAt(run, from, from + size);
  return parseNumber(text, run.low(3) & BASE_MASK, hasFlagsBeyond(run, 3, BASE_MASK));
}

function strtol(run: Run): number {
  const to = run.writable(4, 8);
  const parsed = parseArgument(run);
  if (typeof parsed === 'number') return parsed;
  const value = parsed.negative ? -parsed.magnitude : parsed.magnitude;
  if (BigInt.asIntN(64, value) !== value) return Errno.ERANGE;
  run.machine.memory.view.setBigInt64(to, value, true);
  return parsed.consumed;
}

function strtoul(run: Run): number {
  const to = run.writable(4, 8);
  const parsed = parseArgument(run);
  if (typeof parsed === 'number') return parsed;
  if (parsed.negative) return Errno.EINVAL;
  run.machine.memory.view.setBigUint64(to, parsed.magnitude, true);
  return parsed.consumed;
}

/** `bpf_strtol` and `bpf_strtoul` (Linux 5.2), `bpf_strncmp` (5.17). */
export const stringHelpers: readonly HelperDefinition[] = [
  define('strncmp', ALL, signed(strncmp)),
  define('strtol', ALL, signed(strtol)),
  define('strtoul', ALL, signed(strtoul)),
];
