import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needs } from '../../core/test/support/needs.ts';
import { type CpioEntry, readCpio, writeCpio } from '../src/cpio.ts';

const text = (data: string) => new TextEncoder().encode(data);

const sample: CpioEntry[] = [
  { kind: 'directory', name: 'bin', mode: 0o755 },
  { kind: 'file', name: 'bin/init', data: text('#!/bin/sh\n'), mode: 0o755 },
  { kind: 'symlink', name: 'bin/sh', target: 'init' },
  { kind: 'file', name: 'empty', data: new Uint8Array(0), mode: 0o600 },
];

test('what is written is read again', () => {
  const read = readCpio(writeCpio(sample));
  expect(read).toEqual(sample.map((entry) => (entry.kind === 'symlink' ? entry : expect.objectContaining(entry))));
});

test('missing folders are added before what they hold, each once', () => {
  const files = ['a/b/c', 'a/b/d', 'a/e'].map((name) => ({ kind: 'file', name, data: text(name) }) as const);
  expect(readCpio(writeCpio(files)).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'directory a',
    'directory a/b',
    'file a/b/c',
    'file a/b/d',
    'file a/e',
  ]);
});

test('names and contents of every length come back, aligned for the archive that follows', () => {
  const entry = fc.record({ name: fc.stringMatching(/^[a-z]{1,9}$/), data: fc.uint8Array({ maxLength: 40 }) });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ name }) => name }), (files) => {
      const bytes = writeCpio(files.map((file) => ({ kind: 'file', ...file })));
      expect(bytes.length % 512).toBe(0);
      expect(readCpio(bytes).map((read) => 'data' in read && [read.name, [...read.data]])).toEqual(
        files.map(({ name, data }) => [name, [...data]]),
      );
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['another format', text('07070'.padEnd(200, '7'))],
  ['an archive without its end', writeCpio(sample).subarray(0, 300)],
])('%s is refused', (_, bytes) => {
  expect(() => readCpio(bytes)).toThrow(Error);
});

needs('cpio').test('cpio(1) reads it', () => {
  const { stdout } = spawnSync('cpio', ['-itv', '--quiet'], { input: writeCpio(sample), encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => [line.slice(0, 10), line.replace(/^.*\d{4} /, '')])).toEqual([
    ['drwxr-xr-x', 'bin'],
    ['-rwxr-xr-x', 'bin/init'],
    ['lrwxrwxrwx', 'bin/sh -> init'],
    ['-rw-------', 'empty'],
  ]);
});
