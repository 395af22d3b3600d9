import { describe, expect, test } from 'vitest';
import { decodeAttributes, decodeMessages, encodeMessage } from '../../src/netlink/message.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('netlink messages', () => {
  test('header, body and attributes stand at multiples of four bytes', () => {
    const bytes = encodeMessage(0x13, 0x0005, 7, Uint8Array.of(0xaa, 0xbb), [
      [1, 'clsact'],
      [2, [[6, -1]]],
    ]);
    expect(hex(bytes)).toBe(
      ['2c000000', '1300', '0500', '07000000', '00000000', 'aabb0000']
        .concat(['0b00', '0100', '636c7361637400', '00'])
        .concat(['0c00', '0280', '0800', '0600', 'ffffffff'])
        .join(''),
    );
  });

  test('what is written is read back', () => {
    const bytes = encodeMessage(20, 0, 1, new Uint8Array(4), [
      [3, 'name'],
      [4, [[5, 0x01020304]]],
    ]);
    const [message] = decodeMessages(bytes);
    expect(message).toMatchObject({ type: 20, sequence: 1 });
    const attributes = decodeAttributes(message?.payload.subarray(4) ?? new Uint8Array(0));
    expect(new TextDecoder().decode(attributes.get(3))).toBe('name\0');
    const nested = decodeAttributes(attributes.get(4) ?? new Uint8Array(0));
    expect(nested.get(5)).toEqual(Uint8Array.of(4, 3, 2, 1));
  });

  test.each([
    ['nothing', []],
    ['half a header', [20, 0, 0, 0, 1]],
    ['length 0', new Array(16).fill(0)],
    ['a length behind the end', [255, 255, 255, 255, ...new Array(12).fill(0)]],
  ])('%s ends the list of messages', (_name, bytes) => {
    expect(decodeMessages(Uint8Array.from(bytes))).toEqual([]);
  });

  test.each([
    ['half a header', [8, 0]],
    ['length 0', [0, 0, 1, 0]],
    ['a length behind the end', [9, 0, 1, 0, 1, 2, 3, 4]],
  ])('%s ends the list of attributes', (_name, bytes) => {
    expect(decodeAttributes(Uint8Array.from(bytes)).size).toBe(0);
  });
});
