import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Compiles programs/*.c into programs.gen.ts, from where tests take the objects: in the rig's guest there is neither a
 * compiler nor a file. Run it where a program was changed.
 */
const folder = mkdtempSync(join(tmpdir(), 'skep-programs-'));
const sources = join(import.meta.dirname, 'programs');
try {
  const lines = readdirSync(sources)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => `  '${name.slice(0, -2)}':\n    '${compile(name)}',`);
  const head = `// Objects of programs/*.c in base64, by clang-19. Written by build-programs.ts. Do not edit.\n\n`;
  const table = `export const programs: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`;
  writeFileSync(join(import.meta.dirname, 'programs.gen.ts'), head + table);
} finally {
  rmSync(folder, { recursive: true });
}

function compile(name: string): string {
  const object = join(folder, 'program.o');
  const flags = ['-O2', '-g', '-target', 'bpf', '-mcpu=v3', `-ffile-prefix-map=${sources}/=`];
  const args = [...flags, '-fdebug-compilation-dir=.', '-c', name, '-o', object];
  const { status, stderr } = spawnSync('clang-19', args, { cwd: sources, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  spawnSync('llvm-strip-19', ['--strip-debug', object]);
  return readFileSync(object).toString('base64');
}
