import { readFileSync } from 'node:fs';
import {
  type BuildResult,
  buildTypeScript,
  type CompileResult,
  compileTypeScript,
  type Diagnostic,
  type TextEdit,
} from '../../../src/typescript/index.ts';

const path = '/skep-test/program.bpf.ts';

/** Imports that every program of a test may use. */
const names =
  'ArrayMap, ArrayOfMaps, BloomFilter, CpuMap, DevMap, HashMap, HashOfMaps, LpmTrie, LruHash, LruPerCpuHash, PerCpuArray, PerCpuHash, ProgArray, Queue, RingBuf, SK, SockMap, Stack, TC, TaskStorage, XDP, array, atomic, be16, be32, be64, bits, bytes, cgroupSkb, checksum, config, connect4, connect6, cstr, equals, global, header, i16, i32, i64, i8, imul, ipv4, ipv6, ktime, lock, log2, loop, mac, printk, range, skLookup, socketFilter, spinLock, struct, subprogram, swap, tc, tpBtf, type Infer, u16, u32, u64, u8, xdp';
const headers = 'Arp, ETH_P_8021Q, ETH_P_IP, Eth, Icmp, Ipv4, Ipv6, L4Ports, Tcp, TCP_SYN, Udp, Vlan';
const preamble = `import { ${names} } from 'skep/bpf'; import { ${headers} } from 'skep/bpf/net';`;
export const preambleLength: number = preamble.length;

function reader(text: string): (file: string) => string | undefined {
  return (file) => {
    if (file === path) return text;
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  };
}

/** Builds a text with the imports. */
export function buildText(source: string): Promise<BuildResult> {
  return buildTypeScript(path, { readFile: reader(`${preamble}${source}`) });
}

/** Compiles a text; line 1 is the first of `source`, whose imports stand before it on that line. */
export async function compileText(
  source: string,
  build: boolean = false,
): Promise<CompileResult & { readonly text: string }> {
  const text = `${preamble}${source}`;
  const options = { readFile: reader(text) };
  return { ...(await (build ? buildTypeScript(path, options) : compileTypeScript(path, options))), text };
}

/** The text with a diagnostic's edits applied, without the preamble. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  const changed = [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((current, { start, end, text: by }) => current.slice(0, start) + by + current.slice(end), text);
  return changed.slice(preamble.length);
}

export function errorsOf({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}
