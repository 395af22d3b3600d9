import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { high, isNull, readableOrNull, sizeOf, textAt } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';
import { formatPrint, MAX_ARGUMENTS, type PrintArguments } from './printf.ts';

/** Room for one line of the trace, its end included, in bytes. */
const TRACE_LINE = 1024;
const decoder = new TextDecoder();

/** The format in `size` bytes at an argument, up to its zero byte; undefined where it has none. */
function sizedFormat(run: Run, argument: number, size: number): string | undefined {
  const start = readableOrNull(run, argument, size);
  const end = run.machine.memory.u8.subarray(start, start + size).indexOf(0);
  return end < 0 ? undefined : textAt(run, start, start + end);
}

/** The format at an argument that points into constant data, which holds its zero byte. */
function constantFormat(run: Run, argument: number): string {
  const { memory } = run.machine;
  const start = run.readable(argument, 1);
  let end = start;
  while (memory.access(end, 1, false) && memory.u8[end] !== 0) end += 1;
  run.readable(argument, end - start + 1);
  return textAt(run, start, end);
}

/** The array of 64-bit arguments; undefined where the kernel refuses it. */
function argumentArray(run: Run, argument: number, size: number): PrintArguments | undefined {
  if (size % 8 !== 0 || size > MAX_ARGUMENTS * 8 || (size > 0 && isNull(run, argument))) return undefined;
  const start = readableOrNull(run, argument, size);
  const { view } = run.machine.memory;
  return Int32Array.from({ length: size / 4 }, (_, index) => view.getInt32(start + 4 * index, true));
}

/** Hands a formatted line over and gives its length, or the error. */
function trace(run: Run, format: string | undefined, values: PrintArguments | undefined): number {
  if (format === undefined || values === undefined) return Errno.EINVAL;
  const text = formatPrint(run.machine.memory, format, values);
  if (typeof text === 'number') return text;
  run.charge(text.length);
  const bytes = Uint8Array.from(text.slice(0, TRACE_LINE - 1), (character) => character.charCodeAt(0));
  const end = bytes.indexOf(0);
  run.machine.printk(decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/\n$/, ''));
  return text.length;
}

function tracePrintk(run: Run): number {
  const values = [3, 4, 5].flatMap((argument) => [run.low(argument), high(run, argument)]);
  return trace(run, sizedFormat(run, 1, sizeOf(run, 2)), Int32Array.from(values));
}

function traceVprintk(run: Run): number {
  const values = argumentArray(run, 3, sizeOf(run, 4));
  return trace(run, sizedFormat(run, 1, sizeOf(run, 2)), values);
}

/** The result counts the zero byte at the end, and what did not fit. */
function snprintf(run: Run): number {
  const size = sizeOf(run, 2);
  const to = size === 0 ? 0 : run.writable(1, size);
  const format = constantFormat(run, 3);
  const values = argumentArray(run, 4, sizeOf(run, 5));
  if (values === undefined) return Errno.EINVAL;
  const text = formatPrint(run.machine.memory, format, values);
  if (typeof text === 'number') return text;
  run.charge(text.length);
  const { u8 } = run.machine.memory;
  const fits = Math.max(0, Math.min(size - 1, text.length));
  for (let at = 0; at < fits; at++) u8[to + at] = text.charCodeAt(at);
  if (size > 0) u8[to + fits] = 0;
  return text.length + 1;
}

/**
 * `bpf_trace_printk` (Linux 4.1): up to three arguments. `bpf_trace_vprintk` (5.16) and `bpf_snprintf` (5.13): up to
 * twelve, in an array. A line ends without its line feed. The kernel checks a format of `bpf_snprintf` when the
 * program is loaded; the VM when it is called (EINVAL).
 */
export const printHelpers: readonly HelperDefinition[] = [
  define('trace_printk', ALL, signed(tracePrintk), { gplOnly: true }),
  define('trace_vprintk', ALL, signed(traceVprintk), { gplOnly: true }),
  define('snprintf', ALL, signed(snprintf), { gplOnly: true }),
];
