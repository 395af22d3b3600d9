/**
 * Rows of a record by their answer: names of what is there, and for what is not, or could not be found out on the
 * machine that was measured, why.
 */
export interface RecordedRows {
  /** Names with spaces between. */
  readonly yes: string;
  readonly no: Readonly<Record<string, string>>;
  readonly unknown: Readonly<Record<string, string>>;
}

/**
 * What programs of one kind may do: numbers of entries in the tables `contexts`, `helperSets` and `kfuncSets` of the
 * record; -1 for what was not measured.
 */
export type RecordedProgram = readonly [context: number, helpers: number, kfuncs: number];

/** A kernel as scripts/record-platform.ts measured it. {@link Platform} reads it. */
export interface PlatformRecord {
  /** `6.12`. */
  readonly version: string;
  /** As `uname -r` gives it. */
  readonly release: string;
  readonly programTypes: RecordedRows;
  readonly mapTypes: RecordedRows;
  readonly attachTypes: RecordedRows;
  /** Programs by type, `/` and attach type where they differ by it, and `.s` for sleepable ones. */
  readonly programs: Readonly<Record<string, RecordedProgram>>;
  /** Accesses to a context: `OFFSET:SIZES`, `w` and sizes for stores, `=` and what a load gives where no number. */
  readonly contexts: readonly string[];
  /** Bits by helper number, as hexadecimal bytes, the lowest number first. */
  readonly helperSets: readonly string[];
  /** Names of the kernel functions, with spaces between; the bits of `kfuncSets` are in this order. */
  readonly kfuncs: string;
  readonly kfuncSets: readonly string[];
  readonly limits: PlatformLimits;
}

/** Limits of the verifier for a privileged process. */
export interface PlatformLimits {
  /** Instructions in one program. */
  readonly instructions: number;
  /** Bytes of stack of one function. */
  readonly stack: number;
  /** Functions on the call stack, the main program included. */
  readonly frames: number;
}

/** A set of numbers as hexadecimal bytes, bit 0 of the first byte for 0. */
export function encodeBits(numbers: Iterable<number>): string {
  const bytes: number[] = [];
  for (const number of numbers) {
    while (bytes.length <= number >> 3) bytes.push(0);
    bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (1 << (number & 7));
  }
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The numbers of {@link encodeBits}. */
export function decodeBits(text: string): number[] {
  const numbers: number[] = [];
  for (let at = 0; at * 2 < text.length; at += 1) {
    const byte = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
    for (let bit = 0; bit < 8; bit += 1) if ((byte >> bit) & 1) numbers.push(at * 8 + bit);
  }
  return numbers;
}
