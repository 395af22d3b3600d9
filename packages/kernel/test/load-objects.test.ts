import { release } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Btf, BtfBuilder } from '../../core/src/btf/index.ts';
import { type Host, loadCollection } from '../../core/src/host/index.ts';
import { assembleElf } from '../../core/src/object/assembly/index.ts';
import { collectionFromElf, readCollection } from '../../core/src/object/index.ts';
import { prebuilt, prebuiltObject } from '../../core/test/object/prebuilt.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';
import { kernelConfig, kernelVersion, parseConfig } from '../src/kernel-config.ts';
import { entriesFor } from '../src/map/entries.ts';
import { hasSince } from './link/support/since.ts';

const frame = new Uint8Array(64);

/** Some kernels in emulated machines come without their configuration. */
const hasConfig = kernelConfig('CONFIG_BPF') !== undefined || process.env.SKEP_EMULATED !== '1';

needsBpf().describe('objects by compilers load', () => {
  let host: Host;
  beforeAll(() => {
    host = kernel();
  });
  afterAll(() => host.dispose());

  // The object with kernel symbols calls functions that came with Linux 6.2.
  const left = [...(hasSince('6.2') ? [] : ['ksyms']), ...(hasConfig ? [] : ['kconfig'])];
  const objects = prebuilt().filter(({ name }) => !left.some((start) => name.startsWith(start)));
  test.each(objects)('$name', ({ name, bytes }) => {
    using collection = loadCollection(readCollection(bytes, { file: name }), host);
    expect(Object.keys(collection.programs).length).toBeGreaterThan(0);
  });

  test.runIf(hasSince('6.2'))('kernel symbols: an address, functions, and weak ones that are missing', () => {
    using collection = loadCollection(readCollection(prebuiltObject('ksyms-clang-19-v3.o')), host);
    expect(collection.programs.use?.run(frame).verdict).toBe('TC_ACT_OK');
    expect(BigInt(collection.globals.address?.get() as bigint) >> 63n).toBe(1n);
  });

  test.runIf(hasConfig)('the kernel configuration, and what the program is given instead', () => {
    const spec = readCollection(prebuiltObject('kconfig-clang-19-v3.o'));
    using own = loadCollection(spec, host, { config: { CONFIG_HZ: 100 } });
    expect(own.programs.use?.run(frame).verdict).toBe('XDP_PASS');
    using given = loadCollection(spec, host, { config: { CONFIG_HZ: 5 } });
    expect(given.programs.use?.run(frame).verdict).toBe('XDP_DROP');
  });

  test('the kernel refuses a program that reaches what its types lack: the relocation is the reason', () => {
    const spec = readCollection(prebuiltObject('core-relocations-clang-19-v3.o'));
    const [name, program] = [...spec.programs][0] ?? [];
    if (name === undefined || program === undefined) throw new Error('the object is empty');
    const [first] = program.coreRelocations;
    const field = program.coreRelocations.find(({ kind }) => kind === 0) ?? first;
    if (field === undefined || spec.btf === undefined) throw new Error('no relocation');
    const renamed = rename(spec.btf, 'tgid', 'no_such_member', 'pid', 'nor_this_one');
    const broken = { ...spec, btf: renamed };
    expect(() => loadCollection(broken, host)).toThrow(
      expect.objectContaining({ code: 'SKEP_CORE_RELOCATION', message: expect.stringContaining('nor_this_one') }),
    );
  });

  test('a ring buffer of any size is rounded up and read', () => {
    const text = '  .map events, type=ringbuf, max_entries=5000\n  .section xdp\nmain:\n  r0 = 2\n  exit\n';
    using collection = loadCollection(collectionFromElf(assembleElf(text, { file: 'ring.s' })), host);
    expect(collection.maps.events?.spec.maxEntries).toBe(8192);
  });
});

/** The same BTF with other names for members. */
function rename(btf: Btf, ...pairs: string[]): Btf {
  const names = new Map<string, string>();
  for (let index = 0; index < pairs.length; index += 2) names.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  const builder = new BtfBuilder();
  for (let id = 1; id < btf.count; id += 1) {
    const type = btf.type(id);
    const isStruct = type.kind === 'struct' || type.kind === 'union';
    const members = isStruct ? type.members.map((one) => ({ ...one, name: names.get(one.name) ?? one.name })) : [];
    builder.add(isStruct ? { ...type, members } : type);
  }
  return Btf.parse(builder.finish());
}

describe('kernel configuration', () => {
  test.each([
    ['6.1.90-2-amd64', 0x06015a],
    ['5.4', 0x050400],
    ['4.9.337', 0x0409ff],
    [release(), kernelVersion(release())],
  ])('version %s', (text, version) => {
    expect(kernelVersion(text)).toBe(version);
  });

  test('options', () => {
    const text = 'CONFIG_BPF=y\n# CONFIG_NO is not set\nCONFIG_HOST="a=b"\n';
    expect([...parseConfig(text)]).toEqual([
      ['CONFIG_BPF', 'y'],
      ['CONFIG_HOST', '"a=b"'],
    ]);
  });
});

test.each([
  [1, 4096],
  [4096, 4096],
  [4097, 8192],
  [0, 0],
])('a ring buffer of %i bytes becomes one of %i', (maxEntries, expected) => {
  const spec = { type: 'ringbuf', maxEntries } as Parameters<typeof entriesFor>[0];
  expect(entriesFor(spec)).toBe(expected);
});
