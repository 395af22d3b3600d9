/** One kind of diagnostic; `{name}` in the texts is filled in where it is reported. */
export interface DiagnosticEntry {
  readonly text: string;
  /** What to write instead. */
  readonly hint: string;
  /** An error where nothing is said. */
  readonly severity?: 'warning';
}
