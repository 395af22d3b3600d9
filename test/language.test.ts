import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildTypeScript, formatDiagnostic } from '../packages/compilers/src/typescript/index.ts';

/**
 * The blocks of docs/language.md that are programs. `ts program` compiles without a word; `ts refused` is refused, and
 * the first lines of the `text` block that follows are what is said first.
 */
const text = readFileSync(join(import.meta.dirname, '../docs/language.md'), 'utf8');
const blocks = [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map((fence) => ({
  language: fence[1] ?? '',
  tag: (fence[2] ?? '').trim(),
  code: fence[3] ?? '',
  line: text.slice(0, fence.index).split('\n').length,
}));
const path = join(import.meta.dirname, 'program.bpf.ts');

async function compile(code: string): Promise<{ readonly compiled: boolean; readonly said: string }> {
  const readFile = (file: string): string | undefined => (file === path ? code : readOrNothing(file));
  const { object, diagnostics } = await buildTypeScript(path, { readFile });
  const said = diagnostics.map((one) => formatDiagnostic(one).replaceAll(`${import.meta.dirname}/`, '')).join('\n');
  return { compiled: object !== undefined, said };
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const unindented = (lines: string): string => lines.replaceAll(/^ +/gm, '').trimEnd();

describe('docs/language.md', () => {
  test.each(blocks.filter(({ tag }) => tag === 'program'))('the program at line $line compiles', async ({ code }) => {
    expect(await compile(code)).toEqual({ compiled: true, said: '' });
  });
  test.each(blocks.filter(({ tag }) => tag === 'refused'))(
    'the program at line $line is refused',
    async ({ line, code }) => {
      const expected = blocks.find((block) => block.language === 'text' && block.line > line);
      const { compiled, said } = await compile(code);
      expect(compiled).toBe(false);
      expect(unindented(said).startsWith(unindented(expected?.code ?? 'nothing')), said).toBe(true);
    },
  );
});
