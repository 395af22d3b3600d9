/**
 * The programs in TypeScript as plain TypeScript, in the VM and in the kernel, and their twins in C by clang in the
 * kernel, over the same random packets: equal verdicts, packets, records, maps and variables. First 500 packets for each
 * program; then more, with new seeds, while there is time.
 */
import { join } from 'node:path';
import { type Host, vm } from '../../packages/core/src/host/index.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';
import { load, plain } from '../../packages/skep/src/index.ts';
import { agree, type Form } from './support/agreement.ts';
import { type Builds, buildExamples } from './support/example-builds.ts';
import { type ExampleCase, exampleCases } from './support/example-cases.ts';
import { examplePackets } from './support/example-packets.ts';

const PACKETS = 500;
const root = join(import.meta.dirname, '../..');

/** One round of a program, every form loaded anew. */
async function round(example: ExampleCase, builds: Builds, linux: Host | undefined, seed: number) {
  const hosts: { name: string; file: string; host: Host; own: boolean }[] = [
    { name: 'TypeScript in the VM', file: builds.object(example), host: vm({ cpus: 1 }), own: true },
  ];
  if (example.module !== undefined) {
    const host = plain(example.module, { cpus: 1 });
    hosts.push({ name: 'plain TypeScript', file: join(root, example.source), host, own: true });
  }
  if (linux !== undefined) {
    hosts.push({ name: 'TypeScript in the kernel', file: builds.object(example), host: linux, own: false });
    const twin = builds.twin(example);
    if (twin !== undefined) hosts.push({ name: 'C in the kernel', file: twin, host: linux, own: false });
  }
  const forms: Form[] = [];
  try {
    for (const { name, file, host } of hosts) {
      const config = example.config === undefined ? {} : { config: example.config };
      forms.push({ name, collection: await load(file, { host, ...config }) });
    }
    return agree(example, forms, examplePackets(seed, PACKETS));
  } finally {
    for (const { collection } of forms) collection.dispose();
    for (const { host, own } of hosts) if (own) host.dispose();
  }
}

/** The stage of the long tier. */
export const stage = {
  name: 'examples',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const until = performance.now() + seconds * 1000;
    const why = whyNoBpf() ?? (findTool('clang-19') === undefined ? 'clang-19' : undefined);
    if (why !== undefined && process.env.SKEP_NO_SKIP === '1') return { passed: 0, failed: 1, note: `needs ${why}` };
    const linux = why === undefined ? kernel() : undefined;
    using builds = await buildExamples(exampleCases);
    const wrong = new Map<string, string>();
    let packets = 0;
    for (let turn = 0; turn === 0 || performance.now() < until; turn += 1) {
      for (const example of exampleCases) {
        if (wrong.has(example.name) || (turn > 0 && performance.now() > until)) continue;
        const result = await round(example, builds, linux, seed + turn);
        packets += result.packets;
        if (result.difference === undefined) continue;
        wrong.set(example.name, `${example.name}, seed ${seed + turn}: ${result.difference.slice(0, 1000)}`);
      }
    }
    linux?.dispose();
    const note = [`${exampleCases.length} programs, ${packets} packets`, ...wrong.values()].join('\n');
    return { passed: packets, failed: wrong.size, note: why === undefined ? note : `${note}; no kernel: needs ${why}` };
  },
};
