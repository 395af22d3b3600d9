import { describe, test } from 'vitest';
import { findTool, whyNoBpf } from './tools.ts';

/**
 * What some tests need beyond Node. Where it is missing they are skipped, and their names say why; under
 * `SKEP_NO_SKIP=1` (CI) they fail instead.
 *
 *     const clang = needs('clang-19', 'llvm-objdump-19');
 *     clang.test('assembles', () => { .. });
 *     clang.describe('objects by clang', () => { .. });
 *     if (!clang.skip) { .. }          // work that collects cases
 */
export interface Need {
  /** True where the tests cannot run here. */
  readonly skip: boolean;
  /** What is missing, such as `clang-19`. */
  readonly missing: readonly string[];
  test(name: string, run: () => void | Promise<void>, milliseconds?: number): void;
  describe(name: string, define: () => void): void;
}

/** Needs programs by name on the PATH. */
export function needs(...tools: readonly string[]): Need {
  return need(tools.filter((tool) => findTool(tool) === undefined));
}

/** Needs a kernel that lets us use bpf(2), and `tools`. */
export function needsBpf(...tools: readonly string[]): Need {
  const why = whyNoBpf();
  return need([...(why === undefined ? [] : [why]), ...tools.filter((tool) => findTool(tool) === undefined)]);
}

function need(missing: readonly string[]): Need {
  const skip = missing.length > 0;
  const reason = `skipped: needs ${missing.join(', ')}`;
  if (!skip) {
    return {
      skip,
      missing,
      test: (name, run, milliseconds) => test(name, run, milliseconds),
      describe: (name, define) => describe(name, define),
    };
  }
  const skipped =
    process.env.SKEP_NO_SKIP === '1'
      ? (name: string) => test(name, () => Promise.reject(new Error(`may not be ${reason}`)))
      : (name: string) => test.skip(`${name} (${reason})`, () => undefined);
  return { skip, missing, test: skipped, describe: skipped };
}
