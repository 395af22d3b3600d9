/**
 * C programs in libbpf's style by several compilers: the kernel makes the same instructions of them, and the same maps
 * with the same contents, whether skep or libbpf loads them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCollection } from '../../packages/core/src/object/index.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { kernel } from '../../packages/kernel/src/index.ts';
import { type Compiler, libbpfStyle, Workshop } from '../../packages/kernel/test/xlated/build.ts';
import { differences } from '../../packages/kernel/test/xlated/compare.ts';
import { loadByLibbpf, loadBySkep } from '../../packages/kernel/test/xlated/loaded.ts';

const compilers: readonly Compiler[] = ['clang-19', 'clang-14', 'clang-16', 'clang-15'].flatMap((tool) =>
  ([3, 2] as const).map((cpu) => ({ tool, cpu })),
);

interface Counts {
  same: number;
  refused: number;
  uncompiled: number;
  wrong: string[];
}

function compareAll(folder: string, until: number): Counts {
  const counts: Counts = { same: 0, refused: 0, uncompiled: 0, wrong: [] };
  const workshop = new Workshop(folder);
  workshop.makeTypes();
  const loader = workshop.buildLoader();
  const host = kernel();
  for (const compiler of compilers) {
    for (const source of libbpfStyle.names) {
      if (performance.now() > until) break;
      const file = workshop.compile(libbpfStyle, source, compiler);
      if (file === undefined) {
        counts.uncompiled += 1;
        continue;
      }
      const libbpf = loadByLibbpf(loader, [file]).get(file) ?? { error: 'libbpf says nothing' };
      const ours = loadBySkep(readCollection(workshop.read(file), { file }), host);
      const wrong = differences(`${source} by ${compiler.tool} v${compiler.cpu}`, ours, libbpf);
      counts.wrong.push(...wrong);
      if (wrong.length > 0) continue;
      if ('error' in libbpf) counts.refused += 1;
      else counts.same += 1;
    }
  }
  host.dispose();
  return counts;
}

/** The stage of the long tier. */
export const stage = {
  name: 'kernel-objects',
  async run({ seconds }: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }> {
    const missing = ['gcc', ...new Set(compilers.map(({ tool }) => tool))].filter(
      (tool) => findTool(tool) === undefined,
    );
    const why = whyNoBpf() ?? (missing.length > 0 ? missing.join(', ') : undefined);
    if (why !== undefined) {
      return { passed: 0, failed: process.env.SKEP_NO_SKIP === '1' ? 1 : 0, note: `skipped: needs ${why}` };
    }
    const folder = mkdtempSync(join(tmpdir(), 'skep-objects-'));
    try {
      const { same, refused, uncompiled, wrong } = compareAll(folder, performance.now() + seconds * 1000);
      const note = `${same} objects give the same, ${refused} are refused from both, ${uncompiled} not by this compiler`;
      return { passed: same + refused, failed: wrong.length, note: [note, ...wrong].join('\n') };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
