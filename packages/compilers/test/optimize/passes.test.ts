import { describe, expect, test } from 'vitest';
import {
  type DataType,
  FunctionBuilder,
  IrFunction,
  type MapDeclaration,
  printFunction,
  type Type,
  validateFunction,
} from '../../src/ir/index.ts';
import { optimizeFunction } from '../../src/optimize/index.ts';

const int: DataType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' };
const map: MapDeclaration = { name: 'm', type: 'hash', keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 };
const reads = { reads: true, writes: false, packet: false };
const writes = { reads: true, writes: true, packet: false };

/** What is left of a function with these parameters, as text without its head. */
function optimized(parameters: Type[], body: (build: FunctionBuilder) => void): string {
  const build = new FunctionBuilder(
    new IrFunction({
      name: 'f',
      section: 'xdp',
      linkage: 'global',
      parameters: parameters.map((type, index) => ({ name: `p${index}`, type, declared: int })),
      result: { type: 'i64', declared: int },
    }),
  );
  body(build);
  const target = build.finish();
  optimizeFunction(target);
  expect(validateFunction(target)).toEqual([]);
  return printFunction(target);
}

/** How often a piece of text occurs. */
function count(text: string, piece: string): number {
  return text.split(piece).length - 1;
}

describe('control flow', () => {
  test('a value that was found is not asked for again behind the insertion of a missing one', () => {
    const text = optimized(['stack'], (build) => {
      const value = { name: 'value', type: 'map_value' as const };
      const [missing, entry, found, none] = ['missing', 'entry', 'found', 'none'].map((name) => build.block(name)) as [
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
      ];
      const key = build.parameter(0);
      const lookUp = () => build.helper('map_lookup_elem', [build.map(map), key], reads, 'map_value');
      build.write(value, lookUp());
      const equal = { kind: 'compare', operator: 'eq', width: 64 } as const;
      build.branch(equal, build.read(value), build.constant(0), missing, entry);
      build.seal(missing);
      build.enter(missing);
      build.helper('map_update_elem', [build.map(map), key, key, build.constant(1)], writes);
      build.write(value, lookUp());
      build.jump(entry);
      build.seal(entry);
      build.enter(entry);
      build.branch(equal, build.read(value), build.constant(0), none, found);
      build.seal(found);
      build.enter(found);
      build.store(build.read(value), 8, 0, build.constant(7));
      build.return(build.constant(1));
      build.enter(none);
      build.return(build.constant(0));
    });
    expect(count(text, 'branch')).toBe(2);
    expect(text).toMatch(/branch eq64 %\d+, 0, missing\.\d+, found\.\d+/);
  });

  test('two checks of one packet are one', () => {
    const text = optimized(['packet', 'packet_end'], (build) => {
      const [first, second, short] = [build.block('first'), build.block('second'), build.block('short')];
      const [packet, end] = [build.parameter(0), build.parameter(1)];
      build.branch({ kind: 'packet', size: 14 }, packet, end, first, short);
      build.seal(first);
      build.enter(first);
      build.branch({ kind: 'packet', size: 34 }, packet, end, second, short);
      build.seal(second);
      build.enter(second);
      build.return(build.load(packet, 1, 33));
      build.enter(short);
      build.return(build.constant(0));
    });
    expect(count(text, 'branch packet')).toBe(1);
    expect(text).toContain('+ 34 <=');
  });

  test('a check behind a wider one is gone', () => {
    const text = optimized(['packet', 'packet_end'], (build) => {
      const [first, second, short, other] = ['first', 'second', 'short', 'other'].map((name) => build.block(name)) as [
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
        ReturnType<typeof build.block>,
      ];
      const [packet, end] = [build.parameter(0), build.parameter(1)];
      build.branch({ kind: 'packet', size: 34 }, packet, end, first, short);
      build.seal(first);
      build.enter(first);
      build.store(packet, 1, 0, build.constant(1));
      build.branch({ kind: 'packet', size: 14 }, packet, end, second, other);
      build.enter(second);
      build.return(build.constant(2));
      build.enter(other);
      build.return(build.constant(3));
      build.enter(short);
      build.return(build.constant(0));
    });
    expect(count(text, 'branch packet')).toBe(1);
    expect(text).not.toContain('return 3');
  });
});

describe('memory', () => {
  test('neighbouring constants are one store, and what is overwritten is not written', () => {
    const text = optimized(['packet'], (build) => {
      const packet = build.parameter(0);
      build.zero(packet, 0, 8);
      for (const [offset, byte] of [0x11, 0x22, 0x33, 0x44].entries()) {
        build.store(packet, 1, offset, build.constant(byte));
      }
      build.return(build.constant(0));
    });
    expect(text).toContain(`store u64 %0, ${0x44332211}`);
    expect(count(text, 'store')).toBe(1);
  });

  test('what was stored is not loaded', () => {
    const text = optimized(['packet', 'map_value'], (build) => {
      const [packet, value] = [build.parameter(0), build.parameter(1)];
      const loaded = build.load(value, 4, 0);
      build.store(packet, 4, 0, loaded);
      build.return(build.binary('add', build.load(packet, 4, 0), build.load(value, 4, 0)));
    });
    expect(count(text, 'load')).toBe(1);
  });

  test('but is where another pointer may have written', () => {
    const text = optimized(['map_value', 'map_value'], (build) => {
      const [first, second] = [build.parameter(0), build.parameter(1)];
      const before = build.load(first, 4, 0);
      build.store(second, 4, 0, build.constant(1));
      build.return(build.binary('add', before, build.load(first, 4, 0)));
    });
    expect(count(text, 'load')).toBe(2);
  });
});

describe('integers', () => {
  test('a constant is compared in network order', () => {
    const text = optimized(['packet'], (build) => {
      const [yes, no] = [build.block('yes'), build.block('no')];
      const port = build.byteSwap(build.load(build.parameter(0), 2, 0), 16);
      build.branch({ kind: 'compare', operator: 'eq', width: 64 }, port, build.constant(443), yes, no);
      build.enter(yes);
      build.return(build.constant(1));
      build.enter(no);
      build.return(build.constant(0));
    });
    expect(text).not.toContain('swap');
    expect(text).toContain(`, ${0xbb01}`);
  });

  test('but not where fewer bits are compared than are reversed', () => {
    const text = optimized(['packet'], (build) => {
      const [yes, no] = [build.block('yes'), build.block('no')];
      const reversed = build.byteSwap(build.load(build.parameter(0), 8, 0), 64);
      build.branch({ kind: 'compare', operator: 'ne', width: 32 }, reversed, build.constant(0), yes, no);
      build.enter(yes);
      build.return(build.constant(1));
      build.enter(no);
      build.return(build.constant(0));
    });
    expect(text).toContain('swap');
  });

  test('u32(a ^ b) needs no extension', () => {
    const text = optimized(['packet'], (build) => {
      const [a, b] = [build.load(build.parameter(0), 4, 0), build.load(build.parameter(0), 4, 4)];
      const bits = build.extend(build.binary('xor', a, b, 32), 32, true);
      build.return(build.extend(bits, 32, false));
    });
    expect(text).not.toMatch(/sext|zext|extend/);
  });

  test('a remainder that the verifier does not follow is bounded before it is an offset', () => {
    const text = optimized(['map_value', 'packet'], (build) => {
      const index = build.binary('umod', build.load(build.parameter(1), 4, 0), build.constant(100));
      build.return(build.load(build.pointerAdd(build.parameter(0), index), 1, 0));
    });
    expect(text).toMatch(/branch u?gt64 %\d+, 99/);
  });

  test('so is a shift by an amount that is not known', () => {
    const text = optimized(['map_value', 'packet'], (build) => {
      const amount = build.binary('and', build.load(build.parameter(1), 4, 0), build.constant(31));
      const index = build.binary('lshr', build.constant(3), amount, 32);
      build.return(build.load(build.pointerAdd(build.parameter(0), index), 1, 0));
    });
    expect(text).toMatch(/and64 %\d+, 3/);
  });
});
