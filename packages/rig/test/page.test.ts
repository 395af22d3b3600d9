import { expect, test } from 'vitest';
import type { Row } from '../src/console.ts';
import type { KernelReport } from '../src/matrix.ts';
import { formatPage } from '../src/page.ts';

const report = (release: string, rows: readonly Row[]): KernelReport => ({
  name: 'sid',
  version: '1',
  release,
  rows,
  problems: [],
  seconds: 1,
});
const attached = (name: string, refusal?: string): Row => ({
  type: 'row',
  group: 'tracing',
  name: `${name} counts`,
  state: 'passed',
  attach: { name, type: 'kprobe', through: 'bpf_link', ...(refusal === undefined ? {} : { refusal }) },
});
const feature = (name: string, state: 'yes' | 'no'): Row => ({ type: 'row', group: 'map types', name, state });

test('a column for each kernel: yes, no with a reason below, - where the kernel does not have it', () => {
  const page = formatPage([
    report('6.1.0-50', [attached('kprobe', 'denied |\nhere'), feature('arena', 'no')]),
    report('7.2.13', [attached('kprobe'), attached('uprobe.session'), feature('arena', 'yes')]),
  ]);
  expect(page).toContain('| Section | Program type | Attached through | 6.1 | 7.2 |\n|---|---|---|---|---|\n');
  expect(page).toContain('| `kprobe` | kprobe | bpf_link | no | yes |\n');
  expect(page).toContain('| `uprobe.session` | kprobe | bpf_link | - | yes |\n');
  expect(page).toContain('\n- `kprobe` on 6.1.0-50: denied \\| here\n');
  expect(page).toContain('| `arena` | 6.9 | - | yes |\n');
  expect(page).not.toContain('unspec');
});
