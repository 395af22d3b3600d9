import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript-js';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(import.meta.dirname, 'types');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(folder, name));

/** What a project of a user has, and the sources instead of installed packages. */
const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ESNext,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.webworker.d.ts'],
  module: ts.ModuleKind.NodeNext,
  customConditions: ['source'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

// `tsc -p tsconfig.test.json` of `npm run check` reads the same files with TypeScript 7.
describe('programs type-check, and what must be refused is refused, line by line', () => {
  const program = ts.createProgram(files, options);

  test.each(files.map((file) => relative(folder, file)))('%s', { timeout: 60_000 }, (name) => {
    const file = program.getSourceFile(join(folder, name));
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    expect(
      problems.map(({ start = 0, messageText }) => ({
        line: (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
        text: ts.flattenDiagnosticMessageText(messageText, ' '),
      })),
    ).toEqual([]);
  });
});
