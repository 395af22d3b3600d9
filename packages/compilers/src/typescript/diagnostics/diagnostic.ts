/** A change of the source text that mends what a diagnostic tells. */
export interface TextEdit {
  readonly file: string;
  /** Offsets in the text; `end` is not part of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something that the compiler, or TypeScript itself, says about a program. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** `SK2013` or, where TypeScript says it, `TS2322`. */
  readonly code: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  /** The hint as changes of the text, where it is mechanical. */
  readonly edits?: readonly TextEdit[];
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** The line of source. */
  readonly text: string;
}

/** `file:line:col - error SK2013: text`, the line of source and the hint. Without colour. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { severity, code, message, hint, file, line, column, text } = diagnostic;
  return [
    `${file}:${line}:${column} - ${severity} ${code}: ${message}`,
    `    ${text.trim()}`,
    ...(hint === undefined ? [] : [`  try: ${hint}`]),
  ].join('\n');
}
