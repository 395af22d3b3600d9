import type { ProgramSpec } from '@skep/core/object';

/** Bytes of `struct bpf_func_info`: slot, type. */
export const FUNCTION_RECORD = 8;
/** Bytes of `struct bpf_line_info`: slot, file name, text, line and column. */
export const LINE_RECORD = 16;

/** The records of BPF_PROG_LOAD that tie instructions to functions and source lines. */
export interface DebugInfo {
  readonly functions: Uint8Array;
  readonly lines: Uint8Array;
}

/**
 * Records for a program, or undefined where not every function has a type and a first line: the kernel takes all or
 * nothing. `strings` are the offsets of names and texts in the BTF.
 */
export function debugInfo(spec: ProgramSpec, strings: ReadonlyMap<string, number>): DebugInfo | undefined {
  const first = new Set(spec.lines.map((line) => line.slot));
  if (spec.functions.some((one) => one.type === undefined || !first.has(one.slot))) return undefined;
  const functions = new DataView(new ArrayBuffer(spec.functions.length * FUNCTION_RECORD));
  spec.functions.forEach((one, index) => {
    functions.setUint32(index * FUNCTION_RECORD, one.slot, true);
    functions.setUint32(index * FUNCTION_RECORD + 4, one.type ?? 0, true);
  });
  const lines = new DataView(new ArrayBuffer(spec.lines.length * LINE_RECORD));
  spec.lines.forEach((line, index) => {
    const at = index * LINE_RECORD;
    lines.setUint32(at, line.slot, true);
    lines.setUint32(at + 4, strings.get(line.file) ?? 0, true);
    lines.setUint32(at + 8, strings.get(line.text) ?? 0, true);
    lines.setUint32(at + 12, (line.line << 10) | (line.column & 0x3ff), true);
  });
  return { functions: new Uint8Array(functions.buffer), lines: new Uint8Array(lines.buffer) };
}
