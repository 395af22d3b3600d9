import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arch, pid } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mapTypes } from '../../core/src/abi/index.ts';
import {
  type Collection,
  type Host,
  loadCollection,
  type MapHandle,
  openPinnedMap,
} from '../../core/src/host/index.ts';
import { assembleElf } from '../../core/src/object/assembly/index.ts';
import { collectionFromElf, type MapSpec, readCollection } from '../../core/src/object/index.ts';
import { compileArguments } from '../../core/test/object/compile.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { Bpf } from '../src/bpf/bpf.ts';
import type { Ffi } from '../src/ffi/ffi.ts';
import { KoffiDriver } from '../src/ffi/koffi.ts';
import { syscallNumbers } from '../src/ffi/syscall-numbers.ts';
import { kernel } from '../src/index.ts';
import { createMap } from '../src/map/create-map.ts';
import { Cgroup } from './link/support/cgroup.ts';
import { Folder } from './support/pin-folder.ts';

const PIDFD_OPEN = 434;
const BIND = arch === 'x64' ? 49 : 200;
const AF_INET = 2;
const AF_XDP = 44;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;

/** Uses one map of its type; what it gives back is disposed of with the test. */
type Use = (map: MapHandle, all: Collection) => void | Promise<void>;

/** Sets, reads, iterates over and deletes an entry. */
const asTable: Use = (map) => {
  map.set(1, 7n);
  expect(map.get(1)).toBe(7n);
  expect([...map].filter(([, value]) => value === 7n)).toEqual([[1, 7n]]);
  expect(map.delete(1)).toBe(!/array/.test(map.spec.type));
};

const perCpu: Use = (map) => {
  const values = Array.from({ length: map.map.cpus }, (_, cpu) => BigInt(cpu + 1));
  map.set(1, values);
  expect(map.get(1)).toEqual(values);
};

const asQueue: Use = (map) => {
  map.push(5);
  expect([map.peek(), map.pop(), map.pop()]).toEqual([5, 5, undefined]);
};

const withProgram =
  (name: string, to: number): Use =>
  (map, { programs }) => {
    map.set(1, { to, program: programs[name] });
    expect(map.has(1)).toBe(true);
    // What is read back is where to, and the number of the program.
    const value = map.map.lookup(Uint8Array.of(1, 0, 0, 0));
    expect(new Uint32Array(value?.slice().buffer ?? new ArrayBuffer(8))).toEqual(
      Uint32Array.of(to, programs[name]?.info().id ?? 0),
    );
  };

const outer: Use = (map) => {
  map.create(2).set(1, 9n);
  expect(map.get(2)).toBeDefined();
  expect(map.delete(2)).toBe(true);
  expect(map.get(2)).toBeUndefined();
};

const storage =
  (open: () => number): Use =>
  (map) => {
    const descriptor = open();
    try {
      expect(map.get(descriptor)).toBeUndefined();
      map.set(descriptor, 11n);
      expect(map.get(descriptor)).toBe(11n);
      expect(map.delete(descriptor)).toBe(true);
    } finally {
      closeSync(descriptor);
    }
  };

/** Runs with the descriptor of a TCP socket that listens on loopback. */
async function withListener(use: (descriptor: number) => void): Promise<void> {
  const server: Server & { _handle?: { fd: number } } = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    use(server._handle?.fd ?? -1);
  } finally {
    server.close();
  }
}

/** Puts a socket in, which `prepare` made ready; a descriptor of something else is refused. */
function socketMap(family: number, type: number, prepare: (ffi: Ffi, descriptor: number) => void): Use {
  return (map) => {
    const ffi = new KoffiDriver();
    const descriptor = ffi.syscall(syscallNumbers().socket, family, type, 0);
    expect(descriptor).toBeGreaterThan(0);
    closing(descriptor, () => {
      prepare(ffi, descriptor);
      map.set(1, descriptor);
      expect(map.delete(1)).toBe(true);
      expect(() => map.set(1, 0)).toThrow(expect.objectContaining({ name: 'SkepError' }));
    });
  };
}

const uses: Readonly<Record<string, Use>> = {
  hash: asTable,
  array: asTable,
  lru_hash: asTable,
  percpu_hash: perCpu,
  percpu_array: perCpu,
  lru_percpu_hash: perCpu,
  lpm_trie: (map) => {
    map.set('10.0.0.0/8', 3n);
    expect([map.get('10.1.1.1'), [...map]]).toEqual([3n, [['10.0.0.0/8', 3n]]]);
  },
  prog_array: (map, { programs }) => {
    map.set(1, programs.counted);
    expect(map.has(1)).toBe(true);
    expect(map.delete(1)).toBe(true);
  },
  perf_event_array: (map) => expect(map.info().maxEntries).toBe(4),
  stack_trace: (map, { programs }) => {
    const id = programs.where?.run(undefined, { context: [] }).code ?? -1;
    expect(String(map.get(id))).toMatch(/^([0-9a-f]{2} ){8}/);
  },
  cgroup_array: (map) => {
    using cgroup = new Cgroup();
    closing(openSync(cgroup.path, 'r'), (descriptor) => map.set(0, descriptor));
    expect(map.delete(0)).toBe(true);
  },
  cgroup_storage: async (map, { programs }) => {
    using cgroup = new Cgroup();
    const link = programs.counted?.attach({ cgroup: cgroup.path });
    const entries = [...map.map.entries()];
    expect(entries).toHaveLength(1);
    expect([...(entries[0]?.[1] ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    link?.[Symbol.dispose]();
  },
  percpu_cgroup_storage: (map) => expect([...map]).toEqual([]),
  array_of_maps: outer,
  hash_of_maps: outer,
  devmap: withProgram('at_device', 1),
  devmap_hash: withProgram('at_device', 1),
  cpumap: withProgram('at_cpu', 128),
  xskmap: socketMap(AF_XDP, SOCK_RAW, () => undefined),
  sockmap: (map) => withListener((descriptor) => map.set(1, descriptor)),
  sockhash: (map) => withListener((descriptor) => map.set(1, descriptor)),
  reuseport_sockarray: socketMap(AF_INET, SOCK_DGRAM, (ffi, descriptor) => {
    ffi.syscall(syscallNumbers().setsockopt, descriptor, SOL_SOCKET, SO_REUSEPORT, new Uint8Array([1, 0, 0, 0]), 4);
    // Any port of 127.0.0.1.
    ffi.syscall(BIND, descriptor, new Uint8Array([AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 16);
  }),
  queue: asQueue,
  stack: asQueue,
  bloom_filter: (map) => {
    expect(map.has(5)).toBe(false);
    map.add(5);
    expect(map.has(5)).toBe(true);
  },
  sk_storage: (map) =>
    withListener((descriptor) => {
      map.set(descriptor, 4n);
      expect(map.get(descriptor)).toBe(4n);
      expect(map.delete(descriptor)).toBe(true);
    }),
  inode_storage: storage(() => openSync('/proc/self/exe', 'r')),
  task_storage: storage(() => new KoffiDriver().syscall(PIDFD_OPEN, pid, 0)),
  cgrp_storage: (map) => {
    using cgroup = new Cgroup();
    storage(() => openSync(cgroup.path, 'r'))(map, undefined as never);
  },
  ringbuf: (map) => expect(map.drain()).toEqual([]),
  user_ringbuf: (map) => expect(map.info().maxEntries).toBe(4096),
  arena: (map) => expect(map.info().maxEntries).toBe(4),
};

function closing(descriptor: number, use: (descriptor: number) => void): void {
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

needsBpf('clang-19').describe('a map of every type from an object written in C', () => {
  let host: Host;
  let folder: string;
  let all: Collection;
  beforeAll(() => {
    host = kernel();
    folder = mkdtempSync(join(tmpdir(), 'skep-maps-'));
    const output = join(folder, 'map-types.o');
    const source = join(import.meta.dirname, 'support/map-types.c');
    execFileSync('clang-19', compileArguments({ tool: 'clang-19', cpu: 3 }, source, output));
    const spec = readCollection(readFileSync(output));
    // Older kernels have fewer types: theirs are left out with the programs that use them.
    const maps = new Map(
      [...spec.maps].filter(([, { type }]) => host.probe({ kind: 'map-type', name: type }).supported),
    );
    all = loadCollection({ ...spec, maps }, host);
  });
  afterAll(() => {
    all?.dispose();
    host.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const excluded = ['unspec', 'struct_ops'];
  test.each(Object.keys(mapTypes).filter((type) => !excluded.includes(type)))('%s', async (type) => {
    const map = all.maps[`a_${type}`];
    if (map === undefined) return expect(host.probe({ kind: 'map-type', name: type as never }).supported).toBe(false);
    expect(map.info()).toMatchObject({ type, name: `a_${type}`.slice(0, 15) });
    await uses[type]?.(map, all);
    expect(uses[type]).toBeDefined();
  });
});

needsBpf().describe('maps in the kernel', () => {
  let host: Host;
  beforeAll(() => {
    host = kernel();
  });
  afterAll(() => host.dispose());

  function load(text: string, options = {}): Collection {
    const idle = '\n  .section xdp\nidle:\n  r0 = 2\n  exit\n';
    return loadCollection(collectionFromElf(assembleElf(text + idle, {})), host, options);
  }

  /** bpf(2) of a kernel that answers some commands as one without them does. */
  function without(errno: number, ...commands: readonly string[]): Bpf {
    const bpf = new Bpf(new KoffiDriver());
    const call = bpf.call.bind(bpf);
    bpf.call = (command, attr) => (commands.includes(command) ? -errno : call(command, attr));
    return bpf;
  }

  const batches = ['map_lookup_batch', 'map_lookup_and_delete_batch', 'map_update_batch', 'map_delete_batch'];
  const definition: MapSpec = {
    name: 'm',
    type: 'hash',
    keySize: 4,
    valueSize: 8,
    maxEntries: 100,
    flags: 0,
    mapExtra: 0n,
    pinning: 'none',
    contents: [],
    frozen: false,
    origin: 'maps',
    section: '.maps',
  };
  const word = (value: number) => Uint8Array.of(value, value >>> 8, 0, 0);

  test.each([
    ['EINVAL, before Linux 5.6', 22, batches],
    ['ENOTSUPP, of a type without', 524, batches],
    ['and without look up and delete, before Linux 5.14', 524, [...batches, 'map_lookup_and_delete_elem']],
  ])('without batches all goes one by one: %s', (_, errno, commands) => {
    const map = createMap(without(errno, ...commands), definition, undefined, undefined);
    try {
      map.updateMany(Array.from({ length: 90 }, (_, n) => [word(n), new Uint8Array(8).fill(n)]));
      let times = 0;
      for (const [key] of map.entries()) {
        times += 1;
        map.delete(key);
        map.update(key, new Uint8Array(8));
      }
      expect(times).toBe(90);
      expect([...map.entries()]).toHaveLength(90);
      expect(map.deleteMany([word(3), word(95), word(4)])).toBe(2);
      expect(map.takeAll()).toHaveLength(88);
      expect([...map.entries()]).toEqual([]);
      expect(() => map.updateMany([[word(1), new Uint8Array(7)]])).toThrow(
        expect.objectContaining({ code: 'SKEP_BAD_VALUE' }),
      );
    } finally {
      map.dispose();
    }
  });

  test('a hash bucket that is longer than the batch: the batch grows', () => {
    const size = 100_000;
    const bpf = new Bpf(new KoffiDriver());
    const answers: number[] = [];
    const call = bpf.call.bind(bpf);
    bpf.call = (command, attr) => {
      const result = call(command, attr);
      if (command === 'map_lookup_batch') answers.push(result);
      return result;
    };
    const map = createMap(bpf, { ...definition, valueSize: size, maxEntries: 64 }, undefined, undefined);
    try {
      for (let n = 0; n < 64; n++) map.update(word(n), new Uint8Array(size).fill(n));
      const found = [...map.entries()].map(([key, value]) => [key[0], value[0], value[size - 1]]);
      expect(found.sort(([a = 0], [b = 0]) => a - b)).toEqual(Array.from({ length: 64 }, (_, n) => [n, n, n]));
      expect(answers).toContain(-28);
      expect(answers.at(-1)).toBe(-2);
    } finally {
      map.dispose();
    }
  });

  test('entries are seen once while others come and go', () => {
    using collection = load('.map m, type=hash, key=u32, value=u32, max_entries=20000');
    const { m } = collection.maps;
    if (m === undefined) throw new Error('no map');
    m.setMany(Array.from({ length: 10_000 }, (_, n) => [n, n]));
    const seen = new Map<unknown, number>();
    let next = 10_000;
    for (const [key] of m) {
      seen.set(key, (seen.get(key) ?? 0) + 1);
      if (next < 12_000) m.set(next++, 0);
      if (Number(key) % 10 === 9) m.delete(key);
    }
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(Array.from({ length: 10_000 }, (_, n) => n).filter((n) => n % 10 !== 9 && !seen.has(n))).toEqual([]);
  });

  test('mmapable arrays: no system call; a frozen one is read on, and not written', () => {
    const calls: string[] = [];
    const bpf = new Bpf(new KoffiDriver());
    const call = bpf.call.bind(bpf);
    bpf.call = (command, attr) => {
      calls.push(command);
      return call(command, attr);
    };
    const map = createMap(bpf, { ...definition, type: 'array', valueSize: 12, flags: 0x400 }, undefined, undefined);
    try {
      map.update(word(1), new Uint8Array(12).fill(5));
      calls.length = 0;
      expect(map.lookup(word(1))).toEqual(new Uint8Array(12).fill(5));
      expect(map.lookup(word(100))).toBeUndefined();
      const shared = map.shared();
      shared?.write(1, 4, Uint8Array.of(1, 2, 3, 4));
      expect(shared?.read(1, 4, 4)).toEqual(Uint8Array.of(1, 2, 3, 4));
      expect(shared?.writable).toBe(true);
      expect(calls).toEqual([]);
      map.freeze();
      expect(map.lookup(word(1))?.subarray(4, 8)).toEqual(Uint8Array.of(1, 2, 3, 4));
      expect(map.shared()?.writable).toBe(false);
      // A view from before is empty: it does not reach into memory that is gone.
      expect(shared?.read(1, 0, 12)).toEqual(new Uint8Array(0));
    } finally {
      map.dispose();
    }
    expect(() => map.shared()).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
  });

  test('a kernel that does not map arrays makes data sections without', () => {
    const bpf = new Bpf(new KoffiDriver());
    const call = bpf.call.bind(bpf);
    bpf.call = (command, attr) => {
      const flags = new DataView(attr.bytes.buffer).getUint32(16, true);
      return command === 'map_create' && (flags & 0x400) !== 0 ? -22 : call(command, attr);
    };
    const section: MapSpec = { ...definition, type: 'array', flags: 0x400, origin: 'bss' };
    const map = createMap(bpf, section, undefined, undefined);
    expect([map.spec.flags, map.shared(), map.lookup(word(0))]).toEqual([0, undefined, new Uint8Array(8)]);
    map.dispose();
    expect(() => createMap(bpf, { ...section, origin: 'maps' }, undefined, undefined)).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_MAP' }),
    );
  });

  test('variables are read and written in shared memory, the neighbours untouched', () => {
    const text = `
  .section .bss
  .globl first
  .type first, @object
  .size first, 4
first: .long 0
  .globl second
  .type second, @object
  .size second, 8
  .balign 8
second: .quad 0
`;
    using collection = load(text);
    const { first, second } = collection.globals;
    second?.set(2n ** 63n);
    first?.set(77);
    expect([first?.get(), second?.get()]).toEqual([77, 2n ** 63n]);
    expect(collection.maps['.bss']?.map.shared?.()?.writable).toBe(true);
  });

  test('pinned maps are typed by the BTF that the kernel has of them', () => {
    using folder = new Folder(host);
    const collection = load(
      '.map m, type=hash, key=__be32, value=struct counter { u64 packets; u32 last; }, max_entries=4',
    );
    collection.maps.m?.set('10.0.0.1', { packets: 3n, last: 4 });
    collection.maps.m?.pin(folder.path('deep/m'));
    collection.dispose();
    const map = openPinnedMap(host, folder.path('deep/m'));
    expect([...map]).toEqual([['10.0.0.1', { packets: 3n, last: 4 }]]);
    map.map.dispose();
    host.pins?.unpin(folder.path('deep/m'));
    rmSync(join(folder.directory, 'deep'), { recursive: true });
  });

  test('inner maps of a pinned map of maps, which another collection put in', () => {
    using folder = new Folder(host);
    folder.path('outer');
    const text = `
      .map inner, type=array, key=u32, value=u64, max_entries=2
      .map outer, type=hash_of_maps, key=u32, max_entries=4, inner=inner, pinning=name`;
    const first = load(text, { pinPath: folder.directory });
    first.maps.outer?.create(7).set(1, 42n);
    first.dispose();
    using second = load(text, { pinPath: folder.directory });
    const outer = second.maps.outer;
    const found = outer?.get(7) as MapHandle | undefined;
    expect([found?.get(1), outer?.get(7) === found, outer?.get(8)]).toEqual([42n, true, undefined]);
    outer?.create(8).set(0, 1n);
    expect([...(outer?.keys() ?? [])].sort()).toEqual([7, 8]);
    using third = load(text, { pinPath: folder.directory });
    expect([...(third.maps.outer ?? [])].map(([key, inner]) => [key, [...(inner as MapHandle).values()]])).toEqual(
      expect.arrayContaining([
        [7, [0n, 42n]],
        [8, [1n, 0n]],
      ]),
    );
  });

  test('pins: no bpf file system, dots, what is no pin', () => {
    using collection = load('.map m, type=hash, key=u32, value=u32, max_entries=4');
    const { m } = collection.maps;
    const elsewhere = `${tmpdir()}/skep-no-pin`;
    expect(() => m?.pin(elsewhere)).toThrow(
      expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED', remedy: expect.stringContaining('mount -t bpf bpf') }),
    );
    expect(() => m?.pin('/sys/fs/bpf/a.b')).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
    expect(() => openPinnedMap(host, '/etc/hostname')).toThrow(expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }));
    expect(() => host.pins?.unpin('/etc/hostname')).toThrow(expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }));
  });

  test('full maps and sizes too big, in the words of the VM', () => {
    using collection = load(
      '.map h, type=hash, key=u32, value=u32, max_entries=1\n.map a, type=array, key=u32, value=u32, max_entries=1\n.map q, type=queue, value=u32, max_entries=1',
    );
    const { h, a, q } = collection.maps;
    h?.set(1, 1);
    q?.push(1);
    expect(() => h?.set(2, 1)).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL', errno: 'E2BIG' }));
    expect(() => q?.push(2)).toThrow(expect.objectContaining({ code: 'SKEP_MAP_FULL', errno: 'E2BIG' }));
    expect(() => a?.set(1, 1)).toThrow(expect.objectContaining({ code: 'SKEP_MAP_REFUSED', errno: 'E2BIG' }));
    expect(() => load('.map big, type=hash, key=u32, value=5000000, max_entries=1')).toThrow(
      expect.objectContaining({ code: 'SKEP_BAD_MAP', errno: 'E2BIG' }),
    );
  });
});
