import type { Diagnostic } from '@skep/compilers/typescript';
import { type JsonInput, SkepError } from '@skep/core/base';
import { type Command, Option } from 'commander';
import type { Built } from '../build/build-file.ts';
import type { Output } from '../build/output-path.ts';
import { noWrite, STDIN } from '../files/read-file.ts';
import { writeOut } from '../terminal/stdout.ts';

interface BuildFlags {
  readonly out?: string;
  readonly dump?: 'ir' | 'asm';
  readonly targetKernel?: string;
  readonly cpu?: 'v2' | 'v3' | 'v4';
  readonly json?: true;
}

/** `skep build`: makes objects of sources. */
export function define(command: Command): void {
  command
    .description(
      'Makes an eBPF object of each source: TypeScript (.bpf.ts), C (.c, compiled with clang) or assembly (.s). The ' +
        'object goes beside its source, fw.bpf.ts becomes fw.bpf.o; libbpf, bpftool and skep load it, and load() takes ' +
        'it in place of the source. The exit status is 1 where a source has errors.',
    )
    .argument('<FILE...>', 'the sources')
    .option('-o, --out <FILE>', 'the object, or a folder for the objects; - for standard output')
    .addOption(new Option('--dump <FORM>', 'print it, and write no object unless -o is given').choices(['ir', 'asm']))
    .option('--target-kernel <VERSION>', 'the oldest Linux that is to load it, such as 6.1: refuse what it lacks')
    .addOption(new Option('--cpu <LEVEL>', 'instruction set (default: v3)').choices(['v2', 'v3', 'v4']))
    .option('--json', 'print what was built and the diagnostics as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: BuildFlags) => {
      process.exitCode = await build(files, flags);
    });
}

const EXAMPLES = `
The instruction set follows from --target-kernel where --cpu is not given: v4 from Linux 6.6 on.

Examples:
  skep build examples/firewall/firewall.bpf.ts -o firewall.o --target-kernel 6.1
  skep build examples/firewall/firewall.bpf.ts --dump asm
  skep build examples/firewall/firewall.c examples/firewall/firewall.bpf.ts -o objects/ --json`;

async function build(files: readonly string[], flags: BuildFlags): Promise<number> {
  checkFlags(files, flags);
  const [{ outputs }, { buildFile }] = await Promise.all([
    import('../build/output-path.ts'),
    import('../build/build-file.ts'),
  ]);
  const plan = outputs(files, flags.out);
  const options = await buildOptions(flags);
  const results: { readonly output: Output; readonly built: Built }[] = [];
  for (const output of plan) {
    const built = await buildFile(output.source, options);
    if (built.object !== undefined) await write(output, built.object, flags);
    if (flags.json !== true) await tell(output, built, flags);
    results.push({ output, built });
  }
  const diagnostics = results.flatMap(({ built }) => built.diagnostics);
  if (flags.json === true) await printJson(results, flags);
  else if (diagnostics.length > 0) process.stderr.write(`${await counts(diagnostics)}\n`);
  return results.every(({ built }) => built.object !== undefined) ? 0 : 1;
}

/** @throws SKEP_USAGE where options contradict each other. */
function checkFlags(files: readonly string[], { out, dump, cpu, json }: BuildFlags): void {
  if (out === STDIN && (json === true || dump !== undefined)) {
    throw new SkepError('SKEP_USAGE', `-o - and ${json === true ? '--json' : '--dump'} both write to standard output`, {
      remedy: 'leave one out',
    });
  }
  if (dump !== undefined && json === true) {
    throw new SkepError('SKEP_USAGE', '--dump does not go with --json', {
      remedy: 'leave one out; skep dis has --json',
    });
  }
  const assembly = files.find((file) => /\.s$/i.test(file));
  if (assembly !== undefined && cpu !== undefined) {
    throw new SkepError('SKEP_USAGE', `--cpu does not go with ${assembly}`, {
      reason: 'assembly says its instructions itself',
      remedy: 'leave out --cpu',
    });
  }
  const other = files.find((file) => !/\.ts$/i.test(file));
  if (other !== undefined && dump === 'ir') {
    throw new SkepError('SKEP_USAGE', `--dump ir does not go with ${other}`, {
      reason: 'it shows the form that the TypeScript compiler works on',
      remedy: 'use --dump asm',
    });
  }
}

async function buildOptions({ cpu, targetKernel }: BuildFlags) {
  const level = cpu === undefined ? undefined : levels[cpu];
  if (targetKernel === undefined) return level === undefined ? {} : { cpu: level };
  const { TargetKernel } = await import('../build/target-kernel.ts');
  const target = new TargetKernel(targetKernel);
  if (level !== undefined && level > target.cpu) {
    throw new SkepError('SKEP_USAGE', `--cpu ${cpu} is too new for Linux ${target.version}`, {
      reason: `it takes instructions up to v${target.cpu}`,
      remedy: 'leave out --cpu',
    });
  }
  return { cpu: level ?? target.cpu, target };
}

const levels = { v2: 2, v3: 3, v4: 4 } as const;

async function write({ object: file }: Output, bytes: Uint8Array, { dump, out }: BuildFlags): Promise<void> {
  if (dump !== undefined && out === undefined) return;
  if (file === STDIN) {
    await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
    return;
  }
  const { mkdir, writeFile } = await import('node:fs/promises');
  const { dirname } = await import('node:path');
  try {
    if (out !== undefined && /[\\/]$/.test(out)) await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  } catch (error) {
    throw noWrite(file, error);
  }
}

/** Diagnostics are talk; what was built, or its dump, is data. */
async function tell(output: Output, built: Built, { dump, out }: BuildFlags): Promise<void> {
  if (built.diagnostics.length > 0) {
    const [{ formatDiagnostics }, { stderrStyle }] = await Promise.all([
      import('../terminal/source-diagnostics.ts'),
      import('../terminal/style.ts'),
    ]);
    process.stderr.write(formatDiagnostics(built.diagnostics, stderrStyle()));
  }
  if (built.object === undefined) return;
  if (dump !== undefined) return writeOut(await dumped(output.source, built.object, dump));
  if (out !== STDIN) {
    const { builtText } = await import('../build/built-report.ts');
    await writeOut(builtText(output, built));
  }
}

async function dumped(file: string, object: Uint8Array, form: 'ir' | 'asm'): Promise<string> {
  if (form === 'ir') {
    const { typeScriptIr } = await import('../program/compile-typescript.ts');
    return (await typeScriptIr(file)).text ?? '';
  }
  const [{ readElf }, { sectionsText }] = await Promise.all([
    import('@skep/core/object'),
    import('../listing/section-listing.ts'),
  ]);
  return sectionsText(readElf(object), file);
}

async function printJson(
  results: readonly { readonly output: Output; readonly built: Built }[],
  flags: BuildFlags,
): Promise<void> {
  const [{ stringifyJson }, { builtJson }] = await Promise.all([
    import('@skep/core/base'),
    import('../build/built-report.ts'),
  ]);
  const diagnostics = results.flatMap(({ built }) => built.diagnostics);
  const json: JsonInput = {
    built: results.flatMap(({ output, built }) => (built.object === undefined ? [] : [builtJson(output, built)])),
    cpu: flags.cpu,
    errors: diagnostics.filter(({ severity }) => severity === 'error').length,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
    diagnostics,
  };
  await writeOut(`${stringifyJson(json)}\n`);
}

async function counts(diagnostics: readonly Diagnostic[]): Promise<string> {
  const { countText } = await import('../terminal/source-diagnostics.ts');
  return countText(diagnostics);
}
