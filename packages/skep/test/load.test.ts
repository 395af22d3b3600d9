import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { load, packet, SkepError, vm } from '../src/index.ts';
import { root } from './support/cli.ts';

const firewall = join(root, 'examples/firewall/firewall.s');
const several = join(root, 'packages/skep/test/programs/several.s');

describe('load', () => {
  test('a program by path: maps, programs, verdicts', async () => {
    await using fw = await load(firewall);
    fw.maps.blocked?.set('10.0.0.0/8', 1);
    const from = (src: string) => packet().eth().ipv4({ src }).tcp();
    expect(fw.programs.firewall?.run(from('10.1.2.3')).verdict).toBe('XDP_DROP');
    expect(fw.programs.firewall?.run(from('11.1.2.3')).verdict).toBe('XDP_PASS');
    expect(fw.maps.counters?.get('10.1.2.3')).toMatchObject({ packets: 1n });
  });

  test('a program by URL, on a host that outlives it', async () => {
    const host = vm({ cpus: 3 });
    for (const source of [pathToFileURL(several), pathToFileURL(several).href]) {
      await using collection = await load(source, { host, config: { limit: 1 } });
      expect(collection.programs.count?.run(packet().eth().ipv4().udp()).verdict).toBe('XDP_PASS');
      expect(collection.programs.count?.run(packet().eth().ipv4().udp()).verdict).toBe('XDP_DROP');
      expect(collection.globals.seen?.get()).toBe(2);
      expect(collection.maps.counts?.get(1)).toEqual([2n, 0n, 0n]);
    }
    host.dispose();
  });

  test('some programs of a file', async () => {
    await using collection = await load(several, { programs: ['pass'] });
    expect(Object.keys(collection.programs)).toEqual(['pass']);
  });

  test.each([
    ['a missing file', 'no.o', 'SKEP_NO_FILE'],
    ['a file that is no program', join(root, 'package.json'), 'SKEP_BAD_OBJECT'],
  ])('%s is a SkepError', async (_, source, code) => {
    await expect(load(source)).rejects.toThrow(expect.objectContaining({ code }));
    await expect(load(source)).rejects.toBeInstanceOf(SkepError);
  });
});
