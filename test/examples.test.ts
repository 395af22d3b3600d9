import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Collection, type Host, MapTable, PerCpu, PerCpuTable, vm } from '../packages/core/src/host/index.ts';
import { readCaptureSync, toEthernet } from '../packages/core/src/net/index.ts';
import { needsBpf } from '../packages/core/test/support/needs.ts';
import { kernel } from '../packages/kernel/src/index.ts';
import { load, plain } from '../packages/skep/src/index.ts';
import { type ExampleCase, exampleCases, exampleNames } from './long/support/example-cases.ts';

/**
 * Each example over the bundled capture: as plain TypeScript, in the VM and in the kernel it leaves what stands beside
 * it in `web.txt`.
 */
const root = join(import.meta.dirname, '..');
const packets = Array.from(readCaptureSync(readFileSync(join(root, 'examples/captures/web.pcap'))), (one) =>
  toEthernet(one.linkType, one.data),
);

/** What the programs are told before the packets come. */
const settings: Record<string, (maps: Collection['maps']) => void> = {
  balancer({ vips, backends, maglev }) {
    vips?.set(0, { ip: '10.10.0.1', port: 80, mac: '02:00:00:00:00:01' });
    backends?.set(0, { ip: '10.9.0.1', mac: '02:00:00:00:09:01', up: 1 });
    for (let slot = 0; slot < 65_537; slot += 64) maglev?.set(slot, 600);
  },
  firewall({ rules }) {
    rules?.set('10.10.0.66/32', { action: 1, hits: 0n });
    rules?.set('10.10.0.128/25', { action: 1, hits: 0n });
    rules?.set('10.10.0.131/32', { action: 2, hits: 0n });
  },
  'ipv6-filter'({ blocked, open }) {
    blocked?.set('fd00::66/128', 1);
    open?.set(80, 1);
    open?.set(53, 1);
  },
  'tc-marker'({ byPort, byDscp }) {
    byPort?.set(53, { mark: 1, priority: 6 });
    byDscp?.set(4, { mark: 2, priority: 4 });
  },
};

/** Verdicts and what is in the maps, as text. */
async function outcome(example: ExampleCase, host: Host): Promise<string> {
  const config = example.config === undefined ? {} : { config: example.config };
  await using collection = await load(join(root, example.source), { host, ...config });
  settings[example.name]?.(collection.maps);
  const verdicts = new Map<string, number>();
  for (const packet of packets) {
    const verdict = collection.programs[example.program]?.run(packet).verdict ?? 'no program';
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  const maps = Object.entries(collection.maps).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...[...verdicts].sort().map(([verdict, count]) => `${verdict} ${count}`),
    ...maps.flatMap(([name, map]) => entriesOf(name, map)),
    '',
  ].join('\n');
}

/** `name key value`; of arrays those that are not zero, and no times. */
function entriesOf(name: string, map: unknown): string[] {
  if (!(map instanceof MapTable || map instanceof PerCpuTable) || name.startsWith('.') || name === 'maglev') return [];
  const lines = [...map].map(([key, value]: readonly [unknown, unknown]) => {
    const total = value instanceof PerCpu ? value.sum() : value;
    return {
      text: `${name} ${textOf(key)} ${textOf(total)}`,
      zero: !/[1-9a-z]/.test(textOf(total).replace(/"\w+"/g, '')),
    };
  });
  return lines
    .filter(({ zero }) => !zero)
    .map(({ text }) => text)
    .sort();
}

function textOf(value: unknown): string {
  const shown = (key: string, part: unknown): unknown =>
    key === 'refilled' || key === 'guard' ? undefined : typeof part === 'bigint' ? Number(part) : part;
  return typeof value === 'object' ? JSON.stringify({ ...value }, shown) : String(value);
}

describe.each(exampleCases.filter(({ name }) => exampleNames.includes(name)))('$name', (example) => {
  const file = join(root, 'examples', example.name, 'web.txt');
  test('in the VM', async () => {
    await expect(await outcome(example, vm())).toMatchFileSnapshot(file);
  });
  test('as plain TypeScript', async () => {
    const host = plain(example.module ?? (() => Promise.resolve({})));
    expect(await outcome(example, host)).toBe(readFileSync(file, 'utf8'));
    host.dispose();
  });
});

needsBpf().describe('in the kernel', () => {
  const host = kernel();
  afterAll(() => host.dispose());
  test.each(exampleCases.filter(({ name }) => exampleNames.includes(name)))('$name', async (example) => {
    expect(await outcome(example, host)).toBe(readFileSync(join(root, 'examples', example.name, 'web.txt'), 'utf8'));
  });
});
