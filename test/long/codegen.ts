import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Module } from '../../packages/compilers/src/ir/index.ts';
import { emitObject } from '../../packages/compilers/src/object/index.ts';
import { optimize } from '../../packages/compilers/src/optimize/index.ts';
import { randomModule } from '../../packages/compilers/test/codegen/random-function.ts';
import { interpret } from '../../packages/compilers/test/ir/interpret.ts';
import { sampleModule } from '../../packages/compilers/test/object/sample.ts';
import { readCollection } from '../../packages/core/src/object/index.ts';
import { BytecodeRunner } from '../../packages/core/src/vm/run-bytecode.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';
import { seeded } from '../../packages/core/test/vm/random-program.ts';
import { KernelOracle } from '../oracle/kernel.ts';

const SEEDS = 2 ** 31;
/** A `struct __sk_buff` of zeroes. */
const context = new Uint8Array(192);
/** Where Debian's golang-github-cilium-ebpf-dev lies. */
const GO_PATH = '/usr/share/gocode';

interface Counts {
  passed: number;
  failed: number;
  refused: number;
  first: string | undefined;
}

function check(counts: Counts, right: boolean, text: () => string): void {
  if (right) counts.passed += 1;
  else {
    counts.failed += 1;
    counts.first ??= text();
  }
}

function moduleOf(seed: number): Module {
  return randomModule(seeded(seed), 3 + (seed % 30), seed % 8 === 0 ? 16 + (seed % 9) : undefined);
}

/** One random function: by its definition, in the interpreter, and in the kernel; optimised or not. */
async function compare(seed: number, kernel: KernelOracle | undefined, counts: Counts): Promise<void> {
  const cpu = ([2, 3, 4] as const)[seed % 3] ?? 3;
  const [main] = moduleOf(seed).functions;
  if (main === undefined) return;
  const expected = interpret(main, [{ memory: context, offset: 0 }]);
  const module = moduleOf(seed);
  if (seed % 2 === 0) optimize(module);
  const code = readCollection(emitObject(module, { cpu })).programs.get('main')?.code ?? new Uint8Array(0);
  const { result } = new BytecodeRunner().run(code, context);
  check(counts, result === expected, () => `seed ${seed}, cpu ${cpu}: ${result} here, ${expected} by definition`);
  if (kernel === undefined) return;
  const program = await kernel.load({ type: 'socket_filter', code });
  if ('errno' in program) {
    counts.refused += 1;
    const complex = /too large|too complex|too many/.test(program.log);
    if (!complex)
      check(counts, false, () => `seed ${seed}: refused: ${program.log.trimEnd().split('\n').slice(-3).join(' / ')}`);
    return;
  }
  const run = await kernel.testRun(program, new Uint8Array(64));
  await kernel.close(program);
  check(
    counts,
    BigInt(run.retval >>> 0) === expected,
    () => `seed ${seed}: ${run.retval} in the kernel, not ${expected}`,
  );
}

const loader = `package main

import (
	"fmt"
	"os"

	"github.com/cilium/ebpf"
)

func main() {
	spec, err := ebpf.LoadCollectionSpec(os.Args[1])
	if err == nil {
		var collection *ebpf.Collection
		collection, err = ebpf.NewCollection(spec)
		if err == nil {
			defer collection.Close()
			for _, name := range []string{"main", "looping", "jumping"} {
				result, _, _ := collection.Programs[name].Test(make([]byte, 64))
				fmt.Print(result, " ")
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;

/** Go's cilium/ebpf loads an object with one of everything, and runs it. Gives what it needs, where that is missing. */
function runInGo(counts: Counts): string | undefined {
  const missing = whyNoBpf() ?? (findTool('go') === undefined ? 'go' : undefined);
  if (missing !== undefined) return missing;
  if (!existsSync(join(GO_PATH, 'src/github.com/cilium/ebpf'))) return 'golang-github-cilium-ebpf-dev';
  const folder = mkdtempSync(join(tmpdir(), 'skep-codegen-'));
  try {
    writeFileSync(join(folder, 'main.go'), loader);
    writeFileSync(join(folder, 'sample.o'), emitObject(sampleModule()));
    const env = { ...process.env, GOPATH: GO_PATH, GO111MODULE: 'off', GOCACHE: join(folder, 'cache') };
    execFileSync('go', ['build', '-o', 'loader', 'main.go'], { cwd: folder, env, stdio: 'pipe' });
    const output = execFileSync('./loader', ['sample.o'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    check(counts, output.trim() === '2 15 3', () => `Go's ebpf: ${output}`);
  } catch (error) {
    check(counts, false, () => `Go's ebpf: ${String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** Generated code against the meaning of the IR, in the interpreter and the kernel; and an object in Go's loader. */
export const stage = {
  name: 'codegen',
  async run({
    seconds,
    seed,
  }: {
    seconds: number;
    seed: number;
  }): Promise<{ passed: number; failed: number; note: string }> {
    const counts: Counts = { passed: 0, failed: 0, refused: 0, first: undefined };
    const until = performance.now() + seconds * 1000;
    const withoutGo = runInGo(counts);
    const missing = KernelOracle.missing();
    const kernel = missing === undefined ? await KernelOracle.start() : undefined;
    for (let next = seed; performance.now() < until; next = (next + 1) % SEEDS) {
      try {
        await compare(next, kernel, counts);
      } catch (error) {
        check(counts, false, () => `seed ${next}: ${String(error)}`);
      }
    }
    await kernel?.stop();
    const note = [
      missing === undefined ? `the kernel found ${counts.refused} too complex` : `skipped: needs ${missing}`,
      withoutGo === undefined ? 'Go loads the sample' : `skipped: needs ${withoutGo}`,
      ...(counts.first === undefined ? [] : [`first: ${counts.first}`]),
    ].join(', ');
    return { passed: counts.passed, failed: counts.failed, note };
  },
};
