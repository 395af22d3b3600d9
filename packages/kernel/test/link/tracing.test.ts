import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pid } from 'node:process';
import { beforeAll, expect, test } from 'vitest';
import type { AttachTarget } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { call, numbers } from './support/calls.ts';
import { Counter, type CounterParts } from './support/counter.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttached } from './support/matrix.ts';
import { hasSince, rowsHere } from './support/since.ts';

/** Counts only one system call, whose number is the second argument of `sys_enter`. */
const onlyGetpgid = `  r1 = *(u64 *)(r6 + 8)\n  if r1 != ${numbers.getpgid} goto out\n`;

const getpgid = (count: number) => {
  for (let made = 0; made < count; made++) call('getpgid', 0);
};

interface Row extends CounterParts {
  readonly name: string;
  /** First Linux that has it. */
  readonly since?: string;
  readonly target?: AttachTarget;
  readonly cause?: (count: number) => void;
}

/** The C library of this process, and its function getpgid. */
function library(): { path: string; cause: (count: number) => void } {
  const path = /(\/\S*libc\.so\.6|\/\S*ld-musl\S*)$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[1] ?? '';
  const run = createRequire(import.meta.url)('koffi')
    .load(null)
    .func('getpgid', 'int', ['int']);
  return {
    path,
    cause: (count) => {
      for (let made = 0; made < count; made++) run(0);
    },
  };
}

function rows(): Row[] {
  const { path, cause } = library();
  return [
    { name: 'tracepoint', section: 'tracepoint/syscalls/sys_enter_getpgid' },
    { name: 'tracepoint, named by the option', section: 'tp', target: { tracepoint: 'syscalls/sys_exit_getpgid' } },
    { name: 'raw_tp', section: 'raw_tp/sys_enter', filter: onlyGetpgid },
    { name: 'tp_btf', section: 'tp_btf/sys_enter', filter: onlyGetpgid },
    { name: 'uprobe', section: `uprobe/${path}:getpgid`, target: { pid }, cause },
    { name: 'uretprobe', section: 'uretprobe', target: { path, symbol: 'getpgid', pid }, cause },
    { name: 'uprobe.multi', section: `uprobe.multi/${path}:getpgid`, since: '6.6', target: { pid }, cause },
    {
      name: 'uretprobe.multi',
      section: 'uretprobe.multi',
      since: '6.6',
      target: { path, symbols: ['getpgid'], pid },
      cause,
    },
  ];
}

needsBpf('mount').describe('tracing programs', () => {
  beforeAll(() => {
    if (!existsSync('/sys/kernel/tracing/events')) {
      execFileSync('mount', ['-t', 'tracefs', 'tracefs', '/sys/kernel/tracing']);
    }
  });

  test.for(rowsHere(rows()))('$name counts exactly and no longer after detaching', (row, { task }) => {
    const cause = row.cause ?? getpgid;
    using counter = new Counter({ pid, ...row });
    const link = counter.attach(row.target);
    expect(link.id).toBeGreaterThan(0);
    cause(5);
    expect(counter.total).toBe(5);
    noteAttached(task, row.name, counter, link);
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    cause(3);
    expect(counter.total).toBe(5);
  });

  const sessions = hasSince('6.13') ? ['uprobe.session'] : [];
  test.for(sessions)('%s runs at the entry and at the return', (section, { task }) => {
    const { path, cause } = library();
    using counter = new Counter({ section: `${section}/${path}:getpgid`, pid });
    const link = counter.attach({ pid });
    cause(5);
    expect(counter.total).toBe(10);
    noteAttached(task, section, counter, link);
    link[Symbol.dispose]();
    cause(3);
    expect(counter.total).toBe(10);
  });

  test('raw_tp.w', ({ task }) => {
    using run = new Counter({ section: 'xdp', result: 2 });
    using counter = new Counter({ section: 'raw_tp.w/bpf_test_finish', pid });
    const link = counter.attach();
    run.collection.programs.count?.run(new Uint8Array(64));
    expect(counter.total).toBe(1);
    noteAttached(task, 'raw_tp.w', counter, link);
    link[Symbol.dispose]();
    run.collection.programs.count?.run(new Uint8Array(64));
    expect(counter.total).toBe(1);
  });

  test('perf_event takes samples of this thread', ({ task }) => {
    using counter = new Counter({ section: 'perf_event', pid });
    const link = counter.attach({ event: 'page-faults', period: 1, pid });
    noteAttached(task, 'perf_event, one thread', counter, link);
    touchNewPages();
    const total = counter.total;
    expect(total).toBeGreaterThan(0);
    link[Symbol.dispose]();
    const after = counter.total;
    touchNewPages();
    expect(counter.total).toBe(after);
  });

  test('names that do not exist are told with one that is near', () => {
    using tracepoint = new Counter({ section: 'tracepoint/syscalls/sys_enter_getpgidd' });
    expect(errorOf(() => tracepoint.attach())).toMatchObject({
      code: 'SKEP_NO_SUCH_NAME',
      remedy: "did you mean 'sys_enter_getpgid'?",
    });
    using raw = new Counter({ section: 'raw_tp/no_such_tracepoint' });
    expect(errorOf(() => raw.attach()).code).toBe('SKEP_NO_SUCH_NAME');
    expect(errorOf(() => new Counter({ section: 'tp_btf/no_such_tracepoint' })).code).toBe('SKEP_NO_SUCH_NAME');
    using uprobe = new Counter({ section: `uprobe/${library().path}:getpgidd` });
    expect(errorOf(() => uprobe.attach({ pid }))).toMatchObject({
      code: 'SKEP_NO_SUCH_NAME',
      remedy: "did you mean 'getpgid'?",
    });
  });
});

/** Touches pages that this process never had: a linear memory is always mapped anew, where a buffer may be reused. */
function touchNewPages(): void {
  new Uint8Array(new WebAssembly.Memory({ initial: 64 }).buffer).fill(1);
}
