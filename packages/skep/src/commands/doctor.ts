import type { Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';
import { stdoutStyle } from '../terminal/style.ts';

/** `skep doctor`: says what this machine can do. */
export function define(command: Command): void {
  command
    .description('Says what this machine can do: what skep needs, what some commands need, and what would be gained.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: true }) => {
      const { examine } = await import('../doctor/examine.ts');
      const findings = await examine();
      if (json === true) await writeOut(`${JSON.stringify({ findings })}\n`);
      else await writeOut(text(findings));
      process.exitCode = findings.some(({ needed, ok }) => needed && !ok) ? 1 : 0;
    });
}

const EXAMPLES = `
Examples:
  skep doctor
  skep doctor --json`;

function text(findings: Awaited<ReturnType<typeof import('../doctor/examine.ts').examine>>): string {
  const style = stdoutStyle();
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, ok, needed, found, gives }) => {
      const mark = ok ? style.good('yes') : needed ? style.bad('NO ') : style.warn('no ');
      return `${mark}  ${name.padEnd(width)}  ${found}${ok ? '' : `; ${gives}`}\n`;
    })
    .join('');
}
