import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attachTypes,
  isOlder,
  mapTypes,
  programTypes,
  schedClsFields,
  since,
  socketFilterFields,
  xdpMdFields,
} from '../../src/abi/index.ts';
import {
  type ContextAccess,
  decodeBits,
  decodeContext,
  encodeBits,
  encodeContext,
  platform,
  platformVersions,
} from '../../src/abi/platform/index.ts';
import { SkepError } from '../../src/base/index.ts';

test.each([
  ['6.1', '6.1'],
  ['6.1.0-50-cloud-amd64', '6.1'],
  ['6.6', '6.1'],
  ['6.12.95', '6.12'],
  ['6.18', '6.18'],
  ['6.19-rc1', '6.18'],
  ['9.0', '7.2'],
])('Linux %s is answered by the record of %s', (version, record) => {
  expect(platform(version).version).toBe(record);
});

test.each(['5.15', '', 'six', '__proto__'])('there is no record of "%s"', (version) => {
  expect(() => platform(version)).toThrow(SkepError);
});

describe.each(platformVersions)('Linux %s', (version) => {
  const linux = platform(version);

  test('has programs, maps and helpers', () => {
    expect(linux.programType('xdp')).toEqual({ answer: 'yes' });
    expect(linux.mapType('ringbuf')).toEqual({ answer: 'yes' });
    expect(linux.attachType('xdp_devmap')).toEqual({ answer: 'yes' });
    expect(linux.limits).toEqual({ instructions: 1_000_000, stack: 512, frames: version === '7.2' ? 16 : 8 });
    expect(linux.helpers('xdp')).toContain('redirect_map');
    expect(linux.helpers('xdp')).not.toContain('skb_load_bytes');
    expect(linux.helpers('sched_cls')).toContain('skb_load_bytes');
    expect(linux.release.startsWith(version)).toBe(true);
  });

  test('has nothing that came later, and what it lacks has a reason', () => {
    const later = <Name extends string>(
      table: Readonly<Record<Name, number>>,
      first: (name: Name) => string | undefined,
    ) => (Object.keys(table) as Name[]).filter((name) => isOlder(version, first(name) ?? '0.0'));
    for (const name of later(programTypes, since.programType)) expect(linux.programType(name).answer).not.toBe('yes');
    for (const name of later(mapTypes, since.mapType)) expect(linux.mapType(name).answer).not.toBe('yes');
    for (const name of later(attachTypes, since.attachType)) expect(linux.attachType(name).answer).not.toBe('yes');
    const answers = Object.keys(attachTypes).map((name) => linux.attachType(name as keyof typeof attachTypes));
    for (const answer of answers) if (answer.answer !== 'yes') expect(answer.why).not.toBe('');
  });

  test('every helper is as old as the table of first kernels says', () => {
    const types = Object.keys(programTypes) as (keyof typeof programTypes)[];
    const known = new Set(types.flatMap((type) => [...(linux.helpers(type) ?? [])]));
    expect([...known].filter((name) => isOlder(version, since.helper(name) ?? '0.0'))).toEqual([]);
  });

  test('packets are reached through the context', () => {
    expect(linux.context('xdp')?.slice(0, 3)).toEqual([
      { offset: 0, read: [4], write: [], gives: 'pkt' },
      { offset: 4, read: [4], write: [], gives: 'pkt_end' },
      { offset: 8, read: [4], write: [], gives: 'pkt_meta' },
    ]);
  });
});

test('the tables of context fields say what Linux 6.18 takes', () => {
  for (const [type, fields] of [
    ['xdp', xdpMdFields],
    ['sched_cls', schedClsFields],
    ['socket_filter', socketFilterFields],
  ] as const) {
    const reads = platform('6.18')
      .context(type)
      ?.flatMap(({ offset, read }) => read.map((size) => `${offset}+${size}`));
    for (const { offset, size, read } of fields) if (read !== undefined) expect(reads).toContain(`${offset}+${size}`);
  }
});

test('what differs by attach type', () => {
  const reads = (attachType: 'xdp' | 'xdp_devmap') =>
    platform('6.18')
      .context('xdp', { attachType })
      ?.some(({ offset }) => offset === 20);
  expect(reads('xdp')).toBe(false);
  expect(reads('xdp_devmap')).toBe(true);
  expect(platform('6.12').helpers('cgroup_sock_addr', { attachType: 'cgroup_inet4_connect' })).toContain('bind');
  expect(platform('6.12').helpers('cgroup_sock_addr', { attachType: 'cgroup_udp4_recvmsg' })).not.toContain('bind');
});

test('what was not measured is not answered', () => {
  expect(platform('6.18').attachType('lsm_mac').answer).toBe('unknown');
  expect(platform('6.18').helpers('lsm')).toBeUndefined();
  expect(platform('6.18').helpers('tracing', { attachType: 'trace_fentry' })).toBeUndefined();
  expect(platform('6.1').kfuncs('xdp')).toBeUndefined();
  expect(platform('6.18').kfuncs('xdp')).toContain('bpf_dynptr_from_xdp');
});

test('a set of numbers is read as it was written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300)), (numbers) => {
      expect(decodeBits(encodeBits(numbers))).toEqual([...numbers].sort((left, right) => left - right));
    }),
  );
});

test('accesses to a context are read as they were written', () => {
  const sizes = fc.subarray([1, 2, 4, 8]);
  const access: fc.Arbitrary<ContextAccess> = fc.record(
    { offset: fc.nat(1000), read: sizes, write: sizes, gives: fc.constantFrom('pkt', 'sock_or_null') },
    { requiredKeys: ['offset', 'read', 'write'] },
  );
  fc.assert(
    fc.property(fc.array(access), (accesses) => {
      expect(decodeContext(encodeContext(accesses))).toEqual(accesses);
    }),
  );
});
