import { loadCollection, vm } from '@skep/core/host';
import { packet } from '@skep/core/net';
import { readCollection } from '@skep/core/object';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/typescript/index.ts';
import { buildText, errorsOf } from './support/compile.ts';

const tcp = packet()
  .eth({ src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' })
  .ipv4({ src: '10.1.2.3', dst: '10.0.0.1' })
  .tcp({ src: 1000, dst: 443 })
  .payload('hello');
const udp = packet().eth().ipv4({ src: '10.1.2.3', ttl: 9 }).udp({ src: 53, dst: 5353 }).payload('abc');
const tagged = packet().eth().vlan({ id: 5 }).vlan({ id: 77 }).ipv4({ src: '10.9.9.9' }).udp({ dst: 53 });
const six = packet().eth().ipv6({ src: '2001:db8::1', dst: '2001:db8::2' }).tcp({ dst: 80 });

/** An IPv4 header with eight bytes of options before TCP. */
function withOptions(): Uint8Array {
  const plain = tcp.bytes();
  const bytes = new Uint8Array(plain.length + 8);
  bytes.set(plain.subarray(0, 34));
  bytes.set(plain.subarray(34), 42);
  bytes[14] = 0x47;
  return bytes;
}

interface Row {
  readonly name: string;
  readonly body: string;
  readonly runs: readonly (readonly [bytes: Uint8Array, result: bigint])[];
}

const rows: readonly Row[] = [
  {
    name: 'parse follows protocol numbers',
    body: 'const h = ctx.parse(Eth, Ipv4, Tcp); if (!h) return XDP.PASS; const [, ip, t] = h; result.value = u64(ip.src) * 65536n + u64(t.dst);',
    runs: [
      [tcp.bytes(), 0x0a01_0203n * 65536n + 443n],
      [withOptions(), 0x0a01_0203n * 65536n + 443n],
      [udp.bytes(), 0n],
      [six.bytes(), 0n],
      [tcp.bytes().subarray(0, 40), 0n],
    ],
  },
  {
    name: 'ports of TCP or UDP',
    body: 'const h = ctx.parse(Eth, Ipv4, L4Ports); if (h === undefined) return XDP.PASS; result.value = u64(h[2].src);',
    runs: [
      [tcp.bytes(), 1000n],
      [udp.bytes(), 53n],
      [tagged.bytes(), 0n],
    ],
  },
  {
    name: 'IPv6 after Ethernet',
    body: 'const h = ctx.parse(Eth, Ipv6, Tcp); if (!h) return XDP.PASS; result.value = u64(h[2].dst) * 256n + u64(h[1].dst[15]);',
    runs: [
      [six.bytes(), 80n * 256n + 2n],
      [tcp.bytes(), 0n],
    ],
  },
  {
    name: 'a VLAN stack by at',
    body: 'const eth = ctx.at(Eth, 0); if (!eth) return XDP.PASS; let at = Eth.size; let type = eth.type; let id = 0; for (const _ of range(2)) { if (type !== ETH_P_8021Q) break; const tag = ctx.at(Vlan, at); if (!tag) return XDP.DROP; type = tag.type; id = tag.id; at += Vlan.size; } const ip = ctx.at(Ipv4, at); if (!ip) return XDP.PASS; result.value = u64(ip.src) * 4096n + u64(id);',
    runs: [
      [tagged.bytes(), 0x0a09_0909n * 4096n + 77n],
      [tcp.bytes(), 0x0a01_0203n * 4096n],
    ],
  },
  {
    name: 'what is written stays in the packet',
    body: "const h = ctx.parse(Eth, Ipv4, Udp); if (!h) return XDP.PASS; const [eth, ip] = h; swap(eth, 'src', 'dst'); ip.ttl -= 1; ip.checksum = 0; ip.checksum = checksum(ip); const again = ctx.at(Ipv4, 14); if (again) result.value = u64(again.ttl) + u64(checksum(again) === ip.checksum ? 100 : 0);",
    runs: [[udp.bytes(), 108n]],
  },
  {
    name: 'the checksum of a header is the one that it has',
    body: 'const h = ctx.parse(Eth, Ipv4); if (h) result.value = checksum(h[1]) === h[1].checksum ? 1n : 2n;',
    runs: [
      [tcp.bytes(), 1n],
      [udp.bytes(), 1n],
    ],
  },
  {
    name: 'room in front',
    body: 'const before = ctx.length; if (!ctx.adjustHead(-20)) return XDP.ABORTED; const eth = ctx.at(Eth, 0), ip = ctx.at(Ipv4, 14); if (!eth || !ip) return XDP.DROP; ip.set({ version: 4, ihl: 5, ttl: 64, dst: 5 }); result.value = u64(ctx.length - before) * 1000n + u64(ip.version * 16 + ip.ihl);',
    runs: [[tcp.bytes(), 20_069n]],
  },
  {
    name: 'maps',
    body: 'const e = counts.getOrInsert(7, { n: 5 }); if (e) e.n += 2; const f = counts.get(7); const none = counts.get(9); const was = counts.delete(7); result.value = u64(f?.n ?? 99) * 100n + (none === undefined ? 10n : 20n) + u64(was);',
    runs: [[tcp.bytes(), 711n]],
  },
  {
    name: 'an initial value is evaluated where the entry is there too',
    body: 'counts.set(7, { n: 1, m: 0n }); q.push(9); q.push(8); const e = counts.getOrInsert(7, { n: q.pop() ?? 0 }); result.value = u64(e?.n ?? 99) * 100n + u64(q.pop() ?? 0);',
    runs: [[tcp.bytes(), 108n]],
  },
  {
    name: 'a field in network order that was tested divides',
    body: 'const eth = ctx.at(Eth, 0); if (!eth || eth.type === 0) return XDP.PASS; const type = eth.type; result.value = u64(u32(0x8000 / eth.type)) + u64(u32(0x8000 / type)) * 100n;',
    runs: [[tcp.bytes(), 1616n]],
  },
  {
    name: 'scalars of maps',
    body: 'numbers.set(1, 41n); const n = numbers.get(1); const gone = numbers.get(2) ?? 7n; const r = numbers.ref(1); if (r) r.value += 1n; result.value = (n === undefined ? 0n : n) * 100n + gone + (numbers.get(1) === 42n ? 1000000n : 0n);',
    runs: [[tcp.bytes(), 1_004_107n]],
  },
  {
    name: 'queues, tries and atomics',
    body: "q.push(3); q.push(4); const a = q.pop() ?? 0; const b = q.peek() ?? 0; trie.set(0x0a000000, 8, 5); const t = trie.match(0x0a010203) ?? 0; const old = atomic.add(counter, 'value', 3n); result.value = u64(a * 100 + b * 10 + t) + (old === 0n ? 1000n : 0n) + u64(counter.value) * 10000n;",
    runs: [[tcp.bytes(), 31_345n]],
  },
];

const setup = `
export const result = global(u64);
export const counter = global(u64);
export const counts = new HashMap(u32, struct({ n: u32, m: u64 }), { maxEntries: 8 });
export const numbers = new HashMap(u32, u64, { maxEntries: 8 });
export const q = new Queue(u32, { maxEntries: 8 });
export const trie = new LpmTrie(ipv4, u32, { maxEntries: 8 });
export const main = xdp((ctx): XDP => { `;

describe('packets and maps', () => {
  test.each(rows)('$name', async ({ body, runs }) => {
    const { object, diagnostics } = await buildText(`${setup} ${body} return XDP.PASS; });`);
    expect(errorsOf({ diagnostics }).map(formatDiagnostic)).toEqual([]);
    for (const [bytes, result] of runs) {
      using loaded = loadCollection(readCollection(object ?? new Uint8Array()), vm(), { ownsHost: true });
      loaded.programs.main?.run(bytes);
      expect(loaded.globals.result?.get()).toBe(result);
    }
  });

  test('a socket filter parses copies of the packet', async () => {
    const source = `export const result = global(u64);
export const main = socketFilter((c) => { const h = c.parse(Ipv4, L4Ports); if (!h) return 0; result.value = u64(h[1].dst); return c.length; });`;
    const { object, diagnostics } = await buildText(source);
    expect(errorsOf({ diagnostics }).map(formatDiagnostic)).toEqual([]);
    using loaded = loadCollection(readCollection(object ?? new Uint8Array()), vm(), { ownsHost: true });
    loaded.programs.main?.run(udp.bytes().subarray(14));
    expect(loaded.globals.result?.get()).toBe(5353n);
  });

  test('a module may use schemas, constants and functions of another', async () => {
    const { compileTypeScript } = await import('../../src/typescript/index.ts');
    const files: Record<string, string> = {
      '/p/shared.ts':
        "import { struct, u32 } from 'skep/bpf'; export const LIMIT = 3 * 4; export const Pair = struct({ a: u32, b: u32 }); export function twice(n: u32): u32 { return u32(n * 2); }",
      '/p/main.bpf.ts':
        "import { xdp, XDP, HashMap, u32 } from 'skep/bpf'; import { LIMIT, Pair, twice as double } from './shared.ts'; export const pairs = new HashMap(u32, Pair, { maxEntries: LIMIT }); export const main = xdp((ctx): XDP => { const p = pairs.get(double(ctx.ifindex)); return p && p.a > LIMIT ? XDP.DROP : XDP.PASS; });",
    };
    const { readFileSync, existsSync } = await import('node:fs');
    const readFile = (path: string) => files[path] ?? (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
    const { module, diagnostics } = await compileTypeScript('/p/main.bpf.ts', { readFile });
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(module?.maps.map(({ name, maxEntries, valueSize }) => [name, maxEntries, valueSize])).toEqual([
      ['pairs', 12, 8],
    ]);
  });
});
