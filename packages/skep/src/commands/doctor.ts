import type { Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';
import { stdoutStyle } from '../terminal/style.ts';

/** `skep doctor`: says what this machine can do. */
export function define(command: Command): void {
  command
    .description('Says what this machine can do: what skep needs, what some commands need, and what would be gained.')
    .option('--clean', 'remove what processes of skep left attached when they were killed, and nothing else')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ clean, json }: { clean?: true; json?: true }) => {
      process.exitCode = await (clean === true ? cleanUp(json === true) : diagnose(json === true));
    });
}

async function diagnose(json: boolean): Promise<number> {
  const { examine } = await import('../doctor/examine.ts');
  const findings = await examine();
  await writeOut(json ? `${JSON.stringify({ findings })}\n` : text(findings));
  return findings.some(({ needed, ok }) => needed && !ok) ? 1 : 0;
}

/** What running processes hold is never among the leftovers. */
async function cleanUp(json: boolean): Promise<number> {
  const { findLeftovers, leftoverJson, leftoverText } = await import('../doctor/leftovers.ts');
  const found = await findLeftovers();
  for (const leftover of found) {
    leftover.remove();
    if (!json) await writeOut(`removed ${leftoverText(leftover)}\n`);
  }
  if (json) await writeOut(`${JSON.stringify({ removed: found.map(leftoverJson) })}\n`);
  else if (found.length === 0) await writeOut('nothing was left behind\n');
  return 0;
}

const EXAMPLES = `
Examples:
  skep doctor
  skep doctor --json
  skep doctor --clean`;

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
