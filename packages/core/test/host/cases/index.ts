import { describe, test } from 'vitest';
import type { Host } from '../../../src/host/index.ts';
import type { HostCase } from './case.ts';
import { globalCases } from './global-cases.ts';
import { mapCases } from './map-cases.ts';
import { pinCases } from './pin-cases.ts';
import { programCases } from './program-cases.ts';
import { tableCases } from './table-cases.ts';

const suites: readonly (readonly [string, readonly HostCase[]])[] = [
  ['maps', mapCases],
  ['tables', tableCases],
  ['pins', pinCases],
  ['programs', programCases],
  ['variables', globalCases],
];

/**
 * Defines the tests that every implementation of the host port must pass, each on a host of its own. A host that does not
 * run the code of objects names the suites that need none.
 */
export function describeHostCases(make: () => Host, chosen: readonly string[] = suites.map(([name]) => name)): void {
  describe.each(suites.filter(([name]) => chosen.includes(name)))('%s', (_, cases) => {
    test.each(cases)('$name', async ({ run }) => {
      const host = make();
      try {
        await run(host);
      } finally {
        host.dispose();
      }
    });
  });
}
