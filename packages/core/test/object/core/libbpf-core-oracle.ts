import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What libbpf makes of a program: its instructions once relocated, in hex digits, or the number of the error. */
export type LibbpfCode = string | number;

/** Builds the oracle in `folder`; gives the program's path. */
export function buildCoreOracle(folder: string): string {
  const program = join(folder, 'libbpf-core-oracle');
  execFileSync('cc', [
    '-O1',
    '-o',
    program,
    join(import.meta.dirname, 'libbpf-core-oracle.c'),
    '-lbpf',
    '-lelf',
    '-lz',
  ]);
  return program;
}

/** Asks libbpf about pairs of BTF and object; gives for each the programs by name. */
export function askLibbpfCore(
  oracle: string,
  pairs: readonly { readonly btf: string; readonly object: string }[],
): Map<string, LibbpfCode>[] {
  const parameters = pairs.flatMap(({ btf, object }) => [btf, object]);
  const text = execFileSync(oracle, parameters, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const answers = pairs.map(() => new Map<string, LibbpfCode>());
  for (const line of text.trimEnd().split('\n')) {
    const [pair = '', name = '', error = '', code = ''] = line.split('\t');
    answers[Number(pair)]?.set(name, error === '0' ? code : Number(error));
  }
  return answers;
}
