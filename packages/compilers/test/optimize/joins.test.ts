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
const equal = { kind: 'compare', operator: 'eq', width: 64 } as const;
const differs = { kind: 'compare', operator: 'ne', width: 64 } as const;

type Build = FunctionBuilder;
type Block = ReturnType<Build['block']>;

/** What is left of a function of a packet pointer. */
function optimized(body: (build: Build, block: (name: string) => Block) => void): string {
  const build = new FunctionBuilder(
    new IrFunction({
      name: 'f',
      section: 'xdp',
      linkage: 'global',
      parameters: [{ name: 'packet', type: 'packet', declared: int }],
      result: { type: 'i64', declared: int },
    }),
  );
  body(build, (name) => build.block(name));
  const target = build.finish();
  optimizeFunction(target);
  expect(validateFunction(target)).toEqual([]);
  return printFunction(target);
}

function count(text: string, piece: string | RegExp): number {
  return text.split(piece).length - 1;
}

describe('where paths meet', () => {
  test('a flag that says whether a pointer is there is not tested: the paths part at once', () => {
    const text = optimized((build, block) => {
      const flag = { name: 'flag', type: 'i64' as const };
      const pointer = { name: 'pointer', type: 'map_value' as const };
      const [first, second, none, join, used, end] = ['first', 'second', 'none', 'join', 'used', 'end'].map(block);
      if (!first || !second || !none || !join || !used || !end) return;
      const key = build.load(build.parameter(0), 4, 0);
      const slot = build.slotAddress(build.slot('key', 4, 4));
      build.store(slot, 4, 0, key);
      const lookUp = () => build.helper('map_lookup_elem', [build.map(map), slot], reads, 'map_value');
      const found = lookUp();
      build.branch(differs, found, build.constant(0), first, second);
      build.enter(first);
      build.write(flag, build.constant(1));
      build.write(pointer, found);
      build.jump(join);
      build.enter(second);
      const other = lookUp();
      build.write(flag, build.constant(1));
      build.write(pointer, other);
      build.branch(differs, other, build.constant(0), join, none);
      build.enter(none);
      build.write(flag, build.constant(0));
      build.write(pointer, found);
      build.jump(join);
      build.seal(join);
      build.enter(join);
      build.branch(differs, build.read(flag), build.constant(0), used, end);
      build.seal(used);
      build.enter(used);
      build.store(build.read(pointer), 8, 0, build.constant(7));
      build.return(build.constant(1));
      build.enter(end);
      build.return(build.constant(0));
    });
    expect(count(text, 'branch')).toBe(2);
    expect(text).not.toMatch(/phi .*: 1, /);
  });

  test('an equality that was asked above is not asked again', () => {
    const text = optimized((build, block) => {
      const [ip, other, tcp, rest] = ['ip', 'other', 'tcp', 'rest'].map(block);
      if (!ip || !other || !tcp || !rest) return;
      const type = build.load(build.parameter(0), 2, 12);
      build.branch(differs, type, build.constant(8), other, ip);
      build.enter(other);
      build.return(build.constant(1));
      build.enter(ip);
      build.store(build.parameter(0), 1, 0, build.constant(1));
      build.branch(equal, type, build.constant(8), tcp, rest);
      build.enter(tcp);
      build.return(build.constant(2));
      build.enter(rest);
      build.return(build.constant(3));
    });
    expect(count(text, 'branch')).toBe(1);
    expect(text).not.toContain('return 3');
  });

  test('bytes that both paths reverse are compared as they are', () => {
    const text = optimized((build, block) => {
      const type = { name: 'type', type: 'i64' as const };
      const [tagged, join, yes, no] = ['tagged', 'join', 'yes', 'no'].map(block);
      if (!tagged || !join || !yes || !no) return;
      const packet = build.parameter(0);
      const outer = build.load(packet, 2, 12);
      build.write(type, build.byteSwap(outer, 16));
      build.branch(equal, outer, build.constant(0x81), tagged, join);
      build.enter(tagged);
      build.write(type, build.byteSwap(build.load(packet, 2, 16), 16));
      build.jump(join);
      build.seal(join);
      build.enter(join);
      build.branch(equal, build.read(type), build.constant(0x0800), yes, no);
      build.enter(yes);
      build.return(build.constant(1));
      build.enter(no);
      build.return(build.constant(0));
    });
    expect(text).not.toContain('byte-swap');
  });
});

describe('bits', () => {
  test('what is flipped, masked and flipped back is masked', () => {
    const text = optimized((build) => {
      const value = build.load(build.parameter(0), 4, 0);
      const flipped = build.binary('xor', value, build.constant(0xffff), 32);
      const masked = build.binary('and', flipped, build.constant(0xffff), 32);
      build.return(build.binary('xor', masked, build.constant(0xffff), 32));
    });
    expect(text).not.toContain('xor');
    expect(count(text, 'and')).toBe(1);
  });

  test('a field above others is compared with zero by a mask', () => {
    const text = optimized((build, block) => {
      const [yes, no] = [block('yes'), block('no')];
      const word = build.byteSwap(build.load(build.parameter(0), 2, 2), 16);
      build.branch(differs, build.binary('lshr', word, build.constant(3)), build.constant(0), yes, no);
      build.enter(yes);
      build.return(build.constant(1));
      build.enter(no);
      build.return(build.constant(0));
    });
    expect(text).not.toMatch(/byte-swap|lshr/);
    expect(text).toContain(`, ${0xf8ff}`);
  });
});

describe('packet pointers', () => {
  test('offsets that begin alike share a pointer, and constants move into the accesses', () => {
    const text = optimized((build) => {
      const packet = build.parameter(0);
      const header = build.binary(
        'shl',
        build.binary('and', build.load(packet, 1, 14), build.constant(15)),
        build.constant(2),
      );
      const at = (more: number) => build.pointerAdd(packet, build.binary('add', header, build.constant(more)));
      build.return(build.binary('add', build.load(at(14), 2, 0), build.load(at(22), 2, 0)));
    });
    expect(count(text, 'pointer-add')).toBe(1);
    expect(text).toMatch(/load u16 %\d+ \+ 14/);
    expect(text).toMatch(/load u16 %\d+ \+ 22/);
  });

  test('but an offset whose parts are larger than the whole may be stays one', () => {
    const text = optimized((build) => {
      const packet = build.parameter(0);
      const offset = build.binary('add', build.load(packet, 2, 0), build.load(packet, 2, 2), 32);
      build.return(build.load(build.pointerAdd(packet, offset), 1, 0));
    });
    expect(count(text, 'pointer-add')).toBe(1);
  });
});
