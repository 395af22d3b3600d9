import { describe, expect, test } from 'vitest';
import { diagnosticTable } from '../../src/typescript/diagnostics/index.ts';
import { formatDiagnostic } from '../../src/typescript/index.ts';
import { rows } from './diagnostics/index.ts';
import { applied, compileText, errorsOf } from './support/compile.ts';

/** Place of the `^` in a text: the diagnostic stands at the character after it. */
function placeOf(source: string): { readonly line: number; readonly column: number } {
  const before = source.slice(0, source.indexOf('^^'));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

describe('diagnostics', () => {
  test.each(rows)('$code: $source', async ({ code, source, text, mended }) => {
    const program = `\n${source.replace('^^', '')}`;
    const result = await compileText(program);
    const [first] = result.diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(result.diagnostics.map(formatDiagnostic).join('\n')).toContain(` ${code}: ${text}`);
    const { line, column } = placeOf(`\n${source}`);
    expect({ line: first?.line, column: first?.column }).toEqual({ line, column });

    const better = mended ?? (first?.edits && applied(result.text, first.edits));
    expect(better, 'a hint that can be applied').toBeDefined();
    const again = await compileText(mended === undefined ? (better ?? '') : `\n${better}`);
    expect(again.diagnostics.filter((diagnostic) => diagnostic.code === code).map(formatDiagnostic)).toEqual([]);
    expect(errorsOf(again).map(formatDiagnostic)).toEqual([]);
  });

  test('every diagnostic of the table has a row', () => {
    const tested = new Set(rows.map(({ code }) => code));
    const missing = Object.keys(diagnosticTable).filter((id) => !tested.has(`SK${id}`));
    expect(missing).toEqual([]);
  });
});
