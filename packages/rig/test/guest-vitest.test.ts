import { expect, test } from 'vitest';
import * as guest from '../src/guest-vitest.ts';

/** The names of all tests, with the blocks they stand in. */
function names(suite: guest.GuestSuite, path = ''): string[] {
  return suite.children.flatMap((child) =>
    'children' in child
      ? names(child, `${path}${child.name} > `)
      : [`${path}${child.name}${child.skip ? ' (skip)' : ''}`],
  );
}

test('blocks, tables and skips give the names that vitest gives', async () => {
  const suite = await guest.collect('file', () => {
    guest.describe('block', () => {
      guest.test('plain', () => undefined);
      guest.test.each([{ name: 'row', deep: { id: 7 } }])('$name $deep.id', () => undefined);
      guest.test.each([['a', 1]])('%s is %d', () => undefined);
      guest.test.skip('skipped', () => undefined);
      guest.test.skipIf(true)('skipped if', () => undefined);
      guest.test.runIf(true)('run if', { timeout: 1 }, () => undefined);
    });
    guest.describe.skip('out', () => guest.test('inside', () => undefined));
    guest.describe.each([['x'], ['y']])('each %s', () => guest.test('one', () => undefined));
  });
  expect(names(suite)).toEqual([
    'block > plain',
    'block > row 7',
    'block > a is 1',
    'block > skipped (skip)',
    'block > skipped if (skip)',
    'block > run if',
    'out > inside (skip)',
    'each x > one',
    'each y > one',
  ]);
});

test('a row of a table is spread over the parameters, an object is one parameter', async () => {
  const seen: unknown[] = [];
  const context = { task: { name: '', meta: {} } };
  const suite = await guest.collect('file', () => {
    guest.test.each([['a', 1]])('%s', (...row: unknown[]) => seen.push(row));
    guest.test.each([{ name: 'o' }])('$name', (...row: unknown[]) => seen.push(row));
    guest.test.for([['b', 2]])('%s', (...row: unknown[]) => seen.push(row));
  });
  for (const child of suite.children) if ('run' in child) await child.run(context);
  expect(seen).toEqual([['a', 1], [{ name: 'o' }], [['b', 2], context]]);
});

test('its expect accepts and refuses as the matchers say', async () => {
  guest.expect([1, { a: 2 }]).toEqual([1, guest.expect.objectContaining({ a: 2 })]);
  guest.expect('abc').not.toBe('abd');
  await guest.expect(Promise.reject(new Error('no'))).rejects.toThrow('no');
  let count = 0;
  await guest.expect.poll(() => count++, { interval: 1 }).toBe(3);
  await guest.expect.poll(() => count++, { interval: 1 }).not.toBe(4);
  await expect(guest.expect.poll(() => 1, { interval: 1, timeout: 5 }).toBe(2)).rejects.toThrow(/expected 1 to be 2/);
  expect(() => guest.expect([1]).toEqual([2])).toThrow(/to deeply equal/);
  expect(() => guest.expect({ a: 1 }).toMatchObject({ a: 2 })).toThrow();
});
