import { describe, test } from 'vitest';
import { type Host, vm } from '../../src/host/index.ts';
import type { HostCase } from './cases/case.ts';
import { globalCases } from './cases/global-cases.ts';
import { mapCases } from './cases/map-cases.ts';
import { programCases } from './cases/program-cases.ts';

/** Every implementation of the host port. */
const hosts: readonly { readonly name: string; make(): Host }[] = [
  { name: 'vm', make: () => vm() },
  { name: 'vm with 4 CPUs', make: () => vm({ cpus: 4 }) },
];

const suites: readonly (readonly [string, readonly HostCase[]])[] = [
  ['maps', mapCases],
  ['programs', programCases],
  ['variables', globalCases],
];

describe.each(hosts)('host $name', ({ make }) => {
  describe.each(suites)('%s', (_, cases) => {
    test.each(cases)('$name', async ({ run }) => {
      const host = make();
      try {
        await run(host);
      } finally {
        host.dispose();
      }
    });
  });
});
