import { describe, expect, test } from 'vitest';
import {
  type DataType,
  FunctionBuilder,
  IrFunction,
  type MapDeclaration,
  printFunction,
  validateFunction,
} from '../../src/ir/index.ts';
import { optimizeFunction } from '../../src/optimize/index.ts';

const int: DataType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' };
const map: MapDeclaration = { name: 'm', type: 'hash', keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 };
const reads = { reads: true, writes: false, packet: false };
const writes = { reads: true, writes: true, packet: false };

type Build = FunctionBuilder;

/** What is left of a function of a packet pointer. */
function optimized(body: (build: Build) => void): { text: string; slots: number } {
  const build = new FunctionBuilder(
    new IrFunction({
      name: 'f',
      section: 'xdp',
      linkage: 'global',
      parameters: [{ name: 'packet', type: 'packet', declared: int }],
      result: { type: 'i64', declared: int },
    }),
  );
  body(build);
  const target = build.finish();
  optimizeFunction(target);
  expect(validateFunction(target)).toEqual([]);
  return { text: printFunction(target), slots: target.slots.length };
}

function lookUp(build: Build, key: ReturnType<Build['constant']>): ReturnType<Build['constant']> {
  const slot = build.slotAddress(build.slot('key', 4, 4));
  build.store(slot, 4, 0, key);
  return build.helper('map_lookup_elem', [build.map(map), slot], writes, 'map_value');
}

function stores(text: string): number {
  return text.split('store').length - 1;
}

describe('slots', () => {
  test('keys of calls behind each other share a slot', () => {
    const { text, slots } = optimized((build) => {
      lookUp(build, build.load(build.parameter(0), 4, 0));
      lookUp(build, build.load(build.parameter(0), 4, 4));
      build.return(build.constant(0));
    });
    expect(slots).toBe(1);
    expect(stores(text)).toBe(2);
  });

  test('and a key that is there already is not stored again', () => {
    const { text, slots } = optimized((build) => {
      const key = build.load(build.parameter(0), 4, 0);
      lookUp(build, key);
      lookUp(build, build.constant(7));
      lookUp(build, key);
      lookUp(build, build.constant(7));
      build.return(build.constant(0));
    });
    expect(slots).toBeLessThanOrEqual(2);
    expect(stores(text)).toBeLessThanOrEqual(3);
  });

  test('unless the call between may have written it', () => {
    const { text } = optimized((build) => {
      const slot = build.slotAddress(build.slot('buffer', 8, 8));
      build.store(slot, 8, 0, build.constant(1));
      build.helper('skb_load_bytes', [build.parameter(0), build.constant(0), slot, build.constant(8)], writes);
      build.store(slot, 8, 0, build.constant(1));
      build.helper('map_lookup_elem', [build.map(map), slot], reads, 'map_value');
      build.return(build.constant(0));
    });
    expect(stores(text)).toBe(2);
  });

  test('slots of one call stay apart', () => {
    const { slots } = optimized((build) => {
      const [key, value] = [build.slot('key', 4, 4), build.slot('value', 4, 4)].map((slot) => build.slotAddress(slot));
      if (key === undefined || value === undefined) return;
      build.store(key, 4, 0, build.constant(1));
      build.store(value, 4, 0, build.constant(2));
      build.helper('map_update_elem', [build.map(map), key, value, build.constant(0)], writes);
      build.return(build.constant(0));
    });
    expect(slots).toBe(2);
  });

  test('a slot that is read later keeps its place', () => {
    const { slots } = optimized((build) => {
      const kept = build.slotAddress(build.slot('kept', 4, 4));
      build.store(kept, 4, 0, build.load(build.parameter(0), 4, 0));
      build.helper('map_lookup_elem', [build.map(map), kept], writes, 'map_value');
      lookUp(build, build.constant(3));
      build.helper('map_delete_elem', [build.map(map), kept], writes);
      build.return(build.constant(0));
    });
    expect(slots).toBe(2);
  });

  test('an address that is compared or kept does not share', () => {
    const { slots } = optimized((build) => {
      const address = build.slotAddress(build.slot('compared', 4, 4));
      lookUp(build, build.constant(3));
      build.store(address, 4, 0, build.constant(5));
      const record = build.slotAddress(build.slot('record', 8, 8));
      build.store(record, 8, 0, address);
      build.helper('map_lookup_elem', [build.map(map), record], writes, 'map_value');
      build.return(build.constant(0));
    });
    expect(slots).toBe(3);
  });
});
