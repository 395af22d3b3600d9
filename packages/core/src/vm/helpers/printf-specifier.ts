/**
 * A conversion in a format string as BPF programs may write it (`bpf_trace_printk`, `bpf_snprintf`): a subset of the
 * kernel's printf, Documentation/core-api/printk-formats.rst.
 */
export type Specifier =
  /** `%d %i %u %x %X` with `l` or `ll`. */
  | {
      readonly kind: 'integer';
      readonly wide: boolean;
      readonly radix: 10 | 16;
      readonly signed: boolean;
      readonly upper: boolean;
    }
  | { readonly kind: 'character' }
  /** `%s`, `%pks`; `%pus` reads user memory, of which there is none. Only `%s` has a width. */
  | { readonly kind: 'string'; readonly user: boolean; readonly padded: boolean }
  /** `%p %px %pK`: an address in hexadecimal. */
  | { readonly kind: 'pointer' }
  /** `%pB %ps %pS`: a symbol; the VM has none and gives the address. `%pB` has no width. */
  | { readonly kind: 'symbol'; readonly padded: boolean }
  /** `%pi4 %pI4 %pi6 %pI6`: an address behind the pointer, in network order; no width. */
  | { readonly kind: 'address'; readonly bytes: 4 | 16; readonly separated: boolean };

/** A conversion with its flags, and where the text goes on behind it. */
export interface Conversion {
  readonly specifier: Specifier;
  readonly left: boolean;
  readonly zero: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  /** -1: none given. */
  readonly width: number;
  readonly end: number;
}

/** Widest field of the kernel's printf (FIELD_WIDTH_MAX); it cuts a wider one to this. */
const LARGEST_WIDTH = 2 ** 23 - 1;

/** Parses the conversion whose `%` stands at `start`; undefined where the kernel refuses it. */
export function parseConversion(format: string, start: number): Conversion | undefined {
  const [, flags = '', width = ''] = /^([0+\- ]*)([1-9][0-9]*)?/.exec(format.slice(start + 1)) ?? [];
  const at = start + 1 + flags.length + width.length;
  const found = format[at] === 'p' ? parsePointer(format, at + 1) : parsePlain(format, at);
  if (found === undefined) return undefined;
  return {
    specifier: found.specifier,
    left: flags.includes('-'),
    zero: flags.includes('0'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    width: width === '' ? -1 : Math.min(Number(width), LARGEST_WIDTH),
    end: found.end,
  };
}

interface Found {
  readonly specifier: Specifier;
  readonly end: number;
}

/** White space and punctuation, and letters and digits, as the kernel has them in Latin-1. */
const separator = /[\t-\r -/:-@[-`{-~\xa0-\xbf\xd7\xf7]/;
const word = /^[0-9A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff]*/;

/** A string, and an address without further letters, must be followed by the end, white space or punctuation. */
function endsWord(format: string, at: number): boolean {
  return at >= format.length || separator.test(format[at] ?? '');
}

function parsePlain(format: string, at: number): Found | undefined {
  const letter = format[at];
  if (letter === 'c') return { specifier: { kind: 'character' }, end: at + 1 };
  if (letter === 's') {
    return endsWord(format, at + 1)
      ? { specifier: { kind: 'string', user: false, padded: true }, end: at + 1 }
      : undefined;
  }
  const [all = '', longs = '', conversion] = /^(l?l?)([diuxX])/.exec(format.slice(at, at + 3)) ?? [];
  if (conversion === undefined) return undefined;
  const hexadecimal = conversion === 'x' || conversion === 'X';
  const signed = conversion === 'd' || conversion === 'i';
  return {
    specifier: {
      kind: 'integer',
      wide: longs !== '',
      radix: hexadecimal ? 16 : 10,
      signed,
      upper: conversion === 'X',
    },
    end: at + all.length,
  };
}

/** The letters behind `%p`; `at` is where they start. What more letters and digits follow is passed over. */
function parsePointer(format: string, at: number): Found | undefined {
  const string = /^[ku]s/.exec(format.slice(at));
  if (string !== null) {
    const specifier: Specifier = { kind: 'string', user: format[at] === 'u', padded: false };
    return endsWord(format, at + 2) ? { specifier, end: at + 2 } : undefined;
  }
  const specifier = pointerSpecifier(format, at);
  if (specifier === undefined) return undefined;
  return { specifier, end: at + (word.exec(format.slice(at))?.[0].length ?? 0) };
}

function pointerSpecifier(format: string, at: number): Specifier | undefined {
  if (endsWord(format, at)) return { kind: 'pointer' };
  const letter = format[at] ?? '';
  if (letter === 'K' || letter === 'x') return { kind: 'pointer' };
  if (letter === 's' || letter === 'S' || letter === 'B') return { kind: 'symbol', padded: letter !== 'B' };
  const address = /^([iI])([46])/.exec(format.slice(at));
  if (address === null) return undefined;
  return { kind: 'address', bytes: address[2] === '4' ? 4 : 16, separated: address[1] === 'I' };
}
