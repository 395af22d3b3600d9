import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Host, loadCollection, vm } from '@skep/core/host';
import { readCollection, readElf } from '@skep/core/object';
import { kernel } from '@skep/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs, needsBpf } from '../../../core/test/support/needs.ts';
import { validateModule } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { sampleModule } from './sample.ts';

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'skep-object-'));
  path = join(directory, 'sample.o');
  writeFileSync(path, emitObject(sampleModule()));
});
afterAll(() => rmSync(directory, { recursive: true }));

function runs(host: Host): void {
  using collection = loadCollection(readCollection(emitObject(sampleModule())), host, { ownsHost: true });
  const { programs, globals } = collection;
  const packet = new Uint8Array(64);
  expect(programs.main?.run(packet).code).toBe(2);
  expect(programs.main?.run(packet).code).toBe(2);
  expect(globals.total?.get()).toBe(7n * 3n + 1n + 0x201n);
  expect([...(collection.maps.counts?.entries() ?? [])]).toEqual([[1, 2n]]);
  expect(programs.looping?.run(packet).code).toBe(15);
  expect(programs.jumping?.run(packet).code).toBe(3);
}

describe('an object with maps, variables, calls, a callback and a tail call', () => {
  test('comes from a well-formed module', () => {
    expect(validateModule(sampleModule())).toEqual([]);
  });
  test('runs in the virtual machine', () => runs(vm()));

  test('says what its maps and variables are', () => {
    const spec = readCollection(emitObject(sampleModule()));
    const maps = [...spec.maps.values()].filter(({ origin }) => origin === 'maps');
    expect(
      maps.map(({ name, type, keySize, valueSize, maxEntries, flags }) => [
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
      ]),
    ).toEqual([
      ['counts', 'hash', 4, 8, 4, 0],
      ['per_cpu', 'percpu_array', 4, 8, 2, 0],
      ['trie', 'lpm_trie', 8, 4, 4, 1],
      ['outer', 'array_of_maps', 4, 4, 4, 0],
      ['records', 'ringbuf', 0, 0, 4096, 0],
      ['jumps', 'prog_array', 4, 4, 4, 0],
    ]);
    expect(spec.maps.get('outer')?.inner?.maxEntries).toBe(3);
    expect(spec.license).toBe('GPL');
    expect([...spec.variables.values()].map(({ name, map, size }) => [name, map, size])).toEqual([
      ['limit', '.rodata', 4],
      ['state', '.data', 8],
      ['total', '.bss', 8],
    ]);
  });

  test('gives each instruction a line of the source, and each function its type', () => {
    const { programs } = readCollection(emitObject(sampleModule()));
    for (const { name, lines, functions } of programs.values()) {
      expect(lines?.[0]?.slot, name).toBe(0);
      for (const { slot } of functions ?? []) {
        expect(
          lines?.some((line) => line.slot === slot),
          `${name} at ${slot}`,
        ).toBe(true);
      }
      for (const line of lines ?? []) expect(line.text).toBe(`source line ${line.line}`);
    }
  });

  test('has the sections that a loader looks for', () => {
    const names = readElf(emitObject(sampleModule())).sections.map(({ name }) => name);
    for (const name of ['xdp', '.text', '.maps', '.rodata', '.data', '.bss', 'license', '.BTF', '.BTF.ext']) {
      expect(names).toContain(name);
    }
  });
});

needsBpf().test('the kernel runs it', () => runs(kernel()));

needsBpf('bpftool').test('stock libbpf loads it', () => {
  const pins = `/sys/fs/bpf/skep-${process.pid}-object`;
  try {
    execFileSync('bpftool', ['prog', 'loadall', path, pins], { stdio: 'pipe' });
    const listed = execFileSync('bpftool', ['-j', 'prog', 'show', 'pinned', join(pins, 'main')], { encoding: 'utf8' });
    expect(JSON.parse(listed)).toMatchObject({ type: 'xdp', name: 'main', gpl_compatible: true });
    const source = execFileSync('bpftool', ['prog', 'dump', 'xlated', 'pinned', join(pins, 'main')], {
      encoding: 'utf8',
    });
    expect(source).toContain('source line 7');
  } finally {
    rmSync(pins, { recursive: true, force: true });
  }
});

needs('bpftool').test('bpftool reads its types', () => {
  const dump = execFileSync('bpftool', ['btf', 'dump', 'file', path], { encoding: 'utf8' });
  expect(dump).toContain("FUNC 'visit'");
  expect(dump).toContain("DATASEC '.maps'");
  expect(dump).toContain("STRUCT 'xdp_md' size=24 vlen=6");
});

needs('llvm-objdump-19').test('llvm-objdump shows its source', () => {
  const text = execFileSync('llvm-objdump-19', ['-d', '-S', path], { encoding: 'utf8' });
  expect(text).toContain('; source line 5');
  expect(text).not.toContain('<unknown>');
});

needs('llvm-readelf-19').test('llvm-readelf finds nothing wrong', () => {
  const text = execFileSync('llvm-readelf-19', ['-a', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect(text).toContain('R_BPF_64_64');
  expect(text).not.toContain('warning');
});
