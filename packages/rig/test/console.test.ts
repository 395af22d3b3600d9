import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsoleParser, type GuestRecord, writeRecord } from '../src/console.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const row: GuestRecord = { type: 'row', group: 'maps', name: 'hash: set — get', state: 'passed', milliseconds: 3 };
const end: GuestRecord = { type: 'end', rows: 1 };

function parse(...pieces: readonly (string | Uint8Array)[]) {
  const parser = new ConsoleParser();
  const records = pieces.flatMap((piece) => parser.push(typeof piece === 'string' ? bytes(piece) : piece));
  parser.end();
  return { records, log: parser.log, damaged: parser.damaged };
}

describe('serial console', () => {
  test('records come back, the rest is the log', () => {
    expect(parse(`SeaBIOS\r\n${writeRecord(row)}[    1.2] veth: up\r\n${writeRecord(end)}`)).toEqual({
      records: [row, end],
      log: ['SeaBIOS', '[    1.2] veth: up'],
      damaged: 0,
    });
  });

  test.each([
    ['a line feed that the terminal made two', `${writeRecord(row).trimEnd()}\r\n`, [row], []],
    ['text before a record on its line', `[    0.1] message ${writeRecord(row)}`, [row], ['[    0.1] message']],
    ['two records on a line', `${writeRecord(row).trimEnd()}${writeRecord(end)}`, [row, end], []],
    ['cursor and colour codes', '\x1bc\x1b[?7l\x1b[2J\x1b[31mError\x1b[0m\n', [], ['Error']],
    ['a line that never ends', 'Kernel panic', [], ['Kernel panic']],
  ] as const)('%s', (_, text, records, log) => {
    expect(parse(text)).toEqual({ records, log, damaged: 0 });
  });

  test.each([
    ['a message inside a record', writeRecord(row).replace('maps', 'ma[    3.1] oops\nps')],
    ['a record that is cut off', `\x1e{"type":"row","gro\n`],
    ['JSON that is no record', '\x1e[1,2]\n'],
    ['a record without a type', '\x1e{"rows":1}\n'],
  ])('%s is damaged, and the next record is whole', (_, text) => {
    const { records, damaged } = parse(text + writeRecord(end));
    expect({ records, damaged }).toEqual({ records: [end], damaged: 1 });
  });

  test('however the bytes are cut into pieces, the records are the same', () => {
    const whole = bytes(`noise\n${writeRecord(row)}${writeRecord(end)}`);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((stop, index) => whole.subarray(at[index], stop));
        expect(parse(...pieces).records).toEqual([row, end]);
      }),
      { numRuns: 100 },
    );
  });
});
