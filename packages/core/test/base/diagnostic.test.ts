import { expect, test } from 'vitest';
import { formatError } from '../../src/base/diagnostic.ts';
import { SkepError } from '../../src/base/errors.ts';

test('an error tells place, sentence, code, source, reason and remedy', () => {
  const error = new SkepError('SKEP_BAD_ASSEMBLY', 'no such register', {
    place: { file: 'a.s', line: 3, column: 5, text: '  r0 = r11' },
    reason: 'there are r0 to r10',
    remedy: 'use one of them',
  });
  expect(formatError(error).split('\n')).toEqual([
    'a.s:3:5 - error SKEP_BAD_ASSEMBLY: no such register',
    '    r0 = r11',
    '  why: there are r0 to r10',
    '  try: use one of them',
  ]);
});

test('what comes from outside cannot act on the terminal; the lines of a reason stay lines', () => {
  const error = new SkepError('SKEP_COMPILE', 'a\u001b[31m\nb', {
    place: { file: 'x\u001b.c', text: 'r0 \u0007' },
    reason: 'first\u009b\nsecond',
    remedy: 'mend \u202e it',
  });
  expect(formatError(error).split('\n')).toEqual([
    'x\\x1b.c - error SKEP_COMPILE: a\\x1b[31m\\nb',
    '    r0 \\x07',
    '  why: first\\x9b',
    'second',
    '  try: mend \\u202e it',
  ]);
});
