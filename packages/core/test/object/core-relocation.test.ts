import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SkepError } from '../../src/base/errors.ts';
import { Btf } from '../../src/btf/reader.ts';
import type { TypeId } from '../../src/btf/types.ts';
import { decode } from '../../src/isa/decode.ts';
import { disassemble } from '../../src/isa/disassemble.ts';
import { applyCoreRelocations, coreFailures } from '../../src/object/apply-core-relocations.ts';
import type { CoreRelocation, ProgramSpec } from '../../src/object/program-spec.ts';
import { readCollection } from '../../src/object/read-collection.ts';
import { Types } from '../btf/types.ts';
import { keptObject } from './core/build.ts';
import { relocatedPrograms } from './core/relocated.ts';
import { keptShuffles, shuffleBtf } from './core/shuffle-btf.ts';

const spec = readCollection(readFileSync(keptObject), { file: 'mixed.o' });
const local = spec.btf as Btf;

function program(name: string): ProgramSpec {
  const found = spec.programs.get(name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return found;
}

function text(code: string): string {
  if (code.startsWith('SKEP_')) return code;
  return disassemble(decode(Uint8Array.from(Buffer.from(code, 'hex'))))
    .map((line) => line.text)
    .join('; ');
}

describe('an object against kernels with other types', () => {
  test('the kept object is small', () => {
    expect(statSync(keptObject).size).toBeLessThan(20_000);
    expect(spec.programs.size).toBeGreaterThan(50);
  });

  // What stands in these files was compared with libbpf: see core-relocation-libbpf.test.ts.
  test.each(keptShuffles)('shuffle $seed, $temper', async ({ seed, temper }) => {
    const programs = relocatedPrograms(spec, [Btf.parse(shuffleBtf(local, seed, temper))]);
    const lines = [...programs].map(([name, code]) => `${name}: ${text(code)}\n`);
    await expect(lines.join('')).toMatchFileSnapshot(`core/golden/${temper}-${seed}.txt`);
  });

  test('the result depends on the input alone, which stays as it was', () => {
    const target = Btf.parse(shuffleBtf(local, 5, 'wild'));
    const before = [...spec.programs.values()].map(({ code }) => code.slice());
    const first = relocatedPrograms(spec, [target]);
    const reversed = { ...spec, programs: new Map([...spec.programs].reverse()) };
    const fresh = { ...reversed, btf: Btf.parse(local.bytes) };
    expect(relocatedPrograms(fresh, [Btf.parse(target.bytes)])).toEqual(new Map([...first].reverse()));
    expect([...spec.programs.values()].map(({ code }) => code)).toEqual(before);
  });

  test('what is done is not done again', () => {
    const target = Btf.parse(shuffleBtf(local, 1, 'mild'));
    const once = applyCoreRelocations(program('load_u32'), local, [target]);
    expect(once.coreRelocations).toEqual([]);
    expect(applyCoreRelocations(once, local, [target])).toBe(once);
  });
});

describe('a field that is not there', () => {
  const target = (() => {
    const types = new Types();
    types.struct('item', 64, { u23: [types.u32, 0], s32: [types.i64, 8], wide: [types.i64, 16] });
    return types.btf();
  })();

  test('becomes a call that no verifier takes', () => {
    const { code } = applyCoreRelocations(program('load_u32'), local, [target]);
    expect(decode(code)[0]).toEqual({ opcode: 0x85, dst: 0, src: 0, offset: 0, imm: 195896080 });
  });

  test('of two slots becomes two', () => {
    const { code } = applyCoreRelocations(program('large_value'), local, [target]);
    expect(decode(code).map((instruction) => instruction?.imm)).toEqual([195896080, 195896080, 0]);
  });

  test('is told with its place and the nearest name', () => {
    const [failure, ...more] = coreFailures(program('load_u32'), local, [target]);
    expect(more).toEqual([]);
    expect(failure).toBeInstanceOf(SkepError);
    expect(failure?.toJSON()).toMatchObject({
      code: 'SKEP_CORE_RELOCATION',
      message: 'field struct item.u32 does not exist in the target',
      place: {
        program: 'load_u32',
        section: 'socket',
        instruction: 0,
        file: expect.stringMatching(/mixed\.c$/),
        line: expect.any(Number),
        text: 'ASK(load_u32, at->u32)',
      },
      reason: 'struct item has no member u32 there',
      remedy: "did you mean 'u23'?",
    });
  });

  test('or has another size and a sign, is told as well', () => {
    expect(coreFailures(program('load_s32'), local, [target])[0]?.reason).toMatch(/^it has 8 bytes there instead of 4/);
  });

  test('is no failure where the program only asks whether it is there', () => {
    expect(coreFailures(program('gone_exists'), local, [target])).toEqual([]);
  });
});

describe('relocation and instruction must fit', () => {
  const types = new Types();
  const type: TypeId = types.struct('s', 0x20010, { a: [types.u32, 4], b: [types.u32, 0x8000], c: [types.u64, 8] });
  const here = types.btf();
  const make = (code: number[], access: string, kind = 0, slot = 0): ProgramSpec => {
    const coreRelocations: CoreRelocation[] = [{ slot, type, access, kind }];
    return { ...program('load_u32'), code: Uint8Array.from(code), lines: [], coreRelocations };
  };
  const far = new Types();
  far.struct('s', 0x20010, { a: [far.u32, 0x8000], b: [far.u32, 0], c: [far.array(far.u64, 1), 8] });
  const target = far.btf();
  const load = [0x61, 0x10, 4, 0, 0, 0, 0, 0];
  const rows: [name: string, spec: ProgramSpec, code: string][] = [
    ['an offset beyond 16 bits', make(load, '0:0'), 'SKEP_CORE_RELOCATION'],
    ['another value than the compiler knew', make([0x61, 0x10, 5, 0, 0, 0, 0, 0], '0:0'), 'SKEP_BAD_OBJECT'],
    ['a jump', make([0x05, 0, 0, 0, 0, 0, 0, 0], '0:0'), 'SKEP_BAD_OBJECT'],
    ['arithmetic between registers', make([0x0f, 0x10, 0, 0, 4, 0, 0, 0], '0:0'), 'SKEP_BAD_OBJECT'],
    ['half of a 64-bit load', make([0x18, 0, 0, 0, 4, 0, 0, 0], '0:0'), 'SKEP_BAD_OBJECT'],
    ['a slot behind the end', make(load, '0:0', 0, 1), 'SKEP_BAD_OBJECT'],
    ['a slot far behind the end', make(load, '0:0', 0, 0xffffffff), 'SKEP_BAD_OBJECT'],
  ];
  test.each(rows)('%s', (_, spec, code) => {
    const place = expect.objectContaining({ program: 'load_u32', instruction: spec.coreRelocations[0]?.slot });
    expect(() => applyCoreRelocations(spec, here, [target])).toThrow(expect.objectContaining({ code, place }));
  });

  test('a large offset fits an immediate', () => {
    const spec = make([0x07, 0x01, 0, 0, 4, 0, 0, 0], '0:0');
    expect(decode(applyCoreRelocations(spec, here, [target]).code)[0]?.imm).toBe(0x8000);
  });
});
