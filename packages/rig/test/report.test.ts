import { expect, test } from 'vitest';
import type { Row, RowState } from '../src/console.ts';
import { countRows, type KernelReport } from '../src/matrix.ts';
import { dependenciesOf } from '../src/modules.ts';
import { formatMatrix } from '../src/report.ts';
import { lacking, tooOldByError } from '../src/since.ts';

const row = (name: string, state: RowState, note?: string): Row => ({
  type: 'row',
  group: 'maps',
  name,
  state,
  ...(note === undefined ? {} : { note }),
});

const old: KernelReport = {
  name: 'bookworm',
  version: '6.1.1-1',
  release: '6.1.0-1',
  rows: [row('hash', 'passed'), row('arena', 'no', 'EINVAL')],
  problems: [],
  seconds: 9,
  bootSeconds: 4.25,
};
const broken: KernelReport = {
  name: 'sid',
  version: '7.0-1',
  release: '',
  rows: [row('hash', 'failed', 'expected 1\nto be 2')],
  problems: ['stopped after 60 s', 'Kernel panic'],
  seconds: 60,
};

test('the matrix has a line for each row and a column for each kernel, then what failed', () => {
  expect(formatMatrix([old, broken])).toBe(`          6.1.0-1  sid

maps
  hash    ok       FAILED
  arena   -

sid: maps > hash
    expected 1
    to be 2
sid: stopped after 60 s
    Kernel panic

bookworm: Linux 6.1.0-1 (6.1.1-1): 1 passed, 0 failed; 0 of 1 features; 9.0 s, 4.3 s of it to boot
sid: Linux  (7.0-1): 0 passed, 2 failed; 0 of 0 features; 60.0 s`);
});

test('a run that did not come to its end counts as a failure', () => {
  expect(countRows({ ...old, problems: ['the guest did not come to its end'] })).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

test.each([
  ['', []],
  ['libcrc32c,nfnetlink', ['libcrc32c', 'nfnetlink']],
])('a module that depends on "%s"', (list, names) => {
  const info = new TextEncoder().encode(`license=GPL\0depends=${list}\0name=x\0`);
  expect(dependenciesOf(info)).toEqual(names);
});

test.each([
  ['kprobe.multi/do_exit counts exactly', 'trace_kprobe_multi'],
  ['cgroup/connect_unix counts exactly', 'cgroup_unix_connect'],
  ['sk_msg counts exactly', 'sk_msg_verdict'],
  ['kprobe/do_exit counts exactly', 'kprobe'],
  ['a killed process leaves no link', undefined],
  ['xdp_prog is a name of before libbpf 1.0', undefined],
])('%s: the kernel is asked for %s', (name, feature) => {
  const asked: string[] = [];
  const answer = (supported: boolean) =>
    lacking(name, (feature) => {
      asked.push(feature.name);
      return supported ? { supported } : { supported, reason: 'needs Linux 6.6; this is 6.1' };
    });
  expect(answer(true)).toBeUndefined();
  expect(answer(false)).toBe(feature === undefined ? undefined : 'needs Linux 6.6; this is 6.1');
  expect(new Set(asked)).toEqual(new Set(feature === undefined ? [] : [feature]));
});

test('an error that names the first kernel is believed only on an older one', () => {
  const error = Object.assign(new Error('cannot attach'), { reason: 'tcx needs Linux 6.6; this is 6.1' });
  expect(tooOldByError(error, '6.1.0')).toBe(error.reason);
  expect(tooOldByError(error, '6.12.0')).toBeUndefined();
  expect(tooOldByError(new Error('other'), '6.1.0')).toBeUndefined();
});
