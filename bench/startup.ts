import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type Bench, type Figure, median } from './figure.ts';

const root = resolve(import.meta.dirname, '..');
const bin = 'packages/skep/dist/bin.js';
const ROUNDS = 15;

/** Milliseconds from the start of a process to its end, the median of some rounds. */
function milliseconds(args: readonly string[]): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with status ${status}: ${stderr}`);
    return performance.now() - from;
  });
  return median(times);
}

function figure(name: string, args: readonly string[], target: number, peer: number): Figure {
  const ours = milliseconds(args);
  return {
    group: 'start-up',
    figure: name,
    ours,
    peer,
    peerName: 'node -e 0',
    unit: 'ms',
    ratio: peer / ours,
    target: `< ${target} ms`,
    met: ours < target,
  };
}

/** How long the command line takes to start, beside Node itself doing nothing. Needs `npm run build` before. */
export const bench: Bench = {
  name: 'startup',
  async run() {
    const nothing = milliseconds(['-e', '0']);
    const web = 'examples/captures/web.pcap';
    const runArgs = [bin, 'run', 'examples/firewall/firewall.s', '--pcap', web, '--json'];
    return [
      figure('skep --help', [bin, '--help'], 150, nothing),
      figure('skep run, bundled capture', runArgs, 500, nothing),
    ];
  },
};
