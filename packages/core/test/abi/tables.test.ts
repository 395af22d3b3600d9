import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attachTypes } from '../../src/abi/attach-types.gen.ts';
import { cgroupSkbFields } from '../../src/abi/contexts/cgroup-skb.ts';
import type { ContextField } from '../../src/abi/contexts/field.ts';
import { schedClsFields } from '../../src/abi/contexts/sched-cls.ts';
import { SkBuff } from '../../src/abi/contexts/sk-buff.ts';
import { SK_LOOKUP_SIZE, skLookupFields } from '../../src/abi/contexts/sk-lookup.ts';
import { SOCK_ADDR_SIZE, sockAddrFields } from '../../src/abi/contexts/sock-addr.ts';
import { socketFilterFields } from '../../src/abi/contexts/socket-filter.ts';
import { XdpMd, xdpMdFields } from '../../src/abi/contexts/xdp.ts';
import { helpers } from '../../src/abi/helpers.gen.ts';
import { mapFlagNames, mapFlags, mapTypeSince } from '../../src/abi/map-metadata.ts';
import { mapTypes } from '../../src/abi/map-types.gen.ts';
import { programMetadata } from '../../src/abi/program-metadata.ts';
import { type ProgramType, programTypes } from '../../src/abi/program-types.gen.ts';
import { verdictName, verdictNames } from '../../src/abi/verdicts.ts';
import { Btf } from '../../src/btf/reader.ts';
import { type Need, needs, needsBpf } from '../support/needs.ts';

const vmlinuxFile = '/sys/kernel/btf/vmlinux';
const kernelBtf: Need = existsSync(vmlinuxFile) ? needs() : needs('a kernel with BTF');

/** All enumerators of the running kernel, by name. */
function enumerators(btf: Btf): Map<string, bigint> {
  const all = new Map<string, bigint>();
  for (let id = 1; id < btf.count; id += 1) {
    const type = btf.kind(id) === 'enum' || btf.kind(id) === 'enum64' ? btf.type(id) : undefined;
    if (type !== undefined && 'values' in type) for (const { name, value } of type.values) all.set(name, value);
  }
  return all;
}

test('every program and map type says since when there is one', () => {
  expect(Object.keys(programMetadata)).toEqual(Object.keys(programTypes));
  expect(Object.keys(mapTypeSince)).toEqual(Object.keys(mapTypes));
});

test.each<[type: ProgramType, code: number, name: string | undefined]>([
  ['xdp', 2, 'XDP_PASS'],
  ['xdp', 5, undefined],
  ['sched_cls', -1, 'TC_ACT_UNSPEC'],
  ['sched_cls', 0xffffffff, 'TC_ACT_UNSPEC'],
  ['sched_act', 8, 'TC_ACT_TRAP'],
  ['lwt_xmit', 128, 'BPF_LWT_REROUTE'],
  ['sk_lookup', 1, 'SK_PASS'],
  ['socket_filter', 0, undefined],
])('verdict of %s: %i is %s', (type, code, name) => {
  expect(verdictName(type, code)).toBe(name);
});

test('map flags by name', () => {
  expect(mapFlagNames(0)).toEqual([]);
  expect(mapFlagNames(mapFlags.BPF_F_NO_PREALLOC | mapFlags.BPF_F_MMAPABLE)).toEqual([
    'BPF_F_NO_PREALLOC',
    'BPF_F_MMAPABLE',
  ]);
  expect(mapFlagNames(0x80000001)).toEqual(['BPF_F_NO_PREALLOC', '0x80000000']);
});

kernelBtf.describe('the running kernel agrees', () => {
  const btf = existsSync(vmlinuxFile) ? Btf.parse(new Uint8Array(readFileSync(vmlinuxFile))) : undefined;
  const known = btf === undefined ? new Map<string, bigint>() : enumerators(btf);

  /** Of the kernel's names, those it has are equal; it may lack what is newer, or have more. */
  function expectEqual(table: Readonly<Record<string, number>>, prefix: string, least: number): void {
    const shared = Object.entries(table).filter(([name]) => known.has(prefix + name));
    expect(shared.map(([name]) => [name, Number(known.get(prefix + name))])).toEqual(shared);
    expect(shared.length).toBeGreaterThanOrEqual(least);
  }
  const upper = (table: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name.toUpperCase(), value]));

  test('on program, map and attach types, helpers and flags', () => {
    expectEqual(upper(programTypes), 'BPF_PROG_TYPE_', 30);
    expectEqual(upper(mapTypes), 'BPF_MAP_TYPE_', 30);
    expectEqual(upper(attachTypes), 'BPF_', 40);
    expectEqual(helpers, 'BPF_FUNC_', 180);
    expectEqual(mapFlags, '', 13);
  });

  test('on verdicts', () => {
    for (const type of ['xdp', 'sk_msg', 'lwt_xmit', 'flow_dissector'] as const) {
      const names = [...verdictNames(type)].map(([code, name]): [string, number] => [name, code]);
      expectEqual(Object.fromEntries(names), '', names.length);
    }
  });

  test('on the offsets of context structures', () => {
    const socketAt = { __sk_buff: SkBuff.SK, xdp_md: undefined, bpf_sk_lookup: 0, bpf_sock_addr: 64 };
    for (const [structure, fields, size] of [
      ['xdp_md', xdpMdFields, XdpMd.SIZE],
      ['__sk_buff', schedClsFields, SkBuff.SIZE],
      ['__sk_buff', socketFilterFields, SkBuff.SIZE],
      ['__sk_buff', cgroupSkbFields, SkBuff.SIZE],
      ['bpf_sk_lookup', skLookupFields, SK_LOOKUP_SIZE],
      ['bpf_sock_addr', sockAddrFields('cgroup_udp4_sendmsg'), SOCK_ADDR_SIZE],
      ['bpf_sock_addr', sockAddrFields('cgroup_udp6_sendmsg'), SOCK_ADDR_SIZE],
    ] as const) {
      const type = btf?.type(btf.findByName(structure, 'struct') ?? 0);
      if (type?.kind !== 'struct') throw new Error(`there is no ${structure}`);
      expect(type.size).toBe(size);
      const offsets = new Map(type.members.map((member) => [member.name, member.bitOffset / 8]));
      for (const { name, offset } of fields) {
        const [, field = name, index] = /^(\w+)(?:\[(\d))?/.exec(name) ?? [];
        // `sk` is a pointer in an anonymous union that aligns it to 8 bytes.
        const start = field === 'sk' ? socketAt[structure] : offsets.get(field);
        expect([name, (start ?? Number.NaN) + Number(index ?? 0) * 4]).toEqual([name, offset]);
      }
    }
  });
});

/** The lines that measure-rights prints for a table of fields. */
function rights(fields: readonly ContextField[]): string[] {
  const lines = fields.flatMap((field) =>
    (['read', 'write'] as const).flatMap((access) => {
      const how = field[access];
      const sizes = [1, 2, 4, 8].filter((size) => size === field.size || (how === 'narrow' && size < field.size));
      if (how === undefined) return [];
      return sizes.flatMap((size) =>
        Array.from({ length: field.size / size }, (_, at) => `${access[0]} ${field.offset + at * size} ${size}`),
      );
    }),
  );
  return [...new Set(lines)].sort();
}

needsBpf('gcc').describe('the verifier allows what the tables say, no more and no less', () => {
  test.each([
    ['xdp', XdpMd.SIZE, xdpMdFields],
    ['sched_cls', SkBuff.SIZE, schedClsFields],
    ['socket_filter', SkBuff.SIZE, socketFilterFields],
  ] as const)('%s', (type, size, fields) => {
    const folder = mkdtempSync(join(tmpdir(), 'skep-rights-'));
    try {
      const program = join(folder, 'measure');
      execFileSync('gcc', [join(import.meta.dirname, 'measure-rights.c'), '-o', program]);
      const lines = execFileSync(program, [String(programTypes[type]), String(size)], { encoding: 'utf8' })
        .trim()
        .split('\n');
      expect(rights(fields)).toEqual(lines.sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
