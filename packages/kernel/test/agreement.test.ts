import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../core/src/host/index.ts';
import { readCollection } from '../../core/src/object/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';
import { compareHosts } from './agreement/compare.ts';
import { packetPrograms, Workshop } from './xlated/build.ts';

/** One of each kind; the long tier takes all, over more packets. */
const chosen = [
  'cgroup-bytes',
  'cgroup-ports',
  'socket-parse',
  'tc-rewrite',
  'tc-vlan',
  'xdp-ipip',
  'xdp-queue',
  'xdp-ring-buffer',
  'xdp-tail-calls',
];

needsBpf('clang-19').describe('VM and kernel agree over random packets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-agreement-'));
  const workshop = new Workshop(folder);
  let host: Host;
  beforeAll(() => {
    host = kernel();
  });
  afterAll(() => {
    host.dispose();
    rmSync(folder, { recursive: true });
  });

  test.each(chosen)('%s: verdicts, packets, records and maps', (name) => {
    const file = workshop.compile(packetPrograms, name, { tool: 'clang-19', cpu: 3 });
    expect(file).toBeDefined();
    const spec = readCollection(workshop.read(file ?? ''), { file: name });
    const result = compareHosts(spec, host, { seed: 7, packets: 200 });
    expect(result).toEqual({ packets: 200, difference: undefined });
  });
});
