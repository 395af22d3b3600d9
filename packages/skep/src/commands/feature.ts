import { SkepError } from '@skep/core/base';
import { Argument, type Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';
import { stdoutStyle } from '../terminal/style.ts';

/** `skep feature probe`: lists what the kernel of this machine has. */
export function define(command: Command): void {
  command
    .description(
      'Asks the kernel of this machine, by trying, which program types, map types and attach types it has, and ' +
        'which helpers a program of each type may call. Nothing is left behind. Needs root.',
    )
    .addArgument(new Argument('<ACTION>', 'what to do').choices(['probe']))
    .argument('[WORD]', 'only features with this word in their name')
    .option('--helpers', 'the helpers of each program type as well: about ten thousand trials, a few seconds')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (_: string, filter: string | undefined, { helpers, json }: { helpers?: true; json?: true }) => {
      const { probeFeatures } = await import('../kernel/probe-features.ts');
      const features = probeFeatures({ helpers: helpers === true, ...(filter === undefined ? {} : { filter }) });
      if (filter !== undefined) checkFound(features, filter);
      await writeOut(json === true ? `${JSON.stringify(features)}\n` : text(features));
    });
}

const EXAMPLES = `
Examples:
  skep feature probe
  skep feature probe xdp
  skep feature probe --helpers --json`;

type Features = ReturnType<typeof import('../kernel/probe-features.ts').probeFeatures>;

/** @throws SKEP_NO_SUCH_NAME where nothing has such a name. */
function checkFound({ programTypes, mapTypes, attachTypes }: Features, filter: string): void {
  if (programTypes.length + mapTypes.length + attachTypes.length > 0) return;
  throw new SkepError('SKEP_NO_SUCH_NAME', `no feature has '${filter}' in its name`, {
    remedy: 'skep feature probe lists all of them',
  });
}

function text({ kernel, programTypes, mapTypes, attachTypes }: Features): string {
  const helperLines = programTypes.flatMap(({ name, helpers }) =>
    helpers === undefined || helpers.length === 0
      ? []
      : [`\nhelpers of ${name} (${helpers.length})\n`, ...helpers.map((helper) => `  ${helper}\n`)],
  );
  return [
    `Linux ${kernel}\n`,
    ...section('program types', programTypes),
    ...section('map types', mapTypes),
    ...section('attach types', attachTypes),
    ...helperLines,
  ].join('');
}

function section(title: string, rows: Features['mapTypes']): string[] {
  if (rows.length === 0) return [];
  const style = stdoutStyle();
  const width = Math.max(...rows.map(({ name }) => name.length));
  const count = rows.filter(({ supported }) => supported).length;
  const lines = rows.map(({ name, supported, reason, remedy }) => {
    const mark = supported ? style.good('yes') : style.warn('no ');
    const about = [reason, remedy].filter((part) => part !== undefined).join('; ');
    return `  ${mark}  ${about === '' ? name : `${name.padEnd(width)}  ${about}`}\n`;
  });
  return [`\n${title} (${count} of ${rows.length})\n`, ...lines];
}
