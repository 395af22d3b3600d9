import { writeFile } from 'node:fs/promises';
import { SkepError } from '@skep/core/base';
import type { Command } from 'commander';
import { noWrite, readBytes, STDIN } from '../files/read-file.ts';
import { writeOut } from '../terminal/stdout.ts';

interface AsmFlags {
  readonly out?: string;
  readonly json?: true;
}

/** `skep asm`: assembles a file into an object that libbpf, bpftool and skep load. */
export function define(command: Command): void {
  command
    .description('Makes an eBPF object from assembly. Without -o it prints the bytes of each program.')
    .argument('<FILE>', 'assembly (.s); - reads it from standard input')
    .option('-o, --out <FILE>', 'the object to write; - for standard output')
    .option('--json', 'print what was assembled as JSON')
    .addHelpText('after', EXAMPLES)
    .action(assemble);
}

const EXAMPLES = `
Examples:
  skep asm examples/firewall/firewall.s -o firewall.o
  skep asm examples/firewall/firewall.s --json
  echo '.section xdp; r0 = 2; exit' | tr ';' '\\n' | skep asm -`;

async function assemble(file: string, { out, json }: AsmFlags): Promise<void> {
  if (out === STDIN && json === true) {
    throw new SkepError('SKEP_USAGE', '-o - and --json both write to standard output', { remedy: 'leave one out' });
  }
  const { decodeText, isTypeScript } = await import('../program/read-program.ts');
  if (isTypeScript(file)) throw noAssembly(file);
  const [{ assembleElf }, { collectionFromElf, writeElf }] = await Promise.all([
    import('@skep/core/object/assembly'),
    import('@skep/core/object'),
  ]);
  const elf = assembleElf(decodeText(await readBytes(file), file), { file });
  if (out !== undefined) await writeObject(out, writeElf(elf));
  if (out !== undefined && json !== true) return;
  const { programsJson, programsHex } = await import('../listing/assembled.ts');
  const spec = collectionFromElf(elf, { file });
  if (spec.programs.size === 0)
    process.stderr.write('note: there is no program: a section such as .section xdp makes one\n');
  if (json !== true) return writeOut(programsHex(spec));
  const { stringifyJson } = await import('@skep/core/base');
  await writeOut(`${stringifyJson(programsJson(spec))}\n`);
}

function noAssembly(file: string): SkepError {
  return new SkepError('SKEP_USAGE', 'this is TypeScript', {
    place: { file },
    reason: 'asm takes assembly (.s)',
    remedy: `make an object of it: skep build ${file}`,
  });
}

async function writeObject(file: string, bytes: Uint8Array): Promise<void> {
  if (file === STDIN) {
    await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
    return;
  }
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw noWrite(file, error);
  }
}
