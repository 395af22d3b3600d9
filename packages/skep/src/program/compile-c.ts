import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SkepError } from '@skep/core/base';
import { noWrite } from '../files/read-file.ts';
import { findTool } from './tools.ts';

/** Versions of clang that are looked for by name, newest first. */
const clangs = ['clang', ...[22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11].map((version) => `clang-${version}`)];

/** The clang to compile with: `SKEP_CLANG`, else the first one on the PATH. */
export function findClang(): string | undefined {
  const { SKEP_CLANG } = process.env;
  return SKEP_CLANG ? findTool(SKEP_CLANG) : clangs.map(findTool).find((path) => path !== undefined);
}

/** The folder of `skep_bpf.h`, the header that comes with skep. */
const includeFolder = fileURLToPath(new URL('../../include', import.meta.url));

/**
 * Compiles one C file to an eBPF object and gives its bytes.
 * @param options level of the instruction set; clang's own where it is not said.
 * @throws SKEP_NO_TOOL without clang, SKEP_COMPILE with the compiler's messages, SKEP_NO_WRITE.
 */
export async function compileC(file: string, { cpu }: { readonly cpu?: 2 | 3 | 4 } = {}): Promise<Uint8Array> {
  const clang = findClang();
  if (clang === undefined) {
    throw new SkepError('SKEP_NO_TOOL', 'there is no clang to compile it with', {
      place: { file },
      reason: process.env.SKEP_CLANG ? `SKEP_CLANG names ${process.env.SKEP_CLANG}` : 'clang is not on the PATH',
      remedy: 'install it (Debian: apt install clang), or name one: SKEP_CLANG=/path/to/clang',
    });
  }
  const folder = await temporaryFolder();
  try {
    const object = join(folder, 'out.o');
    const level = cpu === undefined ? [] : [`-mcpu=v${cpu}`];
    await run(clang, file, [...flags(file), ...level, '-c', file, '-o', object]);
    return await readFile(object).catch((error: unknown) => {
      throw notCompiled(clang, file, error);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function temporaryFolder(): Promise<string> {
  const prefix = join(tmpdir(), 'skep-');
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw noWrite(prefix, error);
  }
}

/** For a compiler that did not do its work and named no place in the source. */
function notCompiled(clang: string, file: string, reason: unknown): SkepError {
  return new SkepError('SKEP_COMPILE', `${clang} did not compile it`, {
    place: { file },
    reason: reason instanceof Error ? reason.message : String(reason),
    remedy: 'see that it is a clang that knows -target bpf, or name another: SKEP_CLANG=/path/to/clang',
  });
}

function flags(file: string): string[] {
  return ['-target', 'bpf', '-O2', '-g', '-I', dirname(file), '-I', includeFolder, ...machineFlags()];
}

/**
 * Debian keeps headers of the machine, such as `asm/types.h`, in a folder that clang does not search for a target of
 * another name. The C library's headers choose by the machine's macro as well.
 */
function machineFlags(): string[] {
  const machine = machines[process.arch];
  const folder = machine === undefined ? '' : `/usr/include/${machine.folder}`;
  if (machine === undefined || !existsSync(folder)) return [];
  return ['-idirafter', folder, ...machine.macros.map((macro) => `-D${macro}`)];
}

/** Debian's name of each machine, by Node's, and the macros that tell the C library its word size. */
const machines: Readonly<Partial<Record<NodeJS.Architecture, { readonly folder: string; readonly macros: string[] }>>> =
  {
    x64: { folder: 'x86_64-linux-gnu', macros: ['__x86_64__'] },
    arm64: { folder: 'aarch64-linux-gnu', macros: [] },
  };

async function run(clang: string, file: string, args: readonly string[]): Promise<void> {
  const child = spawn(clang, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let messages = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(notCompiled(clang, file, error)));
    child.once('close', resolve);
  });
  if (status === 0) {
    if (messages !== '') process.stderr.write(messages);
    return;
  }
  const first = /^(.*?):(\d+):(\d+): (?:fatal )?error: (.*)$/m.exec(messages);
  if (first === null) throw notCompiled(clang, file, messages.trim() || `it ended with status ${status}`);
  throw new SkepError('SKEP_COMPILE', first[4] ?? '', {
    place: { file: first[1] ?? file, line: Number(first[2]), column: Number(first[3]) },
    reason: messages.trim(),
    remedy: 'mend the source',
  });
}
