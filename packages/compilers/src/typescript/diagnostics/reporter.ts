import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import type { Diagnostic, TextEdit } from './diagnostic.ts';
import { type DiagnosticId, diagnosticTable } from './table/index.ts';

/** What fills the `{name}` places of a text. */
export type Values = Readonly<Record<string, string | number | bigint>>;

/** Collects what there is to say about a program. One place is told once: what follows is often the same mistake. */
export class Reporter {
  readonly #found = new Map<string, Diagnostic>();

  get hasErrors(): boolean {
    return [...this.#found.values()].some(({ severity }) => severity === 'error');
  }

  /** Number of diagnostics so far. */
  get count(): number {
    return this.#found.size;
  }

  /** In the order of the text. */
  get diagnostics(): Diagnostic[] {
    return [...this.#found.values()].sort(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code),
    );
  }

  report(node: TypeScript.Node, id: DiagnosticId, values: Values = {}, replacement?: string): void {
    const entry = diagnosticTable[id];
    const place = placeOf(node.getSourceFile(), node.getStart());
    this.#add({
      severity: entry.severity ?? 'error',
      code: `SK${id}`,
      message: fill(entry.text, values),
      hint: fill(entry.hint, values),
      ...(replacement === undefined ? {} : { edits: [editOf(node, replacement)] }),
      ...place,
    });
  }

  /** Reports at a line and column of `file`, which count from 1. */
  reportAt(file: TypeScript.SourceFile, line: number, column: number, id: DiagnosticId, values: Values = {}): void {
    const entry = diagnosticTable[id];
    const lines = file.text.split(/\r?\n/);
    const place = { file: file.fileName, line, column, text: lines[line - 1] ?? '' };
    this.#add({
      severity: entry.severity ?? 'error',
      code: `SK${id}`,
      message: fill(entry.text, values),
      hint: fill(entry.hint, values),
      ...place,
    });
  }

  /** What TypeScript says, in our form. */
  reportTypeScript(problem: TypeScript.Diagnostic, main: TypeScript.SourceFile): void {
    this.#add({
      severity: problem.category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
      code: `TS${problem.code}`,
      message: ts.flattenDiagnosticMessageText(problem.messageText, '\n'),
      ...placeOf(problem.file ?? main, problem.start ?? 0),
    });
  }

  #add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}:${diagnostic.severity}`;
    if (!this.#found.has(key)) this.#found.set(key, diagnostic);
  }
}

function editOf(node: TypeScript.Node, text: string): TextEdit {
  return { file: node.getSourceFile().fileName, start: node.getStart(), end: node.getEnd(), text };
}

function placeOf(file: TypeScript.SourceFile, offset: number): Pick<Diagnostic, 'file' | 'line' | 'column' | 'text'> {
  const { line, character } = file.getLineAndCharacterOfPosition(offset);
  const text = file.text.split(/\r?\n/, line + 1)[line] ?? '';
  return { file: file.fileName, line: line + 1, column: character + 1, text };
}

function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
