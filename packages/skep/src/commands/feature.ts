import { Argument, type Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';
import { stdoutStyle } from '../terminal/style.ts';

/** `skep feature probe`: lists what the kernel of this machine has. */
export function define(command: Command): void {
  command
    .description(
      'Asks the kernel of this machine, by trying, which program types and map types it has, and which helpers a ' +
        'program of each type may call. Nothing is left behind. Needs root.',
    )
    .addArgument(new Argument('<ACTION>', 'what to do').choices(['probe']))
    .option('--helpers', 'the helpers of each program type as well: about ten thousand trials, a few seconds')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (_: string, { helpers, json }: { helpers?: true; json?: true }) => {
      const { probeFeatures } = await import('../kernel/probe-features.ts');
      const features = probeFeatures({ helpers: helpers === true });
      await writeOut(json === true ? `${JSON.stringify(features)}\n` : text(features));
    });
}

const EXAMPLES = `
Examples:
  skep feature probe
  skep feature probe --helpers --json`;

type Features = ReturnType<typeof import('../kernel/probe-features.ts').probeFeatures>;

function text({ kernel, programTypes, mapTypes }: Features): string {
  const helperLines = programTypes.flatMap(({ name, helpers }) =>
    helpers === undefined || helpers.length === 0
      ? []
      : [`\nhelpers of ${name} (${helpers.length})\n`, ...helpers.map((helper) => `  ${helper}\n`)],
  );
  return [
    `Linux ${kernel}\n`,
    ...section('program types', programTypes),
    ...section('map types', mapTypes),
    ...helperLines,
  ].join('');
}

function section(title: string, rows: Features['mapTypes']): string[] {
  const style = stdoutStyle();
  const width = Math.max(...rows.map(({ name }) => name.length));
  const count = rows.filter(({ supported }) => supported).length;
  const lines = rows.map(({ name, supported, reason }) => {
    const mark = supported ? style.good('yes') : style.warn('no ');
    return `  ${mark}  ${reason === undefined ? name : `${name.padEnd(width)}  ${reason}`}\n`;
  });
  return [`\n${title} (${count} of ${rows.length})\n`, ...lines];
}
