import { existsSync, readFileSync } from 'node:fs';
import { Btf } from '../packages/core/src/btf/reader.ts';
import type { Bench, Figure } from './figure.ts';

const VMLINUX = '/sys/kernel/btf/vmlinux';

/** Milliseconds of one action, run once: what the first use in a process costs. */
function once(action: () => void): number {
  const from = performance.now();
  action();
  return performance.now() - from;
}

/** The BTF of the running kernel: the first name found, counted from having its bytes, in a process that is cold. */
export const bench: Bench = {
  name: 'btf',
  async run(): Promise<Figure[]> {
    if (!existsSync(VMLINUX)) throw new Error(`${VMLINUX} is not there: this needs a kernel with BTF`);
    const bytes = readFileSync(VMLINUX);
    const first = once(() => Btf.parse(bytes).findByName('task_struct', 'struct'));
    const all = once(() => {
      const btf = Btf.parse(bytes);
      for (let id = 1; id < btf.count; id += 1) btf.type(id);
    });
    return [
      { group: 'vmlinux', figure: 'first name', ours: first, unit: 'ms', target: '<= 20 ms', met: first <= 20 },
      { group: 'vmlinux', figure: 'all types decoded', ours: all, unit: 'ms' },
    ];
  },
};
