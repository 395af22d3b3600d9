import { readFileSync } from 'node:fs';
import type { Diagnostic } from '@skep/compilers/typescript';
import type { SkepError } from '@skep/core/base';

/** What clang or the assembler found wrong in a source, in the form of the TypeScript compiler. */
export function sourceDiagnostics(error: SkepError): Diagnostic[] {
  const { code, message, place, reason, remedy } = error;
  if (code === 'SKEP_COMPILE') return clangDiagnostics(reason ?? '');
  const { file = '', line = 1, column = 1, text = '' } = place;
  const why = reason === undefined ? message : `${message}: ${reason}`;
  const hint = remedy === undefined ? {} : { hint: remedy };
  return [{ severity: 'error', code, message: why, file, line, column, text, ...hint }];
}

/** Clang's messages, `file:line:column: error: text` each. */
function clangDiagnostics(messages: string): Diagnostic[] {
  const found = messages.matchAll(/^(.*?):(\d+):(\d+): (?:fatal )?(error|warning): (.*)$/gm);
  return [...found].map(([, file = '', line, column, severity, message = '']) => ({
    severity: severity === 'warning' ? 'warning' : 'error',
    code: 'clang',
    message,
    file,
    line: Number(line),
    column: Number(column),
    text: lineOf(file, Number(line)),
  }));
}

function lineOf(file: string, line: number): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, line)[line - 1] ?? '';
  } catch {
    return '';
  }
}
