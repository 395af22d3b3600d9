import { SkepError } from '@skep/core/base';
import type { Command } from 'commander';
import type { CheckResult } from '../check/check-files.ts';
import { reportFailure } from '../terminal/exit.ts';
import { writeOut } from '../terminal/stdout.ts';

interface CheckFlags {
  readonly watch?: true;
  readonly json?: true;
}

/** `skep check`: says what TypeScript and the compiler find wrong in programs. */
export function define(command: Command): void {
  command
    .description(
      'Checks TypeScript programs: what TypeScript says of their types and what the compiler says of the rest. A folder ' +
        'stands for every .bpf.ts in it. The exit status is 1 where there are errors.',
    )
    .argument('[PATH...]', 'programs and folders (default: this folder)')
    .option('--watch', 'check again whenever a file changes, until Ctrl-C')
    .option('--json', 'print the diagnostics as JSON; with --watch a line for each check')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], flags: CheckFlags) => {
      const named = paths.length === 0 ? ['.'] : paths;
      process.exitCode = await (flags.watch === true ? watch(named, flags) : checkOnce(named, flags));
    });
}

const EXAMPLES = `
Examples:
  skep check
  skep check examples/firewall/firewall.bpf.ts --json
  skep check examples --watch`;

async function checkOnce(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const { checkFiles } = await import('../check/check-files.ts');
  const result = await checkFiles(paths);
  if (result.files.length === 0) throw noPrograms(paths);
  return show(result, flags);
}

/** Ends with the status of the last check. */
async function watch(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const [{ checkFiles }, { Watcher }, { findSources }] = await Promise.all([
    import('../check/check-files.ts'),
    import('../check/watch.ts'),
    import('../check/find-sources.ts'),
  ]);
  await findSources(paths);
  const watcher = new Watcher();
  const stop = (): void => watcher.stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const check = async (): Promise<number> => {
    try {
      const result = await checkFiles(paths);
      watcher.watch(result.read, result.folders);
      return await show(result, flags);
    } catch (error) {
      // A file that went away may come back.
      return reportFailure(error, flags.json === true);
    }
  };
  watcher.watch(paths, []);
  let status = await check();
  for (;;) {
    if (process.stderr.isTTY) process.stderr.write('waiting for changes; Ctrl-C ends\n');
    if ((await watcher.changed()) === undefined) return status;
    status = await check();
  }
}

function noPrograms(paths: readonly string[]): SkepError {
  return new SkepError('SKEP_USAGE', `there is no .bpf.ts in ${paths.join(', ')}`, {
    remedy: 'name a program, or make one: skep init',
  });
}

async function show({ files, diagnostics }: CheckResult, { json }: CheckFlags): Promise<number> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (json === true) {
    const { stringifyJson } = await import('@skep/core/base');
    await writeOut(`${stringifyJson({ files, errors, warnings: diagnostics.length - errors, diagnostics })}\n`);
  } else {
    const [{ countText, formatDiagnostics }, { stdoutStyle }] = await Promise.all([
      import('../terminal/source-diagnostics.ts'),
      import('../terminal/style.ts'),
    ]);
    const style = stdoutStyle();
    const programs = `${files.length} ${files.length === 1 ? 'program' : 'programs'} checked`;
    const counts = countText(diagnostics);
    await writeOut(
      `${formatDiagnostics(diagnostics, style)}${programs}: ${errors > 0 ? style.bad(counts) : style.good(counts)}\n`,
    );
  }
  return errors > 0 ? 1 : 0;
}
