import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { compileAll, root, sources } from './compile.ts';

/*
 * Rebuilds the object files in prebuilt/, which tests read where no compiler is at hand:
 *
 *     node --conditions=source --import tsx packages/core/test/object/prebuild.ts
 *
 * They keep their BTF but no DWARF.
 */
const chosen = {
  'clang-19': [
    'callbacks',
    'core-relocations',
    'firewall',
    'globals',
    'inner-maps',
    'kconfig',
    'ksyms',
    'legacy-maps',
    'subprograms',
    'tail-calls',
  ],
  'bpf-gcc': ['firewall', 'subprograms', 'tail-calls'],
};

const folder = mkdtempSync(join(tmpdir(), 'skep-prebuild-'));
const target = join(import.meta.dirname, 'prebuilt');
mkdirSync(target, { recursive: true });
for (const name of readdirSync(target)) rmSync(join(target, name));
for (const [tool, names] of Object.entries(chosen)) {
  const wanted = sources.filter(({ name }) => names.includes(name));
  for (const { file } of await compileAll(folder, [{ tool, cpu: 3 }], wanted)) {
    if (tool !== 'bpf-gcc') execFileSync('llvm-strip-19', ['-g', file]);
    writeFileSync(join(target, basename(file)), withoutRoot(readFileSync(file)));
  }
}
rmSync(folder, { recursive: true });

/** gcc writes the folder it works in into its BTF: dots and slashes of the same length stand in for it. */
function withoutRoot(object: Buffer): Buffer {
  return Buffer.from(object.toString('latin1').replaceAll(root, '.'.padEnd(root.length, '/')), 'latin1');
}
