import type { Collection, ConfigValues } from '../../../packages/core/src/host/index.ts';

/** A program in TypeScript with its twin in C. */
export interface ExampleCase {
  readonly name: string;
  /** Paths from the root of the repository. */
  readonly source: string;
  readonly twin: string;
  /** Name of the program in both. */
  readonly program: string;
  /** The module itself, to run as plain TypeScript; absent where it sees more than a packet. */
  readonly module?: () => Promise<object>;
  readonly config?: ConfigValues;
  /** Fills the maps, by bytes, so that both forms take it. */
  readonly fill?: (collection: Collection) => void;
  /** Bytes of a map's values that hold the time: they may differ. */
  readonly times?: { readonly map: string; readonly offset: number; readonly length: number };
}

function put(collection: Collection, map: string, key: Uint8Array, value: Uint8Array): void {
  const handle = collection.maps[map];
  if (handle === undefined) throw new Error(`there is no map ${map}`);
  handle.map.update(key, value);
}

/** Numbers as bytes: `u32(1, 2)` in the order of the machine, `be16` and `ip` in that of the network. */
const u32 = (...numbers: number[]): number[] =>
  numbers.flatMap((n) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24]);
const u16 = (n: number): number[] => [n & 255, n >> 8];
const be16 = (n: number): number[] => [n >> 8, n & 255];
const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());
const mac = (last: number): number[] => [2, 0, 0, 0, 0, last];
/** A prefix as a key of a trie. */
const prefix = (length: number, ...address: number[]): Uint8Array => bytes(u32(length), address);

function fillBalancer(collection: Collection): void {
  put(collection, 'vips', bytes(u32(0)), bytes([192, 168, 0, 1], be16(80), mac(0xfe)));
  for (let index = 0; index < 3; index += 1) {
    const up = index === 2 ? 0 : 1;
    put(collection, 'backends', bytes(u32(index)), bytes([10, 9, 0, index + 1], mac(index + 1), u16(up)));
  }
  const maglev = collection.maps.maglev;
  for (let slot = 0; slot < 65_537; slot += 64) maglev?.map.update(bytes(u32(slot)), bytes(u32((slot >> 6) % 4)));
}

function fillFilter(collection: Collection): void {
  put(collection, 'blocked', prefix(120, ...[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), bytes(u32(0)));
  put(collection, 'blocked', prefix(128, ...[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]), bytes(u32(1)));
  for (const port of [53, 80]) put(collection, 'open', bytes(u16(port)), bytes(u32(1)));
}

function fillMarker(collection: Collection): void {
  put(collection, 'byPort', bytes(be16(53)), bytes(u32(7, 3)));
  put(collection, 'byPort', bytes(be16(80)), bytes(u32(8, 2)));
  put(collection, 'byDscp', bytes([10]), bytes(u32(9, 1)));
}

function fillNat(collection: Collection): void {
  for (let host = 0; host < 8; host += 1) {
    for (let port = 0; port < 8; port += 1) {
      const inside = bytes([10, 0, 0, host], be16(1024 + port), [0, 0]);
      put(collection, 'translations', inside, bytes([203, 0, 113, host], be16(40_000 + host * 8 + port), [0, 0]));
    }
  }
}

const examples: readonly ExampleCase[] = [
  {
    name: 'balancer',
    program: 'balance',
    source: 'examples/balancer/balancer.bpf.ts',
    twin: 'examples/balancer/balancer.c',
    module: () => import('../../../examples/balancer/balancer.bpf.ts'),
    fill: fillBalancer,
  },
  {
    name: 'dns',
    program: 'dns',
    source: 'examples/dns/dns.bpf.ts',
    twin: 'examples/dns/dns.c',
    module: () => import('../../../examples/dns/dns.bpf.ts'),
  },
  {
    name: 'firewall',
    program: 'firewall',
    source: 'examples/firewall/firewall.bpf.ts',
    twin: 'bench/compiler/firewall.c',
    module: () => import('../../../examples/firewall/firewall.bpf.ts'),
    fill(collection) {
      put(collection, 'rules', prefix(24, 10, 0, 1, 0), bytes(u32(1, 0, 0, 0)));
      put(collection, 'rules', prefix(32, 10, 0, 1, 3), bytes(u32(2, 0, 0, 0)));
      put(collection, 'rules', prefix(25, 10, 10, 0, 128), bytes(u32(1, 0, 0, 0)));
      put(collection, 'rules', prefix(32, 10, 10, 0, 66), bytes(u32(1, 0, 0, 0)));
    },
  },
  {
    name: 'ipv6-filter',
    program: 'filter',
    source: 'examples/ipv6-filter/ipv6-filter.bpf.ts',
    twin: 'examples/ipv6-filter/ipv6-filter.c',
    module: () => import('../../../examples/ipv6-filter/ipv6-filter.bpf.ts'),
    fill: fillFilter,
  },
  {
    name: 'protocols',
    program: 'protocols',
    source: 'examples/protocols/protocols.bpf.ts',
    twin: 'examples/protocols/protocols.c',
    module: () => import('../../../examples/protocols/protocols.bpf.ts'),
  },
  {
    name: 'tc-marker',
    program: 'marker',
    source: 'examples/tc-marker/tc-marker.bpf.ts',
    twin: 'examples/tc-marker/tc-marker.c',
    module: () => import('../../../examples/tc-marker/tc-marker.bpf.ts'),
    fill: fillMarker,
  },
  {
    name: 'token-bucket',
    program: 'limit',
    source: 'examples/token-bucket/token-bucket.bpf.ts',
    twin: 'examples/token-bucket/token-bucket.c',
    module: () => import('../../../examples/token-bucket/token-bucket.bpf.ts'),
    // Without new tokens the verdicts do not depend on the time.
    config: { rate: 0n, burst: 5n },
    times: { map: 'buckets', offset: 16, length: 8 },
  },
  {
    name: 'vlan',
    program: 'vlans',
    source: 'examples/vlan/vlan.bpf.ts',
    twin: 'examples/vlan/vlan.c',
    module: () => import('../../../examples/vlan/vlan.bpf.ts'),
  },
];

/** Programs of the benchmark that test runs take. */
const measured: readonly ExampleCase[] = [
  {
    ...inBench('arp', 'arp'),
    module: () => import('../../../bench/compiler/arp.bpf.ts'),
    fill(collection) {
      for (let host = 0; host < 32; host += 1) put(collection, 'hosts', bytes([192, 168, 0, host]), bytes(mac(host)));
    },
  },
  { ...inBench('echo', 'echo'), module: () => import('../../../bench/compiler/echo.bpf.ts') },
  {
    ...inBench('egress', 'egress'),
    fill(collection) {
      put(collection, 'allowed', prefix(27, 192, 168, 0, 0), bytes(u32(1)));
      put(collection, 'allowed', prefix(30, 192, 168, 0, 8), bytes(u32(0)));
    },
  },
  { ...inBench('flows', 'account'), module: () => import('../../../bench/compiler/flows.bpf.ts') },
  { ...inBench('histogram', 'histogram'), module: () => import('../../../bench/compiler/histogram.bpf.ts') },
  { ...inBench('http-filter', 'http'), module: () => import('../../../bench/compiler/http-filter.bpf.ts') },
  { ...inBench('nat', 'nat'), module: () => import('../../../bench/compiler/nat.bpf.ts'), fill: fillNat },
  { ...inBench('payload-hash', 'payloadHash'), module: () => import('../../../bench/compiler/payload-hash.bpf.ts') },
  {
    ...inBench('router', 'router'),
    module: () => import('../../../bench/compiler/router.bpf.ts'),
    fill(collection) {
      put(collection, 'routes', prefix(26, 192, 168, 0, 0), bytes(u32(1), mac(1), mac(2)));
      put(collection, 'routes', prefix(28, 192, 168, 0, 16), bytes(u32(2), mac(3), mac(4)));
    },
  },
  { ...inBench('sampler', 'sample'), module: () => import('../../../bench/compiler/sampler.bpf.ts') },
  { ...inBench('syn', 'syn'), module: () => import('../../../bench/compiler/syn.bpf.ts') },
  { ...inBench('vlan-pop', 'vlanPop'), module: () => import('../../../bench/compiler/vlan-pop.bpf.ts') },
  {
    ...inBench('vlan-push', 'vlanPush'),
    module: () => import('../../../bench/compiler/vlan-push.bpf.ts'),
    fill(collection) {
      for (let host = 0; host < 4; host += 1)
        put(collection, 'vlanOf', bytes(mac(host)), bytes(u16(100 + host * 1000)));
    },
  },
  { ...inBench('vxlan', 'vxlan'), module: () => import('../../../bench/compiler/vxlan.bpf.ts') },
];

function inBench(name: string, program: string): ExampleCase {
  return { name, program, source: `bench/compiler/${name}.bpf.ts`, twin: `bench/compiler/${name}.c` };
}

/** The examples, and the other programs of the benchmark that see packets. */
export const exampleCases: readonly ExampleCase[] = [...examples, ...measured];
/** The examples alone. */
export const exampleNames: readonly string[] = examples.map(({ name }) => name);
