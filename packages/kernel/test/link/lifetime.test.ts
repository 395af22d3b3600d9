import { execFileSync } from 'node:child_process';
import { existsSync, unlinkSync } from 'node:fs';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SkepError } from '../../../core/src/base/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { mountedBpfFileSystem } from './support/bpf-file-system.ts';
import { Counter } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { attachAndKill } from './support/killed.ts';
import { Namespace } from './support/namespace.ts';
import { hasSince } from './support/since.ts';

/** `attached`, or the code of the refusal. */
function attempt(attach: () => unknown): string {
  try {
    attach();
    return 'attached';
  } catch (error) {
    return error instanceof SkepError ? error.code : String(error);
  }
}

const pass = { section: 'xdp', result: 2 };
const bpffs = mountedBpfFileSystem();

needsBpf('ip').describe('how long attachments last', () => {
  let net: Namespace;
  beforeAll(() => {
    net = new Namespace();
  });
  afterAll(() => net[Symbol.dispose]());

  test('a second program at a device is refused, and told what is there', () => {
    using first = new Counter(pass);
    using second = new Counter(pass);
    const link = first.attach({ device: 'right' });
    const error = errorOf(() => second.attach({ device: 'right' }));
    expect(error).toMatchObject({ code: 'SKEP_BUSY', errno: 'EBUSY' });
    expect(error.reason).toMatch(/^program count \(id \d+\) is attached there/);
    expect(error.message).toBe('cannot attach program count to device right');
    link[Symbol.dispose]();
    using _second = second.attach({ device: 'right' });
  });

  test('the same program twice at tcx, and a taken netfilter priority', () => {
    using tc = new Counter({ section: 'tc' });
    if (hasSince('6.6')) {
      using _tc = tc.attach({ device: 'right' });
      expect(errorOf(() => tc.attach({ device: 'right' })).code).toBe('SKEP_BUSY');
    }
    if (!hasSince('6.4')) return;
    using filter = new Counter({ section: 'netfilter', result: 1 });
    const target = { family: 'ipv4', hook: 'output', priority: 5 } as const;
    using _filter = filter.attach(target);
    expect(errorOf(() => filter.attach(target)).code).toBe('SKEP_BUSY');
  });

  test('filters of clsact come and go by themselves; the qdisc goes with the last', () => {
    using tc = new Counter({ section: 'tc' });
    const qdisc = () => execFileSync('tc', ['qdisc', 'show', 'dev', 'right'], { encoding: 'utf8' });
    const first = tc.attach({ device: 'right', priority: 1 });
    const second = tc.attach({ device: 'right', priority: 2, direction: 'egress' });
    expect(qdisc()).toContain('clsact');
    net.sendFrames(2);
    expect(tc.total).toBe(2);
    second[Symbol.dispose]();
    expect(qdisc()).toContain('clsact');
    first[Symbol.dispose]();
    expect(qdisc()).not.toContain('clsact');
  });

  test('a device that does not exist is told with one that is near', () => {
    using xdp = new Counter(pass);
    expect(errorOf(() => xdp.attach({ device: 'rihgt' }))).toMatchObject({
      code: 'SKEP_NO_SUCH_NAME',
      reason: expect.stringMatching(/lo.*left|left.*lo/),
      remedy: "did you mean 'right'?",
    });
    expect(errorOf(() => xdp.attach({ device: 'a name much too long' })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => xdp.attach({ device: '' })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => xdp.attach({ device: 4000 })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => xdp.attach({ device: -1 })).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => xdp.attach()).code).toBe('SKEP_USAGE');
  });

  test('the end of a collection detaches', () => {
    const counter = new Counter(pass);
    counter.attach({ device: 'right' });
    counter[Symbol.dispose]();
    using next = new Counter(pass);
    using _link = next.attach({ device: 'right' });
  });

  test('a killed process leaves nothing attached', async () => {
    using counter = new Counter(pass);
    await attachAndKill(pass, { device: 'right' }, (_process, link) => {
      expect(link).toBeGreaterThan(0);
      expect(errorOf(() => counter.attach({ device: 'right' })).code).toBe('SKEP_BUSY');
    });
    using _link = counter.attach({ device: 'right' });
  });

  needsBpf('ip', ...(bpffs === undefined ? ['bpffs'] : [])).test(
    'a pinned link stays until its file is removed',
    async () => {
      const path = `${bpffs}/skep-test-${pid}`;
      try {
        const counter = new Counter(pass);
        counter.attach({ device: 'right' }).pin(path);
        counter[Symbol.dispose]();
        using next = new Counter(pass);
        expect(errorOf(() => next.attach({ device: 'right' })).code).toBe('SKEP_BUSY');
        unlinkSync(path);
        // The kernel frees the file a little later (RCU).
        await expect.poll(() => attempt(() => next.attach({ device: 'right' })), { interval: 1 }).toBe('attached');
      } finally {
        if (existsSync(path)) unlinkSync(path);
      }
    },
  );
});
