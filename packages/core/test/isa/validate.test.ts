import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/index.ts';
import { assemble, decode, encode, type Instruction, validate } from '../../src/isa/index.ts';
import { needsBpf } from '../support/needs.ts';
import { beyondLlvm, straight } from './arbitrary.ts';
import { askKernel } from './kernel.ts';

const check = (text: string): void => validate(decode(assemble(text)));

/** One instruction with `exit` behind it. */
function alone(instruction: Partial<Instruction>): (Instruction | undefined)[] {
  const whole = { opcode: 0, dst: 0, src: 0, offset: 0, imm: 0, ...instruction };
  return decode(encode([whole, { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }]));
}

function faultOf(run: () => void): SkepError {
  try {
    run();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('one instruction', () => {
  test.each<[string, Partial<Instruction>, string]>([
    ['an opcode of no class', { opcode: 0x00 }, 'unknown opcode 0x00'],
    ['the gap among the jumps', { opcode: 0xf5 }, 'unknown opcode 0xf5'],
    ['exit of 32 bits', { opcode: 0x96 }, 'unknown opcode 0x96'],
    ['a swap of the old kind on 64 bits with a register', { opcode: 0xdf, imm: 16 }, 'unknown opcode 0xdf'],
    ['negation with a register', { opcode: 0x8f }, 'unknown opcode 0x8f'],
    ['a signed load of 64 bits', { opcode: 0x99 }, 'unknown opcode 0x99'],
    ['a packet load of 64 bits', { opcode: 0x38 }, 'unknown opcode 0x38'],
    ['a store of atomic mode with an immediate', { opcode: 0xc2 }, 'unknown opcode 0xc2'],
    ['a source register beside an immediate', { opcode: 0xb7, src: 1 }, "reserved field 'src' is 1"],
    ['an immediate beside a source register', { opcode: 0x0f, imm: 1 }, "reserved field 'imm' is 1"],
    ['an offset of an addition', { opcode: 0x0f, offset: 1 }, "reserved field 'offset' is 1"],
    ['a sign extension from 24 bits', { opcode: 0xbf, offset: 24 }, "field 'offset' is 24"],
    ['a 32-bit sign extension from 32 bits', { opcode: 0xbc, offset: 32 }, "field 'offset' is 32"],
    ['a cast between unknown address spaces', { opcode: 0xbf, offset: 1, imm: 2 }, "field 'imm' is 2"],
    ['a swap of 8 bits', { opcode: 0xd7, imm: 8 }, "field 'imm' is 8"],
    ['a division of offset 2', { opcode: 0x37, imm: 1, offset: 2 }, "field 'offset' is 2"],
    ['an unknown atomic operation', { opcode: 0xdb, imm: 0xe0 }, 'unknown atomic operation 0xe0'],
    ['an atomic operation on 2 bytes', { opcode: 0xcb }, 'atomic operations take 4 or 8 bytes'],
    ['an immediate of a load', { opcode: 0x79, imm: 1 }, "reserved field 'imm' is 1"],
    ['a destination of a packet load', { opcode: 0x20, dst: 1 }, "reserved field 'dst' is 1"],
    ['an unknown kind of call', { opcode: 0x85, src: 3 }, 'unknown kind 3 of call'],
    ['a register in exit', { opcode: 0x95, dst: 1 }, "reserved field 'dst' is 1"],
    ['an unknown kind of 64-bit immediate', { opcode: 0x18, src: 7, immHigh: 0 }, 'unknown kind 7'],
    ['register 11', { opcode: 0xbf, dst: 11 }, 'there is no register r11'],
    ['a write to r10', { opcode: 0xb7, dst: 10 }, 'r10 cannot be written'],
    ['a load into r10', { opcode: 0x79, dst: 10 }, 'r10 cannot be written'],
    ['a 64-bit immediate into r10', { opcode: 0x18, dst: 10, immHigh: 0 }, 'r10 cannot be written'],
    ['an exchange into r10', { opcode: 0xdb, src: 10, imm: 0xe1 }, 'r10 cannot be written'],
  ])('%s is refused', (_name, instruction, what) => {
    const error = faultOf(() => validate(alone(instruction)));
    expect(error.code).toBe('SKEP_BAD_INSTRUCTION');
    expect(error.message).toContain(what);
    expect(error.place.instruction).toBe(0);
  });

  test('all of the RFC and cpu v4 is accepted', () => {
    fc.assert(
      fc.property(fc.oneof(straight, beyondLlvm), (instruction) => {
        validate(alone(instruction));
      }),
      { numRuns: 2000 },
    );
    for (const text of ['callx r1', 'call 1', 'may_goto +0', 'r0 /= 0', 'r0 <<= 100']) check(`${text}\nexit`);
  });

  needsBpf('clang-19').test(
    'the kernel refuses the same opcodes and fields',
    () => {
      const cases = kernelCases();
      const kernel = askKernel(cases.map((list) => encode(list)));
      const differing = cases.flatMap((list, index) => {
        const ours = refusal(list);
        const theirs = kernel[index] ?? '';
        // Division by zero is defined by the RFC, and by the kernel refused before other things are looked at.
        if (theirs.includes('div by zero')) return [];
        return (ours === undefined) === theirs.startsWith('fine')
          ? []
          : [`${JSON.stringify(list[2])}: ${ours}; kernel: ${theirs}`];
      });
      expect(differing).toEqual([]);
    },
    60_000,
  );
});

/** Each opcode with plain and with odd fields, where the kernel and the RFC agree that it is meant to run. */
function kernelCases(): Instruction[][] {
  const odd: Partial<Instruction>[] = [
    {},
    { src: 2 },
    { offset: 1 },
    { imm: 16 },
    { dst: 10 },
    { dst: 11 },
    { offset: 8 },
  ];
  // Registers that hold nothing yet are refused before those that do not exist.
  const clear = [0, 2].map((dst) => ({ opcode: 0xb7, dst, src: 0, offset: 0, imm: 0 }));
  const cases: Instruction[][] = [];
  for (let opcode = 0; opcode < 256; opcode++) {
    // Jumps and calls need their targets; callx exists in the RFC only.
    if ((opcode & 7) === 5 || (opcode & 7) === 6) continue;
    for (const fields of odd) {
      const one: Instruction = { opcode, dst: 1, src: 0, offset: 0, imm: 0, ...fields };
      const tested = opcode === 0x18 ? { ...one, immHigh: 0 } : one;
      cases.push([...clear, tested, ...clear, { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }]);
    }
  }
  return cases;
}

function refusal(list: Instruction[]): string | undefined {
  try {
    validate(decode(encode(list)));
    return undefined;
  } catch (error) {
    return error instanceof SkepError ? error.message : String(error);
  }
}

describe('a program', () => {
  test.each([
    ['nothing', '', 'the program is empty', undefined],
    ['a jump before the start', 'goto -2\nexit', 'leaves the program', 0],
    ['a jump behind the end', 'if r0 == 0 goto +1\nexit', 'leaves the program', 0],
    ['a long jump behind the end', 'gotol +1\nexit', 'leaves the program', 0],
    ['a jump into a 64-bit load', 'goto +1\nr0 = 1 ll\nexit', 'middle of an instruction', 0],
    ['a call behind the end', 'call 1 <x>\nexit', 'leaves the program', 0],
    ['a call into a 64-bit load', 'call 1 <x>\nr0 = 1 ll\nexit', 'middle of an instruction', 0],
    ['a callback behind the end', 'ld_pseudo r1, 4, 9\nexit', 'leaves the program', 0],
    ['an end without exit', 'r0 = 0', 'runs over its end', 0],
    ['an end with a condition', 'r0 = 0\nif r0 == 0 goto -2', 'runs over its end', 1],
    ['an end in a 64-bit load', 'r0 = 0 ll', 'runs over its end', 0],
    ['a function that runs into the next', 'call f\nr0 = 0\nf: exit', 'runs over its end', 1],
    ['a jump into another function', 'call f\nif r0 == 0 goto +1\nexit\nf: exit', 'leaves its function', 1],
  ])('with %s is refused', (_name, text, what, slot) => {
    const error = faultOf(() => check(text));
    expect(error.code).toBe('SKEP_BAD_INSTRUCTION');
    expect(error.message).toContain(what);
    expect(error.place.instruction).toBe(slot);
  });

  test.each([
    ['a loop', 'r0 = 0\nstart: r0 += 1\nif r0 < 5 goto start\nexit'],
    ['a last goto', 'goto end\nstart: exit\nend: goto start'],
    ['subprograms', 'call f\nexit\nf: call g\nexit\ng: r0 = 1 ll\nexit'],
    ['a callback', 'ld_pseudo r2, 4, 3\nr0 = 0\nexit\nr0 = 0\nexit'],
  ])('with %s is accepted', (_name, text) => check(text));

  test('a large one is checked in linear time', () => {
    const calls = Array.from({ length: 30_000 }, (_, index) => `f${index}: call f${(index * 7) % 30_000}\nexit`);
    check(calls.join('\n'));
  });
});
