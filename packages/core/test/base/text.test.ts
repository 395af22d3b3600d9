import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeControls } from '../../src/base/text.ts';

test.each([
  ['plain text', 'eth0 ✓ 😀', 'eth0 ✓ 😀'],
  ['a backslash', 'a\\b', 'a\\b'],
  ['line ends', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['an escape sequence', '\u001b[31mred\u0007', '\\x1b[31mred\\x07'],
  ['C1 controls', '\u009b31m', '\\x9b31m'],
  ['text that turns direction', 'a\u202eb', 'a\\u202eb'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ['a tag character', 'a\u{e0001}b', 'a\\u{e0001}b'],
])('%s', (_, text, escaped) => {
  expect(escapeControls(text)).toBe(escaped);
});

test('nothing that acts on a terminal is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeControls(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});
