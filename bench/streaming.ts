import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import type { Bench } from './figure.ts';

const root = resolve(import.meta.dirname, '..');
const PACKETS = 1_000_000;
/** Bytes of the header of a pcap file. */
const HEADER = 24;

/** Reports the peak of its resident memory when it ends. */
const PEAK = `data:text/javascript,process.on('exit',()=>console.error('peak '+process.resourceUsage().maxRSS))`;

/**
 * Runs the example firewall over a million packets, fed through standard input: the bundled capture again and again.
 * Needs `npm run build` before.
 */
export const bench: Bench = {
  name: 'streaming',
  async run() {
    const from = performance.now();
    const args = ['--import', PEAK, 'packages/skep/dist/bin.js', 'run', 'examples/firewall/firewall.s'];
    const child = spawn(process.execPath, [...args, '--pcap', '-', '--json', '--limit', String(PACKETS)], {
      cwd: root,
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    // It stops reading when it has had enough: that is no error.
    pipeline(Readable.from(capture()), child.stdin, () => undefined);
    await once(child, 'close');
    const seconds = (performance.now() - from) / 1000;
    const { packets }: { packets: number } = JSON.parse(output.stdout);
    if (packets !== PACKETS) throw new Error(`${packets} packets instead of ${PACKETS}: ${output.stderr}`);
    const megabytes = Number(/peak (\d+)/.exec(output.stderr)?.[1]) / 1024;
    const group = 'a million packets';
    return [
      { group, figure: 'peak memory', ours: megabytes, unit: 'MB', target: '< 200 MB', met: megabytes < 200 },
      { group, figure: 'packets a second', ours: packets / seconds, unit: '1/s' },
    ];
  },
};

/** The capture's header, then its packets again and again. */
function* capture(): Generator<Uint8Array> {
  const bytes = readFileSync(resolve(root, 'examples/captures/web.pcap'));
  yield bytes.subarray(0, HEADER);
  for (let round = 0; round < PACKETS / 400; round++) yield bytes.subarray(HEADER);
}
