/** A source file, with its text: the kernel's log and line info quote it. */
export interface SourceFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A place in a source file; line and column count from 1. */
export interface Location {
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
}
