import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildTypeScript, formatDiagnostic } from '../packages/compilers/src/typescript/index.ts';
import { type Host, loadCollection } from '../packages/core/src/host/index.ts';
import { readCollection } from '../packages/core/src/object/index.ts';
import { compileArguments } from '../packages/core/test/object/compile.ts';
import { kernel } from '../packages/kernel/src/index.ts';
import { type Twins, twins } from './compiler/programs.ts';
import type { Bench, Figure } from './figure.ts';

const root = resolve(import.meta.dirname, '..');
const CLANG = 'clang-19';
/** What no program may exceed. */
const WORST = 1.15;
const COLD_ROUNDS = 11;
const WARM_ROUNDS = 60;
const COLD_LIMIT = 450;
const WARM_LIMIT = 150;
/** A program of 100 lines. */
const HUNDRED = 'bench/compiler/gateway.bpf.ts';

/** The size of a program: instructions in the object, and how many of them the kernel's verifier went through. */
interface Size {
  readonly instructions: number;
  readonly processed: number;
}

interface Row {
  readonly name: string;
  readonly ours: Size;
  readonly clang: Size;
}

/** The code of our compiler against clang's for the same programs in C, and how long compiling takes. */
export const bench: Bench = {
  name: 'compiler',
  async run(): Promise<Figure[]> {
    const folder = mkdtempSync(join(tmpdir(), 'skep-bench-'));
    const linux = kernel();
    try {
      const rows: Row[] = [];
      for (const pair of twins) {
        const ours = measure(await build(pair.source), linux);
        rows.push({ name: pair.name, ours, clang: measure(clang(pair, folder), linux) });
      }
      const figures = rows.flatMap(({ name, ours, clang: theirs }) => [
        compare('instructions', name, ours.instructions, theirs.instructions, WORST),
        compare('verifier', name, ours.processed, theirs.processed),
      ]);
      const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + of(row), 0);
      const [worst] = [...rows].sort((one, other) => growth(other) - growth(one));
      return [
        ...figures,
        ...(worst === undefined ? [] : [worstOf(worst)]),
        compare(
          'instructions',
          `total of ${rows.length}`,
          sum((r) => r.ours.instructions),
          sum((r) => r.clang.instructions),
          1,
        ),
        compare(
          'verifier',
          `total of ${rows.length}`,
          sum((r) => r.ours.processed),
          sum((r) => r.clang.processed),
          1,
        ),
        cold(folder),
        await warm(linux),
      ];
    } finally {
      linux.dispose();
      rmSync(folder, { recursive: true });
    }
  },
};

async function build(source: string): Promise<Uint8Array> {
  const { object, diagnostics } = await buildTypeScript(join(root, source), {});
  if (object === undefined) throw new Error(diagnostics.map((one) => formatDiagnostic(one)).join('\n'));
  return object;
}

function clang({ name, twin }: Twins, folder: string): Uint8Array {
  const output = join(folder, `${name}.o`);
  execFileSync(CLANG, compileArguments({ tool: CLANG, cpu: 3 }, join(root, twin), output), { cwd: root });
  return readFileSync(output);
}

/** Loads the object into the kernel, which tells how many instructions its verifier processed (Linux 5.16). */
function measure(object: Uint8Array, linux: Host): Size {
  const spec = readCollection(object);
  using collection = loadCollection(spec, linux);
  let [instructions, processed] = [0, 0];
  for (const [name, program] of Object.entries(collection.programs)) {
    instructions += (spec.programs.get(name)?.code.length ?? 0) / 8;
    processed += program.info().verifiedInstructions ?? Number.NaN;
  }
  return { instructions, processed };
}

/** Our figure against clang's; `limit` is the most that ours may be, in theirs. */
function compare(group: string, figure: string, ours: number, peer: number, limit?: number): Figure {
  const target = limit === undefined ? {} : { target: `<= ${limit.toFixed(2)}x`, met: ours <= peer * limit };
  return { group, figure, ours, peer, peerName: `${CLANG} -O2`, unit: 'instructions', ratio: peer / ours, ...target };
}

/** Our instructions for each of clang's. */
function growth({ ours, clang: theirs }: Row): number {
  return ours.instructions / theirs.instructions;
}

function worstOf({ name, ours, clang: theirs }: Row): Figure {
  return compare('instructions', `worst: ${name}`, ours.instructions, theirs.instructions, WORST);
}

/** A new process of the command line compiles a file: the best of several rounds. Needs `npm run build` before. */
function cold(folder: string): Figure {
  const args = ['packages/skep/dist/bin.js', 'build', HUNDRED, '-o', join(folder, 'hundred.o')];
  const times = Array.from({ length: COLD_ROUNDS }, () => {
    const from = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with status ${status}: ${stderr}`);
    return performance.now() - from;
  });
  return time('100 lines in a new process', Math.min(...times), COLD_LIMIT);
}

/** A process that stays compiles the file again after each change, and loads it into the kernel: 95 of 100 are as fast. */
async function warm(linux: Host): Promise<Figure> {
  const path = join(root, HUNDRED);
  const text = readFileSync(path, 'utf8');
  const times: number[] = [];
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    const changed = text.replace('const MOST_EXTENSIONS = 3;', `const MOST_EXTENSIONS = ${2 + (round % 3)};`);
    const readFile = (file: string): string | undefined => (file === path ? changed : readText(file));
    const from = performance.now();
    const { object } = await buildTypeScript(path, { readFile });
    if (object === undefined) throw new Error(`${HUNDRED} does not compile`);
    loadCollection(readCollection(object), linux).dispose();
    if (round > 0) times.push(performance.now() - from);
  }
  times.sort((one, other) => one - other);
  return time(
    '100 lines again and into the kernel, p95',
    times[Math.floor(times.length * 0.95)] ?? Number.NaN,
    WARM_LIMIT,
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function time(figure: string, ours: number, limit: number): Figure {
  return { group: 'compile time', figure, ours, unit: 'ms', target: `<= ${limit} ms`, met: ours <= limit };
}
