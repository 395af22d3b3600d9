import { type CaseMap, frame, hex, type KernelCase, zeroStack } from './programs.ts';

const packet = frame('0800', 50);

function bytesOf(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Three entries: 1 to 10, 2 to 20, 3 to 30, with keys of 4 and values of 8 bytes. */
const three = [1, 2, 3].map((key) => ({ key: bytesOf(key, 4), value: bytesOf(key * 10, 8) }));

/** Results of helpers go into this array, so that programs can give more than one. */
const results: CaseMap = { type: 'array', maxEntries: 1, valueSize: 64 };

/** Saves r0 in 8 bytes of the first value of map `map`. */
function save(map: number, at: number): string {
  return `r5 = value ${map} ${8 * at}\n*(u64 *)(r5 + 0) = r0`;
}

const elementSteps = {
  'lookup 2': 'r2 = r10\nr2 += -8\nr1 = map 0\ncall map_lookup_elem\nif r0 == 0 goto +1\nr0 = *(u64 *)(r0 + 0)',
  delete: 'r2 = r10\nr2 += -8\nr1 = map 0\ncall map_delete_elem',
};
const elements = [
  { type: 'array' },
  { type: 'hash', contents: three },
  { type: 'hash', flags: 1 },
  { type: 'lru_hash', contents: three },
  { type: 'percpu_array' },
  { type: 'percpu_hash' },
].flatMap((map) =>
  [0, 2, 4, 9].flatMap((key) =>
    [0, 1, 2, 3, 4, 0x100000001, -1].map(
      (flags): KernelCase => ({
        name: `${map.type} ${map.flags ?? 0} key ${key} update flags ${flags}`,
        type: 'xdp',
        packet,
        maps: [map as CaseMap, results],
        text: `
          *(u64 *)(r10 - 8) = ${key}
          *(u64 *)(r10 - 16) = 77
          r1 = map 0
          r2 = r10
          r2 += -8
          r3 = r10
          r3 += -16
          r4 = ${flags} ll
          call map_update_elem
          ${save(1, 0)}
          ${elementSteps['lookup 2']}
          ${save(1, 1)}
          ${elementSteps.delete}
          ${save(1, 2)}
          ${elementSteps['lookup 2']}
          ${save(1, 3)}
          exit`,
      }),
    ),
  ),
);

const percpu = (['percpu_array', 'percpu_hash'] as const).flatMap((type) =>
  [0, 1, 2, 1000].map(
    (cpu): KernelCase => ({
      name: `${type} lookup of CPU ${cpu}`,
      type: 'xdp',
      packet,
      maps: [{ type }],
      text: `
        *(u64 *)(r10 - 8) = 1
        *(u64 *)(r10 - 16) = 77
        r1 = map 0
        r2 = r10
        r2 += -8
        r3 = r10
        r3 += -16
        r4 = 0
        call map_update_elem
        r1 = map 0
        r2 = r10
        r2 += -8
        r3 = ${cpu}
        call map_lookup_percpu_elem
        if r0 == 0 goto out
        r0 = *(u64 *)(r0 + 0)
        r0 += 1
      out:
        exit`,
    }),
  ),
);

const queues = (['queue', 'stack'] as const).flatMap((type) =>
  [0, 1, 2, 3, 4].map(
    (flags): KernelCase => ({
      name: `${type} push flags ${flags}`,
      type: 'xdp',
      packet,
      maps: [{ type, keySize: 0, maxEntries: 2 }, results],
      text: [1, 2, 3]
        .map(
          (value, at) => `
          *(u64 *)(r10 - 8) = ${value}
          r1 = map 0
          r2 = r10
          r2 += -8
          r3 = ${flags}
          call map_push_elem
          ${save(1, at)}`,
        )
        .concat(
          ['peek', 'pop', 'pop', 'pop', 'peek'].map(
            (how, at) => `
          *(u64 *)(r10 - 8) = 99
          r1 = map 0
          r2 = r10
          r2 += -8
          call map_${how}_elem
          r1 = *(u64 *)(r10 - 8)
          r0 <<= 8
          r0 ^= r1
          ${save(1, 3 + at)}`,
          ),
          'r0 = 0\nexit',
        )
        .join('\n'),
    }),
  ),
);

const loops = [0, 1, 5, 100, 8388608, 8388609].flatMap((count) =>
  [0, 1].map(
    (flags): KernelCase => ({
      name: `loop ${count} flags ${flags}`,
      type: 'xdp',
      packet,
      text: `
        *(u64 *)(r10 - 8) = 3
        r1 = ${count}
        r2 = callback 0
        r3 = r10
        r3 += -8
        r4 = ${flags}
        call loop
        r1 = *(u64 *)(r10 - 8)
        r0 <<= 16
        r0 ^= r1
        exit`,
      callbacks: [
        `
        r3 = *(u64 *)(r2 + 0)
        r3 *= 3
        r3 += r1
        *(u64 *)(r2 + 0) = r3
        r0 = 0
        if r1 < 70 goto done
        r0 = 1
      done:
        exit`,
      ],
    }),
  ),
);

const walks = (
  [
    { type: 'array', contents: three },
    { type: 'hash', contents: three },
    { type: 'hash' },
    { type: 'lru_hash', contents: three },
    { type: 'percpu_array' },
    { type: 'percpu_hash' },
  ] satisfies CaseMap[]
).flatMap((map) =>
  [0, 1].flatMap((flags) =>
    // In which order a hash is walked is the kernel's own affair: only arrays stop half-way.
    (map.type.includes('array') ? [0, 25, 1000] : [1000]).map(
      (stop): KernelCase => ({
        name: `for_each_map_elem of ${map.type} flags ${flags} until ${stop}`,
        type: 'sched_cls',
        packet,
        maps: [map],
        text: `
          *(u64 *)(r10 - 8) = 1
          *(u64 *)(r10 - 16) = ${stop}
          r1 = map 0
          r2 = callback 0
          r3 = r10
          r3 += -16
          r4 = ${flags}
          call for_each_map_elem
          r1 = *(u64 *)(r10 - 8)
          r0 <<= 16
          r0 ^= r1
          exit`,
        callbacks: [
          `
          r1 = *(u32 *)(r2 + 0)
          r2 = *(u64 *)(r3 + 0)
          r1 += r2
          r2 += 1
          *(u64 *)(r3 + 0) = r2
          r5 = *(u64 *)(r4 + 8)
          r5 += r1
          *(u64 *)(r4 + 8) = r5
          r3 = *(u64 *)(r4 + 0)
          r0 = 0
          if r3 != 0 goto done
          r0 = 1
        done:
          exit`,
        ],
      }),
    ),
  ),
);

const ring: CaseMap = { type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096 };
const rings: KernelCase[] = [
  ...[0, 1, 2, 3, 4, 0x100000000].flatMap((flags) =>
    [0, 1, 8, 24].map(
      (size): KernelCase => ({
        name: `ringbuf_output of ${size} flags ${flags}`,
        type: 'xdp',
        packet,
        maps: [ring],
        text: `
          ${zeroStack(24)}
          *(u32 *)(r10 - 24) = 0x01020304
          r1 = map 0
          r2 = r10
          r2 += -24
          r3 = ${size}
          r4 = ${flags} ll
          call ringbuf_output
          exit`,
      }),
    ),
  ),
  ...['submit', 'discard'].flatMap((how) =>
    [8, 100, 4080, 4081, 5000].flatMap((size) =>
      [0, 1].map(
        (flags): KernelCase => ({
          name: `ringbuf_reserve of ${size} flags ${flags}, ${how}`,
          type: 'socket_filter',
          packet,
          maps: [ring, results],
          text: `
            r1 = map 0
            r2 = ${size}
            r3 = ${flags}
            call ringbuf_reserve
            r6 = r0
            r7 = 1
            if r6 == 0 goto out
            r7 = 2
            *(u64 *)(r6 + 0) = 0x55667788
            r1 = r6
            r2 = 0
            call ringbuf_${how}
          out:
            r1 = map 0
            r2 = 0
            call ringbuf_query
            ${save(1, 0)}
            r1 = map 0
            r2 = 3
            call ringbuf_query
            ${save(1, 1)}
            r1 = map 0
            r2 = 1
            call ringbuf_query
            ${save(1, 2)}
            r0 = r7
            exit`,
        }),
      ),
    ),
  ),
];

const perf = (['xdp', 'sched_cls', 'socket_filter'] as const).flatMap((type) =>
  ['0xffffffff', '0', '1', '4', '5', '0x40ffffffff', '0x41ffffffff', '0x1ffffffff', '0x100000ffffffff', '-1'].map(
    (flags): KernelCase => ({
      name: `${type} perf_event_output flags ${flags}`,
      type,
      packet,
      maps: [{ type: 'perf_event_array', valueSize: 4, maxEntries: 5 }],
      text: `
        *(u64 *)(r10 - 8) = 0x11223344
        r2 = map 0
        r3 = ${flags} ll
        r4 = r10
        r4 += -8
        r5 = 8
        call perf_event_output
        exit`,
    }),
  ),
);

const redirects = [0, 1, 2, 3, 4].flatMap((key) =>
  [0, 1, 2, 3, 4, 8, 16, 24, 25, 32, 0x100000000].map(
    (flags): KernelCase => ({
      name: `redirect_map key ${key} flags ${flags}`,
      type: 'xdp',
      packet,
      maps: [{ type: 'devmap', valueSize: 4, maxEntries: 3, contents: [{ key: bytesOf(1, 4), value: bytesOf(1, 4) }] }],
      text: `r1 = map 0\nr2 = ${key}\nr3 = ${flags} ll\ncall redirect_map\nexit`,
    }),
  ),
);

/** Constant text in a frozen array that programs can only read, as the kernel wants it for formats. */
function constant(text: string, size = 64): CaseMap {
  const value = new Uint8Array(size);
  value.set(Buffer.from(text, 'latin1'));
  return {
    type: 'array',
    maxEntries: 1,
    valueSize: size,
    flags: 0x80,
    frozen: true,
    contents: [{ key: bytesOf(0, 4), value }],
  };
}

const comparisons = ['abc', 'abd', 'ab', 'abcd', '', '\u00ff'].flatMap((text) =>
  [1, 3, 4, 8].map(
    (size): KernelCase => ({
      name: `strncmp of ${size} with "${text}"`,
      type: 'xdp',
      packet,
      maps: [constant(text, 8)],
      text: `
        *(u64 *)(r10 - 8) = 0x00636261
        r1 = r10
        r1 += -8
        r2 = ${size}
        r3 = value 0 0
        call strncmp
        exit`,
    }),
  ),
);

/** A format and its arguments; `text` is a pointer to the string `hello`, `address` to 16 bytes. */
type Argument = number | bigint | 'text' | 'address';
const formats: readonly (readonly [format: string, ...Argument[]])[] = [
  ['plain'],
  ['100%% done'],
  ['%d %i %u', -5, -6, -7],
  ['%x %X %x', 0xabcdef, 0xabcdef, -1],
  ['%ld %li %lu', -5, -6, -7],
  ['%lld %llu %llx %llX', -5, -7, 0x123456789abcdefn, 0x123456789abcdefn],
  ['%lx', -1],
  ['[%5d][%-5d][%05d]', 42, 42, 42],
  ['[%+d][% d][%+05d]', 42, 42, 42],
  ['[%+d][% d][%-05d]', -42, -42, -42],
  ['[%+u][% x]', 42, 42],
  ['[%20lld][%020lld]', -9223372036854775808n, -9223372036854775808n],
  ['[%8x][%08x][%-8x]', 0xbeef, 0xbeef, 0xbeef],
  ['[%c][%5c][%-5c]', 65, 66, 67],
  ['[%s]', 'text'],
  ['[%10s][%-10s][%010s]', 'text', 'text', 'text'],
  ['[%2s]', 'text'],
  ['[%s]', 0],
  ['[%s]', 1],
  ['[%pks]', 'text'],
  ['[%10pks][%-10pks]', 'text', 'text'],
  ['%s\u00e9', 'text'],
  ['%s\u00a9', 'text'],
  ['%pI4\u00e9\u00a9', 'address'],
  ['%s%s%s', 'text', 'text', 'text'],
  ['[%20pB]', 0x1234],
  ['[%pus]', 0],
  ['[%pI4][%pi4]', 'address', 'address'],
  ['[%pI6][%pi6]', 'address', 'address'],
  ['[%20pI4]', 'address'],
  ['[%-20pI4]', 'address'],
  ['[%pI4abc9]', 'address'],
  ['[%pI6c]', 'address'],
  ['[%pI4]', 0],
  ['[%px]', 0x1234],
  ['[%20px][%-20px][%020px]', 0x1234, 0x1234, 0x1234],
  ['[%pxyz]', 0x1234],
  ['[%p]', 0],
  ['[%pB][%ps][%pS]', 0, 0, 0],
  ['[%ps]', 0x1234],
  ['[%20ps]', 0x1234],
  ['[%pB]', 0x1234],
  ['%d%%%d', 1, 2],
  ['\t tab \n'],
  ['%d', 5, 6, 7],
  ['%d %d %d %d %d %d %d %d %d %d %d %d', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  ['%d'],
  ['%'],
  ['%z', 1],
  ['%hd', 1],
  ['%ll', 1],
  ['%lld%lc', 1, 1],
  ['%*d', 1, 1],
  ['%.3d', 1],
  ['%#x', 1],
  ['%sx', 'text'],
  ['%s.', 'text'],
  ['%pZ', 1],
  ['%pi5', 1],
  ['%pk', 1],
  ['%pksx', 'text'],
  ['%5%', 1],
  ['%0d', 7],
  ['%00005d', 7],
  ['%- 5d|', 7],
  ['%cx', 65],
  ['%dx', 65],
  ['\u00e9'],
  ['a\u0001b'],
];

/** Where the text is cut before an address or symbol, the kernel leaves that out of the length. */
const snprintfs = formats.flatMap(([format, ...values]) =>
  (/%[-0-9]*p[^x]|%[-0-9]*p$/.test(format) ? [64] : [64, 5, 1]).map((size): KernelCase => {
    const words = values.map((value, at) => {
      const to = `*(u64 *)(r10 - ${96 - 8 * at}) = r6`;
      if (value === 'text') return `r6 = r10\nr6 += -112\n${to}`;
      if (value === 'address') return `r6 = r10\nr6 += -128\n${to}`;
      return `r6 = ${BigInt.asUintN(64, BigInt(value))} ll\n${to}`;
    });
    return {
      name: `snprintf ${JSON.stringify(format)} into ${size}`,
      type: 'xdp',
      packet,
      maps: [constant(format), { type: 'array', maxEntries: 1, valueSize: 64 }],
      text: `
        ${zeroStack(128)}
        r6 = 0x6f6c6c6568 ll
        *(u64 *)(r10 - 112) = r6
        r6 = 0x8877665504030a0a ll
        *(u64 *)(r10 - 128) = r6
        r6 = 0xffeeddccbbaa9900 ll
        *(u64 *)(r10 - 120) = r6
        ${words.join('\n')}
        r1 = value 1 0
        r2 = ${size}
        r3 = value 0 0
        r4 = r10
        r4 += -96
        r5 = ${8 * values.length}
        call snprintf
        exit`,
    };
  }),
);

const trie: CaseMap = {
  type: 'lpm_trie',
  keySize: 8,
  flags: 1,
  contents: [
    { key: hex('08000000 0a000000'), value: bytesOf(8, 8) },
    { key: hex('10000000 0a010000'), value: bytesOf(16, 8) },
  ],
};
const tries = [
  '0x0000000a00000020',
  '0x0000010a00000020',
  '0x0000020a0000000c',
  '0x0000000b00000020',
  '0x0a00000021',
].map(
  (key): KernelCase => ({
    name: `LPM trie lookup of ${key}`,
    type: 'sched_cls',
    packet,
    maps: [trie],
    text: `
      r6 = ${key} ll
      *(u64 *)(r10 - 8) = r6
      r2 = r10
      r2 += -8
      r1 = map 0
      call map_lookup_elem
      if r0 == 0 goto out
      r0 = *(u64 *)(r0 + 0)
    out:
      exit`,
  }),
);

/** Cases with maps or callbacks. */
export const mapCases: readonly KernelCase[] = [
  ...elements,
  ...percpu,
  ...queues,
  ...loops,
  ...walks,
  ...rings,
  ...perf,
  ...redirects,
  ...comparisons,
  ...snprintfs,
  ...tries,
];
