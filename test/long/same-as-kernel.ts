/**
 * C programs that look at packets, in the VM and in the kernel over the same random packets: equal verdicts, packets,
 * records and maps. First 1,000 packets for each program; then more, with new seeds, while there is time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../packages/core/src/host/index.ts';
import { type CollectionSpec, readCollection } from '../../packages/core/src/object/index.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';
import { compareHosts } from '../../packages/kernel/test/agreement/compare.ts';
import { type Compiler, packetPrograms, Workshop } from '../../packages/kernel/test/xlated/build.ts';

const PACKETS = 1000;
const compilers: readonly Compiler[] = [
  { tool: 'clang-19', cpu: 3 },
  { tool: 'clang-16', cpu: 2 },
];

interface Program {
  readonly name: string;
  readonly spec: CollectionSpec;
}

function compilePrograms(compiler: Compiler): Program[] {
  const folder = mkdtempSync(join(tmpdir(), 'skep-agreement-'));
  try {
    const workshop = new Workshop(folder);
    return packetPrograms.names.flatMap((name) => {
      const file = workshop.compile(packetPrograms, name, compiler);
      const label = `${name} by ${compiler.tool} v${compiler.cpu}`;
      return file === undefined ? [] : [{ name: label, spec: readCollection(workshop.read(file), { file: name }) }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compares until the time is over; gives the packets that agreed, and what did not. */
function compareAll(host: Host, seed: number, until: number): { programs: number; packets: number; wrong: string[] } {
  const programs = compilers.map(compilePrograms);
  const wrong: string[] = [];
  const broken = new Set<Program>();
  let packets = 0;
  for (let round = 0; round === 0 || performance.now() < until; round += 1) {
    for (const program of programs[round % programs.length] ?? []) {
      if (broken.has(program) || (round > 0 && performance.now() > until)) continue;
      const options = { seed: seed + round, packets: PACKETS, ...(round === 0 ? {} : { until }) };
      const result = compareHosts(program.spec, host, options);
      packets += result.packets;
      if (result.difference === undefined) continue;
      broken.add(program);
      wrong.push(`${program.name}: ${result.difference.slice(0, 2000)}`);
    }
  }
  return { programs: programs[0]?.length ?? 0, packets, wrong };
}

/** The stage of the long tier. */
export const stage = {
  name: 'same-as-kernel',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const why = whyNoBpf() ?? compilers.find(({ tool }) => findTool(tool) === undefined)?.tool;
    if (why !== undefined) {
      return { passed: 0, failed: process.env.SKEP_NO_SKIP === '1' ? 1 : 0, note: `skipped: needs ${why}` };
    }
    const host = kernel();
    try {
      const { programs, packets, wrong } = compareAll(host, seed, performance.now() + seconds * 1000);
      const note = `${programs} programs, ${packets} packets`;
      return { passed: packets, failed: wrong.length, note: [note, ...wrong].join('\n') };
    } finally {
      host.dispose();
    }
  },
};
