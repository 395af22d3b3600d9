import { describe, expect, test } from 'vitest';
import { helpers } from '../../src/abi/helpers.gen.ts';
import type { ProgramType } from '../../src/abi/program-types.gen.ts';
import { assemble } from '../../src/isa/assemble.ts';
import { encode } from '../../src/isa/encode.ts';
import type { Instruction } from '../../src/isa/instruction.ts';
import { CALL, Call, LDDW, LoadImmediate } from '../../src/isa/opcode.ts';
import type { ProgramSpec, Reference } from '../../src/object/program-spec.ts';
import { type LoadSetting, loadProgram } from '../../src/vm/load.ts';
import { runBytecode } from '../../src/vm/run-bytecode.ts';
import { errorOf, exit, make } from './support.ts';

function specOf(code: Uint8Array, more: Partial<ProgramSpec> = {}): ProgramSpec {
  const nothing = { references: [], functions: [], lines: [], coreRelocations: [], flags: 0, autoload: true };
  return { name: 'filter', section: 'xdp', type: 'xdp', code, ...nothing, ...more };
}

const setting: LoadSetting = { license: 'GPL', mapHandle: () => 0x20000, mapValue: (_, offset) => 0x30000 + offset };
const helperCall = (id: number) => encode([make(CALL, { imm: id }), exit]);
const load = (dst: number, src: number, imm = 0) => make(LDDW, { dst, src, imm, immHigh: 0 });

describe('references are patched into the code', () => {
  function patched(references: readonly Reference[], code: readonly Instruction[]) {
    return loadProgram(specOf(encode(code), { references }), setting).instructions;
  }
  const body = [make(0xb7), exit, make(0xb7), exit];

  test('a map is its handle, a value of a map its address, both plain numbers', () => {
    const references: Reference[] = [
      { kind: 'map', slot: 0, map: 'counters' },
      { kind: 'map-value', slot: 2, map: '.bss', offset: 12 },
    ];
    const instructions = patched(references, [
      load(1, LoadImmediate.MAP_FD),
      load(2, LoadImmediate.MAP_VALUE),
      ...body.slice(0, 2),
    ]);
    expect(instructions[0]).toMatchObject({ src: 0, imm: 0x20000, immHigh: 0 });
    expect(instructions[2]).toMatchObject({ src: 0, imm: 0x3000c, immHigh: 0 });
  });

  test('a function is its slot, tagged', () => {
    const instructions = patched([{ kind: 'function', slot: 0, target: 4 }], [load(2, LoadImmediate.FUNC), ...body]);
    expect(instructions[0]).toMatchObject({ imm: 4, immHigh: 0x6675_6e63 });
  });

  test('a weak kernel variable is 0, and so is the address of a weak kernel function', () => {
    const references: Reference[] = [
      { kind: 'ksym', slot: 0, name: 'jiffies', weak: true },
      { kind: 'kfunc', slot: 2, name: 'bpf_dynptr_slice', weak: true },
    ];
    const instructions = patched(references, [
      load(1, LoadImmediate.BTF_ID, 7),
      load(2, LoadImmediate.BTF_ID, 8),
      make(0xb7),
      exit,
    ]);
    expect(instructions[0]).toMatchObject({ src: 0, imm: 0 });
    expect(instructions[2]).toMatchObject({ src: 0, imm: 0 });
  });

  test('the call of a weak kernel function may stand where it is never reached', () => {
    const references: Reference[] = [{ kind: 'kfunc', slot: 2, name: 'bpf_xdp_metadata_rx_hash', weak: true }];
    const code = [make(0xb7, { imm: 2 }), exit, make(CALL, { src: Call.KFUNC, imm: -1 }), exit];
    expect(() =>
      patched(references, [make(0x15, { imm: 1, offset: 1 }), ...code.slice(0, 1), code[2] ?? exit, exit]),
    ).not.toThrow();
  });
});

describe('what the VM cannot run is refused by name and place', () => {
  test.each<[string, Partial<ProgramSpec>, Uint8Array, object]>([
    [
      'a program type',
      { type: 'kprobe' },
      encode([make(0xb7), exit]),
      { code: 'SKEP_NOT_SUPPORTED', message: 'the VM does not run programs of type kprobe' },
    ],
    [
      'a helper that only a kernel has',
      {},
      helperCall(helpers.get_current_task),
      { code: 'SKEP_NOT_SUPPORTED', message: 'the VM does not have the helper get_current_task (35)' },
    ],
    [
      'a helper that no kernel has',
      {},
      helperCall(4711),
      { code: 'SKEP_BAD_PROGRAM', message: 'no kernel has a helper function number 4711' },
    ],
    ['helper 0', {}, helperCall(0), { code: 'SKEP_BAD_PROGRAM', message: 'no kernel has a helper function number 0' }],
    [
      'a helper of another program type',
      { type: 'socket_filter' },
      helperCall(helpers.xdp_adjust_head),
      { code: 'SKEP_BAD_PROGRAM', message: 'a program of type socket_filter may not call the helper xdp_adjust_head' },
    ],
    [
      'a kernel function',
      { references: [{ kind: 'kfunc', slot: 0, name: 'bpf_obj_new_impl', weak: false }] },
      encode([make(CALL, { src: Call.KFUNC, imm: -1 }), exit]),
      { code: 'SKEP_NOT_SUPPORTED', message: 'the VM does not have the kernel function bpf_obj_new_impl' },
    ],
    [
      'a kernel variable',
      { references: [{ kind: 'ksym', slot: 0, name: 'bpf_prog_active', weak: false }] },
      encode([load(1, LoadImmediate.BTF_ID), make(0xb7), exit]),
      { code: 'SKEP_NOT_SUPPORTED', message: 'the VM does not have the kernel variable bpf_prog_active' },
    ],
    [
      'a map that was not given',
      {},
      encode([load(1, LoadImmediate.MAP_FD, 3), make(0xb7), exit]),
      { code: 'SKEP_BAD_PROGRAM', message: 'instruction 0 refers to a map or variable that was not given' },
    ],
    ['code cut short', {}, new Uint8Array(12), { code: 'SKEP_BAD_INSTRUCTION' }],
    ['no code', {}, new Uint8Array(0), { code: 'SKEP_BAD_INSTRUCTION' }],
    ['an unknown opcode', {}, new Uint8Array(8).fill(0xff), { code: 'SKEP_BAD_INSTRUCTION' }],
    [
      'a reference to an instruction that cannot hold one',
      { references: [{ kind: 'map', slot: 0, map: 'm' }] },
      encode([make(0xb7), exit]),
      { code: 'SKEP_BAD_PROGRAM', message: 'instruction 0 cannot hold a reference of kind map' },
    ],
    [
      'a reference behind the end',
      { references: [{ kind: 'map', slot: 2 ** 32 - 1, map: 'm' }] },
      encode([make(0xb7), exit]),
      { code: 'SKEP_BAD_PROGRAM' },
    ],
  ])('%s', (_, more, code, expected) => {
    const error = errorOf(() => loadProgram(specOf(code, more), setting));
    expect({ code: error.code, message: error.message }).toMatchObject(expected);
    expect(error.place).toMatchObject({ program: 'filter', section: 'xdp' });
  });

  test('with the source line where it is known', () => {
    const lines = [{ slot: 0, file: 'filter.c', line: 7, column: 3, text: 'task = bpf_get_current_task();' }];
    const error = errorOf(() => loadProgram(specOf(helperCall(35), { lines }), setting));
    expect(error.place).toMatchObject({ file: 'filter.c', line: 7, instruction: 0, text: lines[0]?.text });
  });

  test.each(['lirc_mode2', 'sched_act', 'cgroup_sock', 'tracing'] satisfies ProgramType[])('type %s', (type) => {
    const error = errorOf(() => loadProgram(specOf(encode([make(0xb7), exit]), { type }), setting));
    expect(error.code).toBe('SKEP_NOT_SUPPORTED');
    expect(error.exitStatus).toBe(3);
  });
});

describe('helpers for GPL-compatible programs only', () => {
  const code = helperCall(helpers.trace_printk);
  test.each(['', 'MIT', 'Apache-2.0', 'gpl'])('licence %j is refused', (license) => {
    const error = errorOf(() => loadProgram(specOf(code), { ...setting, license }));
    expect(error.code).toBe('SKEP_BAD_PROGRAM');
    expect(error.message).toContain('trace_printk');
  });
  test.each(['GPL', 'GPL v2', 'Dual BSD/GPL', 'Dual MIT/GPL', 'Dual MPL/GPL', 'GPL and additional rights'])(
    'licence %j is accepted',
    (license) => {
      expect(() => loadProgram(specOf(code), { ...setting, license })).not.toThrow();
    },
  );
});

test('an arena cast is refused by name', () => {
  const code = encode([make(0xb7, { dst: 1 }), make(0xbf, { dst: 0, src: 1, offset: 1 }), exit]);
  const error = errorOf(() => runBytecode(code));
  expect(['SKEP_NOT_SUPPORTED', 'SKEP_BAD_INSTRUCTION']).toContain(error.code);
});

test('a program of a million instructions loads and runs', () => {
  const code = assemble('r0 = 0\nexit');
  const long = new Uint8Array(8 * 1_000_000);
  for (let at = 0; at < long.length - 8; at += 8) long.set(code.subarray(0, 8), at);
  long.set(code.subarray(8), long.length - 8);
  expect(runBytecode(long).executed).toBe(1_000_000);
});
