import type { Diagnostic } from '@skep/compilers/typescript';
import { escapeControls, SkepError } from '@skep/core/base';
import { type Style, stderrStyle } from './style.ts';

/** An error with what was said about a source. */
interface SourceError extends SkepError {
  readonly diagnostics: readonly Diagnostic[];
}

/** Characters of a source line that are shown. */
const WIDTH = 120;

/** Diagnostics as people read them, each followed by an empty line. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], style: Style): string {
  return diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic, style)}\n\n`).join('');
}

/** `file:line:column - error SK2013: text` as TypeScript writes it, the line of source with a caret, and the hint. */
function formatDiagnostic(diagnostic: Diagnostic, style: Style): string {
  const { severity, code, message, hint, file, line, column } = diagnostic;
  const place = `${style.place(escapeControls(file))}:${style.warn(`${line}`)}:${style.warn(`${column}`)}`;
  const kind = severity === 'error' ? style.bad(severity) : style.warn(severity);
  const [first = '', ...rest] = message.split('\n');
  return [
    `${place} - ${kind} ${style.dim(`${code}:`)} ${escapeControls(first)}`,
    ...rest.map((more) => `  ${escapeControls(more)}`),
    ...excerpt(diagnostic, style),
    ...(hint === undefined ? [] : [`  ${style.good('try:')} ${escapeControls(hint)}`]),
  ].join('\n');
}

/** The line of source, cut to what is near the column, and a caret below it. */
function excerpt({ line, column, text, severity }: Diagnostic, style: Style): string[] {
  if (text.trim() === '') return [];
  const number = `${line}`;
  const start = column > WIDTH - 20 ? column - WIDTH / 2 : 0;
  const shown = text.slice(start, start + WIDTH);
  const before = escapeControls(shown.slice(0, column - 1 - start).replaceAll('\t', '  '));
  const after = escapeControls(shown.slice(column - 1 - start).replaceAll('\t', '  '));
  const mark = severity === 'error' ? style.bad : style.warn;
  return [
    `  ${style.dim(`${number} |`)} ${(before + after).trimEnd()}`,
    `  ${style.dim(`${' '.repeat(number.length)} |`)} ${' '.repeat(before.length)}${mark(underline(after))}`,
  ];
}

/** A caret, drawn out below the word that starts there. */
function underline(text: string): string {
  const word = /^[\w$]*/.exec(text)?.[0] ?? '';
  return '^'.padEnd(word.length, '~');
}

/** `2 errors, 1 warning`; `no errors` where there is nothing to say. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [plural(errors, 'error'), ...(warnings === 0 ? [] : [plural(warnings, 'warning')])];
  return parts.join(', ');
}

function plural(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}

/** True for the error of a source that does not compile. */
export function isSourceError(error: unknown): error is SourceError {
  return error instanceof SkepError && 'diagnostics' in error && Array.isArray(error.diagnostics);
}

/** All that was said about the source, then the count. */
export function formatSourceError({ code, diagnostics }: SourceError): string {
  const style = stderrStyle();
  const last = style.error(`error ${code}: it does not compile: ${countText(diagnostics)}`);
  return `${formatDiagnostics(diagnostics, style)}${last}\n`;
}
