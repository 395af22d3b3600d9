import { execFileSync } from 'node:child_process';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { type Leftover, leftovers } from '../../src/index.ts';
import { Cgroup } from './support/cgroup.ts';
import { Counter } from './support/counter.ts';
import { attachAndKill } from './support/killed.ts';
import { Namespace } from './support/namespace.ts';

interface Row {
  readonly section: string;
  readonly result: number;
  readonly target: () => AttachTarget;
  readonly kind: Leftover['kind'];
  readonly place: RegExp;
}

needsBpf('ip', 'tc').describe('what a killed process leaves', () => {
  let net: Namespace;
  let cgroup: Cgroup;
  beforeAll(() => {
    net = new Namespace();
    cgroup = new Cgroup();
  });
  afterAll(() => {
    net[Symbol.dispose]();
    cgroup[Symbol.dispose]();
  });

  const rows: readonly Row[] = [
    {
      section: 'tc',
      result: 0,
      target: () => ({ device: 'right', priority: 7 }),
      kind: 'clsact',
      place: /^device right, ingress, as a filter of clsact$/,
    },
    {
      section: 'xdp',
      result: 2,
      target: () => ({ device: 'right', replace: true }),
      kind: 'xdp',
      place: /^device right, as its XDP program$/,
    },
    {
      section: 'cgroup/sock_create',
      result: 1,
      target: () => ({ cgroup: cgroup.path, allow: 'none' }),
      kind: 'cgroup',
      place: /^cgroup .*skep-test/,
    },
    {
      section: 'lwt_xmit',
      result: 0,
      target: () => ({ route: '10.77.0.0/24', device: 'left' }),
      kind: 'route',
      place: /^route 10\.77\.0\.0\/24$/,
    },
  ];

  test.for(rows)('a killed process leaves $section: found, and removed', async (row) => {
    let killed = 0;
    const ofKilled = () => leftovers().filter((one) => one.pid === killed);
    await attachAndKill(row, row.target(), (process) => {
      killed = process;
      expect(ofKilled()).toEqual([]);
    });
    const [left, ...more] = ofKilled();
    expect(more).toEqual([]);
    expect(left).toMatchObject({
      kind: row.kind,
      program: 'count',
      pid: killed,
      place: expect.stringMatching(row.place),
    });
    expect(left?.id).toBeGreaterThan(0);
    left?.remove();
    expect(ofKilled()).toEqual([]);
    const device = row.kind === 'route' ? 'left' : 'right';
    expect(execFileSync('ip', ['-d', 'link', 'show', 'dev', 'right'], { encoding: 'utf8' })).not.toContain('prog/xdp');
    expect(execFileSync('tc', ['qdisc', 'show', 'dev', device], { encoding: 'utf8' })).not.toContain('clsact');
    expect(execFileSync('ip', ['route', 'show', 'dev', 'left'], { encoding: 'utf8' })).not.toContain('10.77');
    using counter = new Counter(row);
    using link = counter.attach(row.target());
    expect(link.id).toBe(0);
    expect(leftovers().filter((one) => one.pid === pid)).toEqual([]);
  });
});
