import { readCollection } from '@skep/core/object';
import { runBytecode } from '@skep/core/vm';
import { expect, test } from 'vitest';
import { validateModule } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { optimize } from '../../src/optimize/index.ts';
import { compileToy } from './toy-language.ts';

const programs: readonly [name: string, source: string, result: bigint][] = [
  ['arithmetic', 'return (7 + 3) * 4 - 100 / 6 % 5;', 39n],
  ['a loop', 'a = 6; b = 1; while (a > 1) { b = b * a; a = a - 1; } return b;', 720n],
  [
    'nested loops',
    's = 0; i = 0; while (i < 5) { j = 0; while (j < i) { s = s + j; j = j + 1; } i = i + 1; } return s;',
    10n,
  ],
  ['a swap in a loop', 'a = 0; b = 1; n = 10; while (n > 0) { t = a; a = b; b = t + b; n = n - 1; } return a;', 55n],
  ['an early return', 'n = 0; while (n != 100) { if (n * n > 50) return n; n = n + 1; } return 0;', 8n],
];

test.each(programs)('a front end of another language: %s', (_, source, result) => {
  for (const optimized of [false, true]) {
    const module = compileToy(source);
    expect(validateModule(module)).toEqual([]);
    if (optimized) optimize(module);
    expect(validateModule(module)).toEqual([]);
    const program = readCollection(emitObject(module)).programs.get('main');
    expect(runBytecode(program?.code ?? new Uint8Array(0)).result).toBe(result);
  }
});

test('lines of its sources are in the object', () => {
  const module = compileToy('a = 1;\nreturn a + 2;');
  const lines = readCollection(emitObject(module)).programs.get('main')?.lines ?? [];
  expect(lines.map(({ file, line, text }) => [file, line, text])).toContainEqual(['program.toy', 2, 'return a + 2;']);
});
