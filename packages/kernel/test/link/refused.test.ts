import { release } from 'node:os';
import { arch, pid } from 'node:process';
import { expect, test } from 'vitest';
import { SkepError } from '../../../core/src/base/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { call } from './support/calls.ts';
import { Counter } from './support/counter.ts';
import { noteAttached, noteRefused, refusalOf } from './support/matrix.ts';

const symbol = arch === 'x64' ? '__x64_sys_getpgid' : '__arm64_sys_getpgid';
const kinds: ReadonlySet<string> = new Set(['SKEP_NOT_SUPPORTED', 'SKEP_NOT_PERMITTED', 'SKEP_REJECTED']);

const getpgid = (count: number) => {
  for (let made = 0; made < count; made++) call('getpgid', pid);
};

/**
 * Program types that kernels of virtual machines often cannot attach: what attaches must count exactly, what does not
 * must say why.
 */
needsBpf().describe(`programs that not every kernel attaches, Linux ${release()}`, () => {
  test.for([
    { section: `kprobe/${symbol}`, type: 'kprobe' },
    { section: `kretprobe/${symbol}`, type: 'kprobe' },
    { section: 'ksyscall/getpgid', type: 'kprobe' },
    { section: `kprobe.multi/${symbol}`, type: 'kprobe' },
    { section: `kretprobe.multi/${symbol}`, type: 'kprobe' },
    { section: `kprobe.session/${symbol}`, type: 'kprobe', perCall: 2 },
    { section: `fentry/${symbol}`, type: 'tracing' },
    { section: `fexit/${symbol}`, type: 'tracing' },
    { section: `fmod_ret/${symbol}`, type: 'tracing' },
    { section: 'lsm/task_getpgid', type: 'lsm' },
  ])('$section counts exactly, or says why not', ({ section, type, perCall = 1 }, { task }) => {
    const name = section.split('/')[0] ?? section;
    try {
      using counter = new Counter({ section, pid });
      const link = counter.attach();
      noteAttached(task, name, counter, link);
      getpgid(3);
      expect(counter.total).toBe(3 * perCall);
      link[Symbol.dispose]();
      getpgid(3);
      expect(counter.total).toBe(3 * perCall);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      expect(kinds).toContain(error.code);
      expect(error.reason).toBeTruthy();
      noteRefused(task, name, type, refusalOf(error));
    }
  });
});
