import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import type { Host } from '../../core/src/host/index.ts';
import type { MapSpec } from '../../core/src/object/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { kernel } from '../src/index.ts';

const shape: MapSpec = {
  ...{ name: 'short', type: 'array', keySize: 4, valueSize: 8, maxEntries: 1, flags: 0, mapExtra: 0n },
  ...{ pinning: 'none', contents: [], frozen: false, origin: 'maps', section: '' },
};

/** Makes a map and lets go of it. */
function made(host: Host): WeakRef<object> {
  const map = host.createMap(shape);
  map.dispose();
  return new WeakRef(map);
}

needsBpf().test('a host does not hold what was disposed of', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const host = kernel();
  const references = Array.from({ length: 4 }, () => made(host));
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(references.filter((one) => one.deref() !== undefined)).toHaveLength(0);
  host.dispose();
});
