import { ArrayMap, atomic, u64, XDP, xdp } from 'skep/bpf';
import { describe } from 'vitest';
import { describeHostCases } from '../../../core/test/host/cases/index.ts';
import { PlainHost } from '../../src/index.ts';

const counts = new ArrayMap(u64, { maxEntries: 1 });
const shared = new ArrayMap(u64, { maxEntries: 3 });

/** Adds 1 to the first value of a map. */
const counting = (map: typeof counts) =>
  xdp((): XDP => {
    const first = map.ref(0);
    if (first) atomic.add(first, 'value', 1n);
    return XDP.PASS;
  });

/** The programs that the cases load beside their maps, by the names that they have there. */
const module = { counts, shared, idle: xdp((): XDP => XDP.PASS), count: counting(counts), add: counting(shared) };

// The suites `programs` and `variables` are about the code of objects, which plain TypeScript does not run; its own tests
// compare it with the VM over programs in TypeScript.
describe.each([1, 4])('host plain with %d CPUs', (cpus) => {
  describeHostCases(() => PlainHost.of(module, { cpus }), ['maps', 'tables', 'pins']);
});
