import { describe, expect, test } from 'vitest';
import { faultOf, runText } from './support.ts';

const packet = new Uint8Array(54);

describe('a wrong access stops the run and says why', () => {
  test.each([
    ['past the end', 'r0 = *(u8 *)(r1 + 54)', /right at the end of the memory of the program \(54 bytes\)/],
    ['12 bytes past', 'r0 = *(u32 *)(r1 + 66)', /is 12 bytes past the end of the memory of the program \(54 bytes\)/],
    ['over the end', 'r0 = *(u32 *)(r1 + 52)', /only 2 bytes are left/],
    ['before the start', 'r0 = *(u8 *)(r1 - 1)', /1 byte before the start/],
    ['after one that was right', 'r0 = *(u8 *)(r1 + 0)\nr0 = *(u64 *)(r1 + 50)', /only 4 bytes are left/],
    ['far away', 'r1 += 1000000\n*(u8 *)(r1 + 0) = 1', /past the end of|is not memory of this program/],
    ['null pointer', 'r3 = 0\nr0 = *(u64 *)(r3 + 8)', /null pointer at offset 8/],
    ['small number', 'r3 = 100\nr0 = *(u64 *)(r3 + 0)', /0x64 is a number, not an address/],
    ['64-bit number', 'r3 = 0x1122334455667788 ll\nr0 = *(u8 *)(r3 + 0)', /0x1122334455667788 is a number/],
    ['negative number', 'r3 = -8\nr0 = *(u8 *)(r3 + 0)', /0xfffffffffffffff8 is a number/],
    ['address with an upper half', 'r3 = 1\nr3 <<= 32\nr3 += r10\nr0 = *(u8 *)(r3 - 8)', /addresses have 32 bits/],
    ['below the frame', 'r0 = *(u64 *)(r10 - 520)', /stack slot r10-520 is 8 bytes below the frame of 512 bytes/],
    ['over the frame pointer', '*(u64 *)(r10 - 4) = 0', /stack slot r10-4 and the next 7 bytes reach past/],
    ['above the frame pointer', 'r0 = *(u8 *)(r10 + 0)', /stack slot r10\+0 is not below the frame pointer/],
    ['wraps around 2^32', 'w3 = -4\nr0 = *(u8 *)(r3 + 8)', /is not memory of this program/],
    ['atomic', 'r3 = 0\nlock *(u64 *)(r3 + 0) += r3', /null pointer/],
  ])('%s', (_, text, reason) => {
    const fault = faultOf(() => runText(`${text}\nexit`, packet));
    expect(fault.code).toBe('SKEP_FAULT');
    expect(fault.reason).toMatch(reason);
  });

  test('with the instruction, its slot, the registers and the address', () => {
    const fault = faultOf(() => runText('r7 = 5\nr0 = 0x100000001 ll\nr3 = 16\n*(u32 *)(r3 + 4) = r7\nexit'));
    expect(fault).toMatchObject({
      program: 'program',
      slot: 4,
      instruction: '*(u32 *)(r3 + 0x4) = r7',
      address: 20n,
      executed: 4,
      place: { program: 'program', instruction: 4 },
    });
    expect(fault.message).toBe('invalid write of 4 bytes');
    expect(fault.registers.slice(0, 8)).toEqual([0x1_0000_0001n, fault.registers[1], 0n, 16n, 0n, 0n, 0n, 5n]);
    expect(JSON.stringify(fault.toJSON(), (_, value) => (typeof value === 'bigint' ? String(value) : value))).toContain(
      '"slot":4',
    );
  });
});

describe('after an access that was right, the next one over the end is not', () => {
  const loads = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32'].map((type) => [type, `r0 = *(${type} *)(r1 + OFFSET)`]);
  const stores = ['u8', 'u16', 'u32', 'u64'].flatMap((type) => [
    [type, `*(${type} *)(r1 + OFFSET) = r2`],
    [type, `*(${type} *)(r1 + OFFSET) = 1`],
  ]);
  const atomics = ['u32', 'u64'].map((type) => [type, `lock *(${type} *)(r1 + OFFSET) += r2`]);
  test.each([...loads, ...stores, ...atomics])('%s: %s', (type, text) => {
    const size = Number(type?.slice(1)) / 8;
    const at = (offset: number) => String(text?.replace('OFFSET', String(offset)));
    expect(runText(`r0 = 0\n${at(0)}\n${at(54 - size)}\nexit`, packet).executed).toBe(4);
    for (let offset = 55 - size; offset <= 55; offset++) {
      const fault = faultOf(() => runText(`r0 = 0\n${at(0)}\n${at(offset)}\nexit`, packet));
      expect(fault.slot).toBe(2);
    }
    expect(faultOf(() => runText(`r0 = 0\n${at(0)}\n${at(-1)}\nexit`, packet)).slot).toBe(2);
  });
});

describe('the budget of instructions', () => {
  const endless = 'r0 = 0\nloop:\nr0 += 1\ngoto loop';
  test('stops a loop that does not end, and says so', () => {
    const fault = faultOf(() => runText(endless, undefined, { budget: 1000 }));
    expect(fault.message).toBe('the program executed more than 1000 instructions');
    expect(fault.executed).toBeGreaterThan(1000);
    expect(fault.executed).toBeLessThan(1010);
  });

  test('lets a program through that needs exactly as many', () => {
    const counted = 'r1 = 10\nloop:\nr1 -= 1\nif r1 != 0 goto loop\nexit';
    expect(runText(counted, undefined, { budget: 22 }).executed).toBe(22);
    expect(faultOf(() => runText(counted, undefined, { budget: 17 })).message).toContain('17 instructions');
  });

  test('counts what callees execute, however deep', () => {
    const text = 'loop:\ncall callee\ngoto loop\nexit\ncallee:\nr0 = 0\nexit';
    expect(faultOf(() => runText(text, undefined, { budget: 500 })).message).toContain('500 instructions');
  });

  test('may be beyond 2^30 words', () => {
    expect(runText('r0 = 1\nexit', undefined, { budget: 2 ** 40 }).result).toBe(1n);
  });
});
