import { describe, expect, test } from 'vitest';
import { vm } from '../../src/host/index.ts';
import { PacketBuffer } from '../../src/vm/contexts/packet-buffer.ts';
import { Execution } from '../../src/vm/execution.ts';
import { VirtualMachine } from '../../src/vm/machine.ts';
import { WasmMemory } from '../../src/vm/memory.ts';
import { programOf, withProgram } from '../host/cases/case.ts';
import { type CaseMap, frame, type KernelCase } from './helpers/programs.ts';
import { runInVm, type VmSetting } from './helpers/run-in-vm.ts';
import { errorOf, faultOf } from './support.ts';

const ring: CaseMap = { type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096 };
const large: CaseMap = { type: 'array', valueSize: 2 ** 20, maxEntries: 1 };
const reserve = 'r1 = map 0\nr2 = 8\nr3 = 0\ncall ringbuf_reserve\n';

function run(part: Partial<KernelCase> & { text: string }, setting: VmSetting = {}) {
  return runInVm({ name: '', type: 'xdp', packet: frame('0800', 50), ...part }, setting);
}

describe('text of any length', () => {
  const filled = { ...large, contents: [{ key: new Uint8Array(4), value: new Uint8Array(2 ** 20).fill(0x20) }] };

  test('is read as a number', () => {
    const text = `r1 = value 0 0\nr2 = ${2 ** 20}\nr3 = 0\nr4 = r10\nr4 += -8\n*(u64 *)(r4 + 0) = 0\ncall strtol\nexit`;
    expect(run({ text, maps: [filled] }).result).toBe(-22);
  });

  test('is a format that is printed and cut', () => {
    const value = new Uint8Array(2 ** 20).fill(0x61, 0, 2 ** 20 - 1);
    const contents = [{ key: new Uint8Array(4), value }];
    const text = `r1 = value 0 0\nr2 = ${2 ** 20}\nr3 = 0\nr4 = 0\nr5 = 0\ncall trace_printk\nexit`;
    const outcome = run({ text, maps: [{ ...large, contents }] });
    expect(outcome.result).toBe(2 ** 20 - 1);
    expect(outcome.printed.map((line) => line.length)).toEqual([1023]);
  });

  test.each(['%99999999999999d', '%-99999999999999s', '%0999999999lx'])('the width of %s is cut', (format) => {
    const value = Buffer.alloc(32);
    value.write(format, 'latin1');
    const maps: CaseMap[] = [
      { type: 'array', valueSize: 32, maxEntries: 1, contents: [{ key: new Uint8Array(4), value }] },
    ];
    const text = 'r1 = value 0 0\nr2 = 32\nr3 = r10\nr4 = 0\nr5 = 0\ncall trace_printk\nexit';
    expect(run({ text, maps }).result).toBe(2 ** 23 - 1);
  });
});

describe('a size of more than 32 bits faults', () => {
  const size = 'r6 = 1\nr6 <<= 32\nr6 += 4\n';
  test.each([
    ['xdp_load_bytes', `${size}r2 = 0\nr3 = r10\nr3 += -8\nr4 = r6\ncall xdp_load_bytes\nexit`],
    ['csum_diff', `${size}r1 = r10\nr1 += -8\nr2 = r6\nr3 = 0\nr4 = 0\nr5 = 0\ncall csum_diff\nexit`],
    ['strncmp', `${size}r1 = r10\nr1 += -8\nr2 = r6\nr3 = r1\ncall strncmp\nexit`],
    ['ringbuf_output', `${size}r1 = map 0\nr2 = r10\nr2 += -8\nr3 = r6\nr4 = 0\ncall ringbuf_output\nexit`],
  ])('%s', (_, text) => {
    expect(faultOf(() => run({ text, maps: [ring] })).message).toMatch(/is a size of 2\^32 bytes or more/);
  });
});

describe('what a run takes and does not give back', () => {
  test('a ring buffer record is a fault at the end', () => {
    const fault = faultOf(() => run({ text: `${reserve}r0 = 0\nexit`, maps: [ring] }));
    expect(fault.message).toBe('the program ends with 1 of the records it reserved in a ring buffer');
    expect(fault.instruction).toBe('exit');
  });

  test('more records than any program holds are a fault', () => {
    const text = `r6 = 2000\nloop:\n${reserve}r6 += -1\nif r6 != 0 goto loop\nexit`;
    expect(faultOf(() => run({ text, maps: [{ ...ring, maxEntries: 65536 }] })).message).toMatch(/1024 records/);
  });

  test('a spin lock is a fault at the end', () => {
    const text = 'r1 = value 0 0\ncall spin_lock\nr0 = 0\nexit';
    expect(faultOf(() => run({ text, maps: [{ type: 'array' }] })).message).toMatch(/ends with a spin lock/);
  });

  test('two spin locks at once are a fault', () => {
    const text = 'r1 = value 0 0\ncall spin_lock\nr1 = value 1 0\ncall spin_lock\nexit';
    expect(faultOf(() => run({ text, maps: [{ type: 'array' }, { type: 'array' }] })).message).toMatch(/another lock/);
  });
});

describe('work of helpers counts towards the budget', () => {
  const execution = new Execution(new VirtualMachine({ cpus: 1, seed: 1, memoryLimit: 2 ** 24, budget: 100_000 }));
  test.each([
    ['csum_diff', `r1 = value 0 0\nr2 = ${2 ** 20}\nr3 = 0\nr4 = 0\nr5 = 0\ncall csum_diff`],
    ['strncmp', `r1 = value 0 0\nr2 = ${2 ** 20}\nr3 = r1\ncall strncmp`],
  ])('%s', (_, call) => {
    const text = `loop:\n${call}\ngoto loop\nexit`;
    expect(faultOf(() => run({ text, maps: [large] }, { execution })).message).toMatch(/more than 100000/);
  });
});

test('so do the fields that snprintf fills', () => {
  const value = Buffer.alloc(128);
  value.write('%9999999d'.repeat(12), 'latin1');
  const maps: CaseMap[] = [
    { type: 'array', valueSize: 128, maxEntries: 1, contents: [{ key: new Uint8Array(4), value }] },
  ];
  const call = 'r1 = r10\nr1 += -8\nr2 = 8\nr3 = value 0 0\nr4 = r10\nr4 += -512\nr5 = 96\ncall snprintf';
  const execution = new Execution(new VirtualMachine({ cpus: 1, seed: 1, memoryLimit: 2 ** 24, budget: 1_000_000 }));
  expect(faultOf(() => run({ text: `loop:\n${call}\ngoto loop\nexit`, maps }, { execution })).message).toMatch(
    /more than 1000000/,
  );
});

describe('what a run gives out is bounded', () => {
  test('printed lines', () => {
    const call = '*(u64 *)(r10 - 8) = 0x61\nr1 = r10\nr1 += -8\nr2 = 8\ncall bpf_trace_printk';
    const text = `.license "GPL"\n.section xdp\n.globl main\nmain:\nloop:\n${call}\ngoto loop\nexit\n`;
    withProgram(vm(), text, (collection) => {
      expect(faultOf(() => programOf(collection, 'main').run(frame('0800', 50))).message).toMatch(/65536 lines/);
    });
  });

  test('copies of the packet', () => {
    const text = 'r6 = r1\nloop:\nr1 = r6\nr2 = 1\nr3 = 0\ncall clone_redirect\ngoto loop\nexit';
    expect(faultOf(() => run({ type: 'sched_cls', text })).message).toMatch(/1024 copies/);
  });
});

test('a packet that finds no memory leaves the buffer as it was', () => {
  const memory = new WasmMemory({ limit: 65536 });
  const buffer = new PacketBuffer(memory);
  buffer.load(Uint8Array.of(1, 2, 3), 256, 256);
  expect(errorOf(() => buffer.load(new Uint8Array(100_000), 256, 256)).code).toBe('SKEP_MEMORY_LIMIT');
  const other = memory.allocate(4096, 'other');
  buffer.load(Uint8Array.of(4, 5, 6), 256, 256);
  expect(memory.u8.subarray(other, other + 4096).every((byte) => byte === 0)).toBe(true);
  buffer.dispose();
  memory.free(other);
  expect(memory.used).toBe(0);
});

test('a print function that runs the same program leaves the packet of the run under way alone', () => {
  const text = `.license "GPL"
    .section xdp
    .globl main
  main:
    r6 = r1
    *(u64 *)(r10 - 8) = 0x61
    r1 = r10
    r1 += -8
    r2 = 8
    call bpf_trace_printk
    r2 = *(u32 *)(r6 + 4)
    r1 = *(u32 *)(r6 + 0)
    r0 = r2
    r0 -= r1
    exit\n`;
  let inner: unknown;
  const again: { run?: () => void } = {};
  const host = vm({
    print: () => {
      try {
        again.run?.();
      } catch (error) {
        inner = error;
      }
    },
  });
  withProgram(host, text, (collection) => {
    const program = programOf(collection, 'main');
    again.run = () => void program.run(frame('0800', 400));
    const packet = frame('0800', 50);
    expect(program.run(packet).code).toBe(packet.length);
    expect(inner).toMatchObject({ code: 'SKEP_BUSY' });
  });
});
