import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Btf } from '../../src/btf/reader.ts';
import type { BtfType } from '../../src/btf/types.ts';
import { BtfBuilder } from '../../src/btf/writer.ts';
import { needs } from '../support/needs.ts';
import { findTool } from '../support/tools.ts';
import { anyTypes } from './arbitrary.ts';

const vmlinuxFile = '/sys/kernel/btf/vmlinux';

/** What `bpftool -j btf dump file` says of BTF bytes. */
function dump(bytes: Uint8Array): { types: Record<string, unknown>[] } {
  const folder = mkdtempSync(join(tmpdir(), 'skep-btf-'));
  try {
    const file = join(folder, 'btf');
    writeFileSync(file, bytes);
    const tool = findTool('bpftool') ?? 'bpftool';
    const out = execFileSync(tool, ['-j', 'btf', 'dump', 'file', file], {
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(out.toString('utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A type in the words of bpftool; what bpftool leaves out or rounds (64-bit values) is left out here too. */
function inBpftoolWords(type: BtfType): Record<string, unknown> {
  const named = (kind: string, more: object = {}) => ({
    kind,
    name: ('name' in type && type.name) || '(anon)',
    ...more,
  });
  switch (type.kind) {
    case 'int':
      return named('INT', { size: type.size, bits_offset: type.bitOffset, nr_bits: type.bits });
    case 'ptr':
      return named('PTR', { type_id: type.type });
    case 'array':
      return named('ARRAY', { type_id: type.type, index_type_id: type.indexType, nr_elems: type.length });
    case 'struct':
    case 'union':
      return named(type.kind.toUpperCase(), { size: type.size, vlen: type.members.length });
    case 'enum':
    case 'enum64':
      return named(type.kind.toUpperCase(), {
        size: type.size,
        vlen: type.values.length,
        encoding: type.signed ? 'SIGNED' : 'UNSIGNED',
      });
    case 'fwd':
      return named('FWD', { fwd_kind: type.of });
    case 'func':
    case 'var':
      return named(type.kind.toUpperCase(), { type_id: type.type, linkage: type.linkage });
    case 'func_proto':
      return named('FUNC_PROTO', { ret_type_id: type.returns, vlen: type.parameters.length });
    case 'datasec':
      return named('DATASEC', { size: type.size, vlen: type.variables.length });
    case 'float':
      return named('FLOAT', { size: type.size });
    case 'decl_tag':
      return named('DECL_TAG', { type_id: type.type, component_idx: type.component });
    case 'void':
      return { kind: 'VOID' };
    default:
      return named(type.kind.toUpperCase(), { type_id: type.type });
  }
}

function expectAlike(btf: Btf, types: readonly Record<string, unknown>[]): void {
  expect(types.length).toBe(btf.count - 1);
  types.forEach((type, index) => {
    const own = inBpftoolWords(btf.type(index + 1));
    // Compared by hand: a matcher call for each of a hundred thousand types takes minutes.
    const differs = Object.entries(own).some(([key, value]) => type[key] !== value);
    if (differs) expect({ id: index + 1, ...type }).toMatchObject({ id: index + 1, ...own });
    const members = type.members as
      | { name: string; type_id: number; bits_offset: number; bitfield_size?: number }[]
      | undefined;
    const ours = btf.type(index + 1);
    if (members === undefined || !('members' in ours)) return;
    const same = members.every((member, at) => {
      const mine = ours.members[at];
      return (
        mine !== undefined &&
        member.name === (mine.name || '(anon)') &&
        member.type_id === mine.type &&
        member.bits_offset === mine.bitOffset &&
        (member.bitfield_size ?? 0) === mine.bitSize
      );
    });
    expect(same, `members of type ${index + 1}`).toBe(true);
  });
}

needs('bpftool').describe('bpftool reads', () => {
  test('what the writer wrote', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        const builder = new BtfBuilder();
        for (const type of types) builder.add(type);
        const bytes = builder.finish();
        expectAlike(Btf.parse(bytes), dump(bytes).types);
      }),
      // A process per run: few runs.
      { numRuns: 20 },
    );
  });
});

(existsSync(vmlinuxFile) ? needs('bpftool') : needs('a kernel with BTF')).describe('the running kernel', () => {
  const bytes = existsSync(vmlinuxFile) ? new Uint8Array(readFileSync(vmlinuxFile)) : new Uint8Array(0);

  test('is read as bpftool reads it', () => {
    expectAlike(Btf.parse(bytes), dump(bytes).types);
  });

  test('is written again with every type', () => {
    const btf = Btf.parse(bytes);
    const builder = new BtfBuilder();
    for (let id = 1; id < btf.count; id += 1) builder.add(btf.type(id));
    const again = Btf.parse(builder.finish());
    expect(again.count).toBe(btf.count);
    for (let id = 1; id < btf.count; id += 97) expect(again.type(id)).toEqual(btf.type(id));
  });

  test('is opened and searched quickly', () => {
    const start = performance.now();
    const btf = Btf.parse(bytes);
    const id = btf.findByName('task_struct', 'struct');
    const milliseconds = performance.now() - start;
    expect(btf.sizeOf(id ?? 0)).toBeGreaterThan(1000);
    // 20 ms is the aim, which bench measures; a busy machine gets more.
    expect(milliseconds).toBeLessThan(200);
  });
});
