import { expect, test } from 'vitest';
import {
  type AttachType,
  attachProgramType,
  attachTypes,
  type HelperName,
  helpers,
  isOlder,
  type MapType,
  type ProgramType,
  since,
  tooOldReason,
} from '../../src/abi/index.ts';

const keys = <Name extends string>(table: Readonly<Record<Name, number>>) => Object.keys(table) as Name[];

test('every attach type and every helper but unspec has a first kernel', () => {
  expect(keys(attachTypes).filter((name) => since.attachType(name) === undefined)).toEqual([]);
  expect(keys(helpers).filter((name) => since.helper(name) === undefined)).toEqual(['unspec']);
});

test.each<[AttachType, string]>([
  ['cgroup_inet_egress', '4.10'],
  ['cgroup_inet6_post_bind', '4.17'],
  ['lirc_mode2', '4.18'],
  ['cgroup_udp6_recvmsg', '5.2'],
  ['trace_fexit', '5.5'],
  ['lsm_mac', '5.7'],
  ['cgroup_inet6_getsockname', '5.8'],
  ['xdp_devmap', '5.8'],
  ['cgroup_inet_sock_release', '5.9'],
  ['xdp_cpumap', '5.9'],
  ['sk_lookup', '5.9'],
  ['xdp', '5.9'],
  ['netfilter', '6.4'],
  ['trace_uprobe_multi', '6.6'],
  ['netkit_peer', '6.7'],
  ['trace_uprobe_session', '6.13'],
])('attach type %s came with Linux %s', (name, first) => {
  expect(since.attachType(name)).toBe(first);
});

test.each<[HelperName, string]>([
  ['map_delete_elem', '3.19'],
  ['l4_csum_replace', '4.1'],
  ['skb_pull_data', '4.9'],
  ['xdp_adjust_head', '4.10'],
  ['fib_lookup', '4.18'],
  ['map_peek_elem', '4.20'],
  ['sk_storage_delete', '5.2'],
  ['probe_read_kernel_str', '5.5'],
  ['ringbuf_query', '5.8'],
  ['redirect_peer', '5.10'],
  ['snprintf', '5.13'],
  ['loop', '5.17'],
  ['dynptr_data', '5.19'],
  ['user_ringbuf_drain', '6.1'],
  ['cgrp_storage_delete', '6.2'],
])('helper %s came with Linux %s', (name, first) => {
  expect(since.helper(name)).toBe(first);
});

test('program types, map types and features', () => {
  expect(since.programType('netfilter' satisfies ProgramType)).toBe('6.4');
  expect(since.mapType('arena' satisfies MapType)).toBe('6.9');
  expect(since.feature('sched_ext')).toBe('6.12');
});

test.each([
  ['6.1.0-50-cloud-amd64', '6.6', true],
  ['6.12-rc1', '6.12', false],
  ['6.1', '6.1', false],
  ['7.0.1', '6.18', false],
  ['5.19', '6.0', true],
])('%s is older than %s: %s', (running, first, older) => {
  expect(isOlder(running, first)).toBe(older);
});

test('the reason of a kernel that is too old', () => {
  expect(tooOldReason('6.1.0-50-cloud-amd64', '6.6')).toBe('needs Linux 6.6; this is 6.1');
  expect(tooOldReason('6.6.1', '6.6')).toBeUndefined();
  expect(tooOldReason('6.1', undefined)).toBeUndefined();
});

test('every attach type belongs to a program type', () => {
  expect(keys(attachTypes).filter((name) => attachProgramType(name) === 'unspec')).toEqual([]);
  expect(attachProgramType('cgroup_udp6_recvmsg')).toBe('cgroup_sock_addr');
});
