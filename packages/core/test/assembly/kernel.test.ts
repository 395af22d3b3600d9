import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assembleElf } from '../../src/object/assembly/index.ts';
import { writeElf } from '../../src/object/elf-writer.ts';
import { inFolder } from '../isa/llvm.ts';
import { needsBpf } from '../support/needs.ts';
import { findTool } from '../support/tools.ts';

/** Debian keeps it where an ordinary PATH does not look. */
const tool = findTool('bpftool') ?? 'bpftool';
const pins = `/sys/fs/bpf/skep-test-assembly-${process.pid}`;

/** Assembles, loads with bpftool (which is libbpf), gives what the kernel and libbpf said to `use`, unloads. */
function loaded<T>(text: string, use: (pins: string, log: string) => T): T {
  return inFolder((folder) => {
    const object = join(folder, 'x.o');
    writeFileSync(object, writeElf(assembleElf(text, { file: 'x.s' })));
    mkdirSync(pins);
    try {
      const run = spawnSync(tool, ['-d', 'prog', 'loadall', object, pins, 'pinmaps', pins], { encoding: 'utf8' });
      expect(run.status, run.stderr).toBe(0);
      return use(pins, run.stderr + run.stdout);
    } finally {
      rmSync(pins, { recursive: true });
    }
  });
}

function bpftool(...args: string[]): unknown {
  return JSON.parse(execFileSync(tool, ['-j', ...args], { encoding: 'utf8' }));
}

const example = readFileSync(new URL('../../../../examples/firewall/firewall.s', import.meta.url), 'utf8');

/** An Ethernet frame with an IPv4 header from 10.1.2.3, `tags` VLAN tags before it. */
function frame(length: number, ...tags: number[]): Buffer {
  const packet = Buffer.alloc(length);
  let at = 12;
  for (const tag of tags) at = packet.writeUInt16BE(tag, at) + 2;
  at = packet.writeUInt16BE(0x0800, at);
  packet.set([0x45, 0, 0, length - at], at);
  packet.set([10, 1, 2, 3], at + 12);
  return packet;
}

function verdict(program: string, packet: Buffer): number {
  return inFolder((folder) => {
    const file = join(folder, 'packet');
    writeFileSync(file, packet);
    const result = bpftool('prog', 'run', 'pinned', program, 'data_in', file, 'repeat', '1');
    return (result as { retval: number }).retval;
  });
}

needsBpf().describe('libbpf and the kernel', () => {
  test('load the firewall, which counts and drops', () => {
    loaded(example, (folder) => {
      const program = join(folder, 'firewall');
      const block = ['key', '8', '0', '0', '0', '10', '0', '0', '0', 'value', '1', '0', '0', '0'];
      expect(verdict(program, frame(60))).toBe(2);
      execFileSync(tool, ['map', 'update', 'pinned', join(folder, 'blocked'), ...block]);
      expect(verdict(program, frame(64))).toBe(1);
      expect(verdict(program, frame(64, 0x8100))).toBe(1);
      expect(verdict(program, frame(64, 0x88a8))).toBe(1);
      expect(verdict(program, frame(64, 0x8100, 0x8100))).toBe(2);
      expect(verdict(program, frame(64, 0x86dd))).toBe(2);
      const [entry] = bpftool('map', 'dump', 'pinned', join(folder, 'counters')) as { formatted: unknown }[];
      expect(entry?.formatted).toEqual({ key: 0x0302010a, value: { packets: 4, bytes: 60 + 3 * 64 } });
    });
  }, 20_000);

  test('load every kind of map, global, call and callback', () => {
    const text = `.license "GPL"
.map counts, type=percpu_array, key=u32, value=u64, max_entries=2
.map events, type=ringbuf, max_entries=4096
.map raw, type=hash, key=4, value=16, max_entries=4
.map outer, type=array_of_maps, key=u32, max_entries=4, values=[raw, 0, raw]
.map jumps, type=prog_array, key=4, value=4, max_entries=4, values=[0, second]
.rodata
limit: .quad 5
.data
state: .long 7
.bss
scratch: .zero 100
.text
helper: r0 = r1; r0 += 1; exit
callback: r0 = 0; exit
.section xdp
.globl main
main:
  r6 = r1
  r1 = limit ll
  r1 = *(u64 *)(r1 + 0)
  call helper
  r1 = 10
  r2 = callback ll
  r3 = 0
  r4 = 0
  call bpf_loop
  r1 = r6
  r2 = jumps ll
  r3 = 1
  call bpf_tail_call
  r1 = state ll
  r0 = *(u32 *)(r1 + 0)
  exit
.globl second
second:
  r1 = scratch ll
  r0 = 1          # XDP_DROP
  *(u32 *)(r1 + 4) = r0
  exit
`;
    loaded(text, (folder, log) => {
      expect(log).toContain('r1 = limit ll @ x.s:20');
      expect(verdict(join(folder, 'main'), frame(60))).toBe(1);
    });
  }, 20_000);
});
