import { describe, expect, test } from 'vitest';
import { loadCollection, type VmHost, vm } from '../../src/host/index.ts';
import { Fault } from '../../src/vm/fault.ts';
import { errorOf } from '../vm/support.ts';
import { assembled, frame, mapOf, programOf } from './cases/case.ts';

/** Loads assembly into a VM. */
function loaded(text: string, host: VmHost = vm()) {
  return { host, collection: loadCollection(assembled(text), host) };
}

const pass = '.section xdp\npass:\n  r0 = 2\n  exit\n';
const drop = '.section xdp\ndrop:\n  r0 = 1\n  exit\n';
const classify = '.section tc\nclassify:\n  r0 = 2\n  exit\n';

test.each([
  ['live frames', { live: true }],
  ['bytes of a context', { context: new Uint8Array(24) }],
  ['arguments', { context: [1, 2] }],
  ['a field that it cannot set', { context: { data_meta: 1 } }],
] as const)('what a test run can do in a kernel only is refused: %s', (_, options) => {
  using host = vm();
  const collection = loadCollection(assembled('.section xdp\nmain: r0 = 2; exit'), host);
  expect(() => collection.programs.main?.run(new Uint8Array(64), options)).toThrow(
    expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }),
  );
});

describe('options', () => {
  test.each([
    [{ cpus: 0 }, 'cpus 0 is out of range'],
    [{ cpus: 1.5 }, 'cpus 1.5 is out of range'],
    [{ cpus: 2 ** 32 }, 'cpus 4294967296 is out of range'],
    [{ seed: Number.NaN }, 'seed NaN is out of range'],
    [{ budget: 0 }, 'budget 0 is out of range'],
    [{ memoryLimit: 1 }, 'the memory limit 1 is out of range'],
  ])('%j', (options, message) => {
    const error = errorOf(() => vm(options));
    expect(error.code).toBe('SKEP_USAGE');
    expect(error.message).toContain(message);
  });

  test('the same seed gives the same random numbers, another seed others', () => {
    const text = '.section xdp\ndice:\n  call 7\n  exit\n';
    const throws = (seed: number) => {
      const { collection } = loaded(text, vm({ seed }));
      return Array.from({ length: 5 }, () => programOf(collection, 'dice').run(frame()).code);
    };
    expect(throws(3)).toEqual(throws(3));
    expect(throws(3)).not.toEqual(throws(4));
    expect(new Set(throws(3)).size).toBe(5);
  });

  test('the clock is the one given, and a run may have its own', () => {
    const text = '.section xdp\nclock:\n  call 5\n  r0 >>= 32\n  exit\n';
    const { collection } = loaded(text, vm({ clock: () => 5n << 32n }));
    expect(programOf(collection, 'clock').run(frame()).code).toBe(5);
    expect(programOf(collection, 'clock').run(frame(), { time: 0xffff_fff0_0000_0000n }).code).toBe(0xffff_fff0);
  });

  test('the budget ends a program that does not', () => {
    const { collection } = loaded('.section xdp\nspin:\n  goto spin\n', vm({ budget: 5000 }));
    expect(errorOf(() => programOf(collection, 'spin').run(frame())).message).toContain('more than 5000 instructions');
  });
});

describe('faults', () => {
  const text = `
    .map counters, type=hash, key=u32, value=u64, max_entries=4
    .section xdp
  count:
    *(u32 *)(r10 - 4) = 0
    r2 = r10
    r2 += -4
    r1 = counters ll
    call bpf_map_lookup_elem
    r1 = *(u64 *)(r0 + 0)
    r0 = 2
    exit
  `;
  test('a null pointer names the helper it came from', () => {
    const { collection } = loaded(text);
    const fault = errorOf(() => programOf(collection, 'count').run(frame()));
    expect(fault).toBeInstanceOf(Fault);
    expect(fault.reason).toMatch(/^null pointer: map_lookup_elem returned 0, and its result was not checked/);
    expect(fault.remedy).toContain('compare the result of map_lookup_elem with 0');
    mapOf(collection, 'counters').set(0, 7n);
    expect(programOf(collection, 'count').run(frame()).verdict).toBe('XDP_PASS');
  });

  test.each([
    [
      'past the packet',
      'r2 = *(u32 *)(r1 + 0)\n  r0 = *(u8 *)(r2 + 64)',
      /right at the end of the packet \(64 bytes\)/,
    ],
    ['a field of the context that is none', 'r0 = *(u8 *)(r1 + 1)', /1 byte at offset 1 of the xdp_md may not be read/],
    ['a write to the context', '*(u32 *)(r1 + 0) = 0', /4 bytes at offset 0 of the xdp_md may not be written/],
    ['past the context', 'r0 = *(u32 *)(r1 + 24)', /the end of the xdp_md/],
    [
      'a helper that may not read',
      'r1 = 5\n  r2 = 4\n  r3 = 0\n  r4 = 0\n  r5 = 0\n  call 28',
      /csum_diff may not read|0x5/,
    ],
  ])('%s', (_, body, reason) => {
    const { collection } = loaded(`.section xdp\nbad:\n  ${body}\n  exit\n`);
    const fault = errorOf(() => programOf(collection, 'bad').run(frame()));
    expect(`${fault.message} ${fault.reason}`).toMatch(reason);
  });

  test('a pointer to a map is not one to its values', () => {
    const body =
      '.map m, type=array, key=u32, value=u64, max_entries=1\n.section xdp\nbad:\n  r1 = m ll\n  r0 = *(u64 *)(r1 + 0)\n  exit';
    const { collection } = loaded(body);
    expect(errorOf(() => programOf(collection, 'bad').run(frame())).reason).toContain('the pointer is map m itself');
  });

  test('past the end of a map value, also with the next value behind it', () => {
    const body = `
      .map m, type=array, key=u32, value=u64, max_entries=4
      .section xdp
    bad:
      *(u32 *)(r10 - 4) = 1
      r2 = r10
      r2 += -4
      r1 = m ll
      call bpf_map_lookup_elem
      if r0 == 0 goto out
      r1 = *(u32 *)(r0 + 4)
      r1 = *(u64 *)(r0 + 4)
    out:
      exit`;
    const { collection } = loaded(body);
    const fault = errorOf(() => programOf(collection, 'bad').run(frame()));
    expect(fault.reason).toContain('only 4 bytes are left');
    expect(fault.reason).toContain('a value of map m (8 bytes)');
  });

  test('where the packet was before a helper cut it', () => {
    const body = `
      r6 = r1
      r7 = *(u32 *)(r1 + 0)
      r0 = *(u8 *)(r7 + 63)
      r2 = -10
      call bpf_xdp_adjust_tail
      r0 = *(u8 *)(r7 + 53)
      r0 = *(u8 *)(r7 + 54)`;
    const { collection } = loaded(`.section xdp\nbad:\n${body}\n  exit\n`);
    const fault = errorOf(() => programOf(collection, 'bad').run(frame()));
    expect(fault.reason).toContain('right at the end of the packet (54 bytes)');
  });

  test('a run inside a run is refused', () => {
    let inner: unknown;
    const host = vm({ print: () => (inner = errorOf(() => programOf(collection, 'say').run(frame()))) });
    const text = `
      .section xdp
    say:
      *(u64 *)(r10 - 8) = 0x6968
      r1 = r10
      r1 += -8
      r2 = 3
      call bpf_trace_printk
      r0 = 2
      exit
      .section license, "aw"
      .asciz "GPL"`;
    const collection = loadCollection(assembled(text), host);
    expect(programOf(collection, 'say').run(frame())).toMatchObject({ verdict: 'XDP_PASS', printk: ['hi'] });
    expect(inner).toMatchObject({ code: 'SKEP_BUSY' });
  });

  test('the VM runs on after a fault', () => {
    const { host, collection } = loaded('.section xdp\nbad:\n  r0 = 0\n  r0 = *(u8 *)(r0 + 0)\n  exit\n');
    expect(() => programOf(collection, 'bad').run(frame())).toThrow(Fault);
    expect(programOf(loaded(pass, host).collection, 'pass').run(frame()).verdict).toBe('XDP_PASS');
  });
});

describe('tail calls', () => {
  const chain = `
    .map jumps, type=prog_array, key=u32, value=u32, max_entries=2
    .map counts, type=array, key=u32, value=u64, max_entries=1
    .section xdp
  chain:
    r6 = r1
    *(u32 *)(r10 - 4) = 0
    r2 = r10
    r2 += -4
    r1 = counts ll
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = *(u64 *)(r0 + 0)
    r1 += 1
    *(u64 *)(r0 + 0) = r1
    r1 = r6
    r2 = jumps ll
    r3 = 0
    call bpf_tail_call
  out:
    r0 = 2
    exit
  `;
  test('33 are made and the 34th falls through', () => {
    const { collection } = loaded(chain);
    const program = programOf(collection, 'chain');
    mapOf(collection, 'jumps').set(0, program);
    expect(program.run(frame()).verdict).toBe('XDP_PASS');
    expect(mapOf(collection, 'counts').get(0)).toBe(34n);
    program.run(frame());
    expect(mapOf(collection, 'counts').get(0)).toBe(68n);
  });

  test('an empty slot and an index out of range fall through', () => {
    expect(programOf(loaded(chain).collection, 'chain').run(frame()).verdict).toBe('XDP_PASS');
    const far = loaded(chain.replace('r3 = 0', 'r3 = -1')).collection;
    expect(programOf(far, 'chain').run(frame()).verdict).toBe('XDP_PASS');
  });

  test('an array holds programs of one type', () => {
    const { host, collection } = loaded(chain);
    const other = programOf(loaded(classify, host).collection, 'classify');
    mapOf(collection, 'jumps').set(0, programOf(collection, 'chain'));
    expect(errorOf(() => mapOf(collection, 'jumps').set(1, other)).code).toBe('SKEP_MAP_REFUSED');
  });
});

describe('devices', () => {
  test('a packet meets the attached programs in order, until one does not pass it on', () => {
    const { host, collection } = loaded(pass);
    const tc = programOf(loaded(classify, host).collection, 'classify');
    expect(host.receive('eth0', frame())).toEqual([]);
    using _xdp = programOf(collection, 'pass').attach('eth0');
    using _tc = tc.attach('eth0');
    expect(host.receive('eth0', frame()).map(({ verdict }) => verdict)).toEqual(['XDP_PASS', 'TC_ACT_SHOT']);
    expect(host.receive('eth1', frame())).toEqual([]);
  });

  test('a device takes one program of a type, until its link is disposed of', () => {
    const { host, collection } = loaded(drop);
    const first = programOf(collection, 'drop').attach('eth0');
    const other = programOf(loaded(pass, host).collection, 'pass');
    const error = errorOf(() => other.attach('eth0'));
    expect(error).toMatchObject({ code: 'SKEP_BUSY', errno: 'EBUSY' });
    expect(error.message).toBe('device eth0 has a program of type xdp already: drop');
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const second = other.attach('eth0');
    first[Symbol.dispose]();
    expect(host.receive('eth0', frame()).map(({ verdict }) => verdict)).toEqual(['XDP_PASS']);
    expect(second.id).toBeGreaterThan(first.id);
  });

  test('disposing of a collection detaches its programs', () => {
    const { host, collection } = loaded(drop);
    programOf(collection, 'drop').attach('eth0');
    collection.dispose();
    expect(host.receive('eth0', frame())).toEqual([]);
  });

  test('a socket filter has no device', () => {
    const { collection } = loaded('.section socket\nfilter:\n  r0 = -1\n  exit\n');
    expect(errorOf(() => programOf(collection, 'filter').attach('eth0')).code).toBe('SKEP_NOT_SUPPORTED');
  });
});

describe('memory', () => {
  test('comes back when a collection is disposed of', () => {
    const host = vm();
    const text = `.map big, type=array, key=u32, value=u64, max_entries=100000\n${pass}`;
    const before = host.memoryUsed;
    const { collection } = loaded(text, host);
    expect(host.memoryUsed).toBeGreaterThan(before + 800_000);
    programOf(collection, 'pass').run(frame(9000));
    collection.dispose();
    expect(host.memoryUsed).toBe(before);
  });

  test('comes back when the host is disposed of', () => {
    const { host } = loaded(`.map m, type=hash, key=u32, value=u64, max_entries=1000\n${pass}`);
    host.dispose();
    host.dispose();
    expect(host.memoryUsed).toBeLessThan(20_000);
  });

  test('a map that a program uses stays while the program does', () => {
    const host = vm();
    const spec = assembled(
      '.map m, type=array, key=u32, value=u64, max_entries=1\n.section xdp\nlook:\n  *(u32 *)(r10 - 4) = 0\n  r2 = r10\n  r2 += -4\n  r1 = m ll\n  call bpf_map_lookup_elem\n  if r0 == 0 goto out\n  r0 = *(u64 *)(r0 + 0)\nout:\n  exit',
    );
    const [mapSpec] = spec.maps.values();
    const [programSpec] = spec.programs.values();
    if (mapSpec === undefined || programSpec === undefined) throw new Error('the object lacks something');
    const map = host.createMap(mapSpec);
    const program = host.loadProgram(programSpec, { maps: new Map([['m', map]]), license: '' });
    map.update(new Uint8Array(4), new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0]));
    map.dispose();
    host.createMap(mapSpec);
    expect(program.run(frame()).verdict).toBe('XDP_PASS');
    program.dispose();
  });

  test('its limit refuses a map by name', () => {
    const text = `.map huge, type=array, key=u32, value=u64, max_entries=1000000\n${pass}`;
    const error = errorOf(() => loaded(text, vm({ memoryLimit: 1 << 20 })));
    expect(error.code).toBe('SKEP_MEMORY_LIMIT');
    expect(error.message).toContain('huge');
  });
});

describe('runs', () => {
  test('repeat runs on the packet as given each time', () => {
    const text = `
      .section xdp
    shrink:
      r2 = 4
      call bpf_xdp_adjust_head
      r0 = 2
      exit`;
    const result = programOf(loaded(text).collection, 'shrink').run(frame(64), { repeat: 5 });
    expect(result.data.length).toBe(60);
    expect(result.duration).toBeGreaterThan(0);
  });

  test.each([[{ repeat: 0 }], [{ repeat: -1 }], [{ repeat: 1.5 }], [{ cpu: 1 }], [{ cpu: -1 }]])(
    '%j is refused',
    (options) => {
      const program = programOf(loaded(pass).collection, 'pass');
      expect(errorOf(() => program.run(frame(), options)).code).toBe('SKEP_USAGE');
    },
  );

  test('as a test run of the kernel, a packet without an Ethernet header is refused', () => {
    const program = programOf(loaded(pass).collection, 'pass');
    expect(program.run(frame(10)).verdict).toBe('XDP_PASS');
    expect(errorOf(() => program.run(frame(10), { asTestRun: true })).code).toBe('SKEP_BAD_PACKET');
  });

  test('a program that was disposed of says so', () => {
    const host = vm();
    const [spec] = assembled(pass).programs.values();
    if (spec === undefined) throw new Error('no program');
    const program = host.loadProgram(spec, { maps: new Map(), license: '' });
    program.dispose();
    program.dispose();
    expect(errorOf(() => program.run(frame())).code).toBe('SKEP_USAGE');
  });
});

test('probe says yes, or no and why', () => {
  const host = vm();
  expect(host.probe({ kind: 'program-type', name: 'xdp' })).toEqual({ supported: true });
  expect(host.probe({ kind: 'program-type', name: 'kprobe' })).toEqual({
    supported: false,
    reason: 'the VM runs xdp, sched_cls, socket_filter, cgroup_skb, cgroup_sock_addr, sk_lookup',
  });
  expect(host.probe({ kind: 'map-type', name: 'lpm_trie' })).toEqual({ supported: true });
  expect(host.probe({ kind: 'map-type', name: 'sockmap' })).toMatchObject({ supported: false });
  expect(host.probe({ kind: 'attach-type', name: 'xdp' })).toEqual({ supported: true });
  expect(host.probe({ kind: 'attach-type', name: 'lsm_mac' })).toMatchObject({ supported: false });
  expect(host.probe({ kind: 'helper', name: 'tail_call', programType: 'xdp' })).toEqual({ supported: true });
  expect(host.probe({ kind: 'helper', name: 'skb_load_bytes', programType: 'xdp' })).toMatchObject({
    supported: false,
  });
  expect(host.probe({ kind: 'helper', name: 'probe_read', programType: 'xdp' })).toMatchObject({ supported: false });
});
