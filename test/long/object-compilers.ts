/**
 * Every C program of the tests by every compiler in every version of the instruction set it writes: read as libbpf
 * reads it, and linked into the instructions that libbpf hands to the kernel.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readCollection } from '../../packages/core/src/object/index.ts';
import {
  comparableCode,
  libbpfMapFacts,
  mapFacts,
  programFacts,
} from '../../packages/core/test/object/compare-libbpf.ts';
import { type Build, type Compiler, compileAll, sources } from '../../packages/core/test/object/compile.ts';
import { askLibbpf, buildOracle, type LibbpfObject } from '../../packages/core/test/object/libbpf-oracle.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';

/** clang knows version 4 since 18, gcc 12 versions 1 to 3. */
const compilers: readonly Compiler[] = [
  ...['clang-14', 'clang-15', 'clang-16', 'bpf-gcc'].flatMap((tool) =>
    ([1, 2, 3] as const).map((cpu) => ({ tool, cpu })),
  ),
  ...([1, 2, 3, 4] as const).map((cpu) => ({ tool: 'clang-19', cpu })),
];

const withGcc = ({ compiler }: Build): boolean => compiler.tool === 'bpf-gcc';

/** What differs between our reading of an object and libbpf's. */
function differences(build: Build, object: LibbpfObject | undefined): string[] {
  const spec = readCollection(build.bytes, { file: build.name });
  if (!build.source.takenBy.libbpf) return [];
  if (object === undefined || object.error !== 0) return [`${build.name}: libbpf does not open it (${object?.error})`];
  const wrong: string[] = [];
  if (!isDeepStrictEqual(mapFacts(spec), libbpfMapFacts(object))) wrong.push(`${build.name}: maps`);
  const programs = object.programs.filter(({ section }) => section !== '.text');
  if (!isDeepStrictEqual(programFacts(spec), programs)) wrong.push(`${build.name}: programs`);
  if (object.load === undefined) return wrong;
  if (object.load !== 0) return [...wrong, `${build.name}: the kernel refuses it (${object.load})`];
  for (const program of spec.programs.values()) {
    const { ours, libbpf } = comparableCode(program, object.code.get(program.name) ?? new Uint8Array(0));
    if (!isDeepStrictEqual(ours, libbpf)) wrong.push(`${build.name}: instructions of ${program.name}`);
  }
  return wrong;
}

/** The stage of the long tier. */
export const stage = {
  name: 'object-compilers',
  async run({ seconds }: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }> {
    const missing = ['cc', ...new Set(compilers.map(({ tool }) => tool))].filter(
      (tool) => findTool(tool) === undefined,
    );
    const why = whyNoBpf() ?? (missing.length > 0 ? missing.join(', ') : undefined);
    if (why !== undefined) {
      const fail = process.env.SKEP_NO_SKIP === '1';
      return { passed: 0, failed: fail ? 1 : 0, note: `skipped: needs ${why}` };
    }
    const until = performance.now() + seconds * 1000;
    const folder = mkdtempSync(join(tmpdir(), 'skep-compilers-'));
    const wrong: string[] = [];
    let objects = 0;
    let tried = 0;
    try {
      const oracle = buildOracle(folder);
      for (const compiler of compilers) {
        if (performance.now() > until) break;
        const builds = await compileAll(folder, [compiler], sources);
        const taken = builds.filter(({ source }) => source.takenBy.libbpf);
        const asked = taken.map((build) => ({ file: build.file, load: build.source.takenBy.load && !withGcc(build) }));
        const facts = askLibbpf(oracle, asked);
        for (const build of builds) wrong.push(...differences(build, facts.get(build.file)));
        objects += builds.length;
        tried += 1;
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const note = `${objects} objects by ${tried} of ${compilers.length} compilers`;
    return { passed: objects - wrong.length, failed: wrong.length, note: [note, ...wrong].join('\n') };
  },
};
