import { SkepError } from '../../packages/core/src/base/errors.ts';
import { parseBtfExt, writeBtfExt } from '../../packages/core/src/btf/ext.ts';
import { Btf } from '../../packages/core/src/btf/reader.ts';
import type { BtfType, TypeId } from '../../packages/core/src/btf/types.ts';
import { decodeValue, encodeValue, formatValue, parseValue } from '../../packages/core/src/btf/value.ts';
import { BtfBuilder } from '../../packages/core/src/btf/writer.ts';

/** A mutant may take this long, in milliseconds, before it counts as a hang. */
const PATIENCE = 2000;

/** mulberry32: the next number of a seeded generator, 32 bits unsigned. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** A BTF with a type of every kind, and the .BTF.ext to it. */
function sample(): { btf: Uint8Array; ext: Uint8Array } {
  const builder = new BtfBuilder();
  const int = (name: string, size: number): TypeId =>
    builder.add({ kind: 'int', name, size, bits: size * 8, bitOffset: 0, signed: false, char: false, bool: false });
  const member = (name: string, type: TypeId, bitOffset: number, bitSize = 0) => ({ name, type, bitOffset, bitSize });
  const u32 = int('u32', 4);
  const char = int('char', 1);
  const name = builder.add({ kind: 'array', type: char, indexType: u32, length: 16 });
  const address = builder.add({ kind: 'typedef', name: '__be32', type: u32 });
  const colour = {
    kind: 'enum',
    name: 'colour',
    size: 4,
    signed: true,
    values: [{ name: 'RED', value: -1n }],
  } as const;
  const color = builder.add(colour);
  const wide = builder.add({ ...colour, kind: 'enum64', size: 8 });
  const inner = builder.add({ kind: 'union', name: '', size: 8, members: [member('a', u32, 0), member('b', wide, 0)] });
  const members = [
    member('name', name, 0),
    member('address', address, 128),
    member('flags', u32, 160, 3),
    member('more', color, 163, 5),
    member('', inner, 192),
  ];
  const struct = builder.add({ kind: 'struct', name: 'event', size: 32, members });
  const rest: BtfType[] = [
    { kind: 'ptr', type: struct },
    { kind: 'fwd', name: 'later', of: 'union' },
    { kind: 'volatile', type: u32 },
    { kind: 'const', type: struct },
    { kind: 'restrict', type: u32 },
    { kind: 'func_proto', returns: u32, parameters: [{ name: 'ctx', type: struct }] },
    { kind: 'func', name: 'probe', type: builder.nextId + 5, linkage: 'global' },
    { kind: 'var', name: 'events', type: struct, linkage: 'static' },
    { kind: 'datasec', name: '.bss', size: 32, variables: [{ type: builder.nextId + 7, offset: 0, size: 32 }] },
    { kind: 'float', name: 'double', size: 8 },
    { kind: 'decl_tag', name: 'tag', type: struct, component: 1 },
    { kind: 'type_tag', name: 'user', type: struct },
  ];
  for (const type of rest) builder.add(type);
  const ext = writeBtfExt(
    {
      functions: new Map([['xdp', [{ offset: 0, type: struct + 7 }]]]),
      lines: new Map([['xdp', [{ offset: 0, file: 'a.c', text: 'return 1;', line: 2, column: 3 }]]]),
      coreRelocations: new Map([['xdp', [{ offset: 0, type: struct, access: '0:1', kind: 0 }]]]),
    },
    builder,
  );
  return { btf: builder.finish(), ext };
}

/** One to four changes: a bit, a byte, a word of a telling value, a piece cut out, doubled or moved. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const telling = [0, 1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, bytes.length, bytes.length - 1];
  let mutant = bytes.slice();
  for (let change = random() % 4; change >= 0; change -= 1) {
    const at = random() % Math.max(1, mutant.length);
    const kind = random() % 6;
    if (kind === 0) mutant[at] = (mutant[at] ?? 0) ^ (1 << (random() % 8));
    else if (kind === 1) mutant[at] = random() & 0xff;
    else if (kind === 2 || kind === 3) {
      const word = at & ~3;
      const value = kind === 2 ? (telling[random() % telling.length] ?? 0) : random() % 64;
      if (word + 4 <= mutant.length) new DataView(mutant.buffer).setUint32(word, value, true);
    } else if (kind === 4) mutant = mutant.slice(0, at);
    else mutant.copyWithin(at, random() % Math.max(1, mutant.length), random() % Math.max(1, mutant.length));
  }
  return mutant;
}

/** Everything that a reader of an object, a host or the command line does with types. */
function exercise(bytes: Uint8Array, extBytes: Uint8Array): void {
  const btf = Btf.parse(bytes);
  attempt(() => parseBtfExt(extBytes, btf));
  for (let id = 0; id < btf.count; id += 1) {
    attempt(() => btf.type(id));
    attempt(() => btf.strip(id));
    attempt(() => btf.findAll(btf.name(id)));
    attempt(() => {
      const size = btf.sizeOf(id);
      if (size > 4096) return;
      const value = decodeValue(btf, id, new Uint8Array(size).fill(id));
      encodeValue(btf, id, value);
      parseValue(btf, id, formatValue(value));
    });
  }
}

/** Lets a SkepError pass: it is the refusal that is wanted. */
function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
  }
}

/** Mutated BTF and .BTF.ext: every outcome is success or a SkepError, and comes soon. */
export const stage = {
  name: 'btf',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const random = generator(seed);
    const { btf, ext } = sample();
    const end = performance.now() + seconds * 1000;
    let passed = 0;
    const failures: string[] = [];
    while (performance.now() < end && failures.length < 10) {
      const mutant = random() % 4 === 0 ? btf : mutate(btf, random);
      const extMutant = mutate(ext, random);
      const start = performance.now();
      try {
        attempt(() => exercise(mutant, extMutant));
        if (performance.now() - start > PATIENCE) failures.push(`mutant ${passed} took too long`);
        else passed += 1;
      } catch (error) {
        failures.push(`mutant ${passed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
    for (const failure of failures) console.error(failure);
    return { passed, failed: failures.length, note: `${passed} mutants of BTF and .BTF.ext, seed ${seed}` };
  },
};
