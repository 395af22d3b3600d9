import { describe, expect, test } from 'vitest';
import { type Host, loadCollection, vm } from '../../src/host/index.ts';
import type { CollectionSpec } from '../../src/object/index.ts';
import { assembled, frame, idle } from './cases/case.ts';

/** A host that counts what it made and what of it is still there. */
function counting(host: Host) {
  const alive = new Set<object>();
  const watch = <T extends { dispose(): void }>(made: T): T => {
    alive.add(made);
    const dispose = made.dispose.bind(made);
    made.dispose = () => {
      alive.delete(made);
      dispose();
    };
    return made;
  };
  const counted: Host = {
    name: host.name,
    probe: (feature) => host.probe(feature),
    createMap: (spec, inner) => watch(host.createMap(spec, inner)),
    loadProgram: (spec, environment) => watch(host.loadProgram(spec, environment)),
    dispose: () => host.dispose(),
  };
  return { host: counted, alive };
}

const maps = `
  .map a, type=hash, key=u32, value=u32, max_entries=4
  .map inner, type=array, key=u32, value=u32, max_entries=1
  .map outer, type=array_of_maps, key=u32, max_entries=2, inner=inner, values=[inner]
`;

/** Errors that come late: when much has been made already. */
const failures: readonly (readonly [name: string, text: string, code: string])[] = [
  ['a map that no host makes', `${maps}\n.map z, type=hash, key=0, value=4, max_entries=1\n${idle}`, 'SKEP_BAD_MAP'],
  ['an unknown helper', `${maps}\n  .section xdp\nmain:\n  call 9999\n  exit\n`, 'SKEP_BAD_PROGRAM'],
  ['wrong bytecode', `${maps}\n  .section xdp\nmain:\n  goto +100\n  exit\n`, 'SKEP_BAD_INSTRUCTION'],
];

describe('loading', () => {
  test.each(failures)('%s leaves nothing behind', (_, text, code) => {
    const machine = vm();
    const before = machine.memoryUsed;
    const { host, alive } = counting(machine);
    expect(() => loadCollection(assembled(text), host)).toThrow(expect.objectContaining({ code }));
    expect(alive.size).toBe(0);
    expect(machine.memoryUsed).toBe(before);
  });

  test('disposing frees everything, twice does no harm', () => {
    const machine = vm();
    const before = machine.memoryUsed;
    const { host, alive } = counting(machine);
    const collection = loadCollection(assembled(`${maps}\n${idle}`), host);
    expect(alive.size).toBeGreaterThan(3);
    collection.dispose();
    collection.dispose();
    expect([alive.size, machine.memoryUsed]).toEqual([0, before]);
    expect(() => collection.programs.idle?.run(frame())).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
  });

  test('an error names the file', () => {
    const text = `  .section xdp\nmain:\n  call 9999\n  exit\n`;
    expect(() => loadCollection(assembled(text), vm())).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ file: expect.stringContaining('case.s') }) }),
    );
  });

  test('a link lives as long as its collection', () => {
    const host = vm();
    const collection = loadCollection(assembled(idle), host);
    collection.programs.idle?.attach('eth0');
    expect(host.receive('eth0', frame())).toHaveLength(1);
    collection.dispose();
    expect(host.receive('eth0', frame())).toHaveLength(0);
  });
});

/** A collection that asks for a kernel configuration value. */
function withKconfig(name: string, weak: boolean): CollectionSpec {
  const spec = assembled(idle);
  const map = {
    name: '.kconfig',
    type: 'array',
    keySize: 4,
    valueSize: 4,
    maxEntries: 1,
    flags: 0,
    mapExtra: 0n,
    pinning: 'none',
    contents: [],
    frozen: true,
    origin: 'kconfig',
    section: '.kconfig',
  } as const;
  return { ...spec, maps: new Map([['.kconfig', map]]), kconfig: [{ name, offset: 0, size: 4, weak }] };
}

describe('kernel configuration values', () => {
  const bytesOf = (spec: CollectionSpec, config = {}) =>
    loadCollection(spec, vm(), { config }).maps['.kconfig']?.map.lookup(new Uint8Array(4));

  test('are as given, y and n and m as libbpf has them', () => {
    expect(bytesOf(withKconfig('CONFIG_HZ', false), { CONFIG_HZ: 250 })).toEqual(Uint8Array.of(250, 0, 0, 0));
    expect(bytesOf(withKconfig('CONFIG_BPF', false), { CONFIG_BPF: 'm' })).toEqual(Uint8Array.of(2, 0, 0, 0));
  });
  test('the version of the kernel is there by itself, a weak value is zero', () => {
    expect(bytesOf(withKconfig('LINUX_KERNEL_VERSION', false))).toEqual(Uint8Array.of(0, 18, 6, 0));
    expect(bytesOf(withKconfig('CONFIG_NOTHING', true))).toEqual(new Uint8Array(4));
  });
  test('one that nobody gives is an error that names it', () => {
    expect(() => bytesOf(withKconfig('CONFIG_HZ', false))).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_PROGRAM', message: expect.stringContaining('CONFIG_HZ') }),
    );
  });
});
