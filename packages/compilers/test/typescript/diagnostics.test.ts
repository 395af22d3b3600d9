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

/** TypeScript refuses these first, or they tell of a mistake of the compiler: no program shows them. */
const unseen = new Set(['2015', '3010', '4017', '6010', '6013']);

describe('diagnostics', () => {
  test.each(rows)('$code: $source', async ({ code, source, text, mended, place }) => {
    const program = `\n${source.replace('^^', '')}`;
    const result = await compileText(program, code === 'SK6005');
    const [first] = result.diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(result.diagnostics.map(formatDiagnostic).join('\n')).toContain(` ${code}: ${text}`);
    const { line, column } = place ?? placeOf(`\n${source}`);
    if (code !== 'SK6005') expect({ line: first?.line, column: first?.column }).toEqual({ line, column });

    const better = mended ?? (first?.edits && applied(result.text, first.edits));
    expect(better, 'a hint that can be applied').toBeDefined();
    const again = await compileText(mended === undefined ? (better ?? '') : `\n${better}`);
    expect(again.diagnostics.filter((diagnostic) => diagnostic.code === code).map(formatDiagnostic)).toEqual([]);
    expect(errorsOf(again).map(formatDiagnostic)).toEqual([]);
  });

  test('every diagnostic of the table has a row', () => {
    const tested = new Set(rows.map(({ code }) => code));
    const missing = Object.keys(diagnosticTable).filter((id) => !tested.has(`SK${id}`) && !unseen.has(id));
    expect(missing).toEqual([]);
  });
});
