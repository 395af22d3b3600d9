import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCollection, vm } from '../../src/host/index.ts';
import { readCaptureSync, toEthernet } from '../../src/net/index.ts';
import { assembleElf } from '../../src/object/assembly/index.ts';
import { type CollectionSpec, collectionFromElf, readCollection } from '../../src/object/index.ts';
import { needs } from '../support/needs.ts';
import { type Build, compileAll, compilers, root, sources } from './compile.ts';

/** The example firewall means the same in assembly and in C, whoever compiled it. */
const captures = ['web.pcap', 'cooked.pcap', 'mixed.pcapng'];
const blocked = { '10.10.0.66/32': 1, '10.10.0.128/25': 1, '10.10.0.131/32': 0 };

/** Verdicts in the order of the packets, and the counters by address. */
function outcome(spec: CollectionSpec) {
  const collection = loadCollection(spec, vm(), { ownsHost: true });
  try {
    for (const [prefix, action] of Object.entries(blocked)) collection.maps.blocked?.set(prefix, action);
    const verdicts = captures.flatMap((name) => {
      const packets = readCaptureSync(readFileSync(join(root, 'examples/captures', name)));
      return Array.from(
        packets,
        ({ linkType, data }) => collection.programs.firewall?.run(toEthernet(linkType, data)).verdict,
      );
    });
    const counters = [...(collection.maps.counters ?? [])].sort(([one], [other]) =>
      String(one) < String(other) ? -1 : 1,
    );
    return { verdicts, counters };
  } finally {
    collection.dispose();
  }
}

const assembly = readFileSync(join(root, 'examples/firewall/firewall.s'), 'utf8');
const expected = outcome(collectionFromElf(assembleElf(assembly)));

test('the firewall in assembly drops what the blocklist names and counts the rest', () => {
  expect(expected.verdicts.filter((verdict) => verdict === 'XDP_DROP').length).toBeGreaterThan(80);
  expect(expected.counters.length).toBeGreaterThan(8);
});

const tools = needs(...compilers.map(({ tool }) => tool));
tools.describe('the firewall in C gives the same', () => {
  let folder = '';
  let builds: Build[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skep-firewall-'));
    const firewall = sources.filter(({ name }) => name === 'firewall');
    builds = await compileAll(folder, compilers, firewall);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(compilers)('by $tool for v$cpu', ({ tool }) => {
    const build = builds.find(({ compiler }) => compiler.tool === tool);
    expect(outcome(readCollection(build?.bytes ?? new Uint8Array()))).toEqual(expected);
  });
});
