import { stringifyJson } from '@skep/core/base';
import { STDIN } from '../files/read-file.ts';
import type { RunFlags } from '../settings/run-flags.ts';
import { INTERRUPTED, reportFailure } from '../terminal/exit.ts';
import { writeTo } from '../terminal/stdout.ts';
import { stderrStyle, stdoutStyle } from '../terminal/style.ts';
import { notes } from './notes.ts';
import type { Report } from './report.ts';
import { reportJson } from './report-json.ts';
import { reportText } from './report-text.ts';

/**
 * Prints a report: the data on standard output (on standard error where `--out -` writes packets there), what else
 * there is to say on standard error. Gives the exit status.
 */
export async function showReport(report: Report, flags: RunFlags): Promise<number> {
  const stdoutIsTaken = flags.out === STDIN;
  const style = stdoutIsTaken ? stderrStyle() : stdoutStyle();
  const rows = flags.rows === 0 ? Number.POSITIVE_INFINITY : flags.rows;
  const text = flags.json === true ? `${stringifyJson(reportJson(report))}\n` : reportText(report, { style, rows });
  const gap = flags.print === true && flags.json !== true ? '\n' : '';
  await writeTo(stdoutIsTaken ? process.stderr : process.stdout, gap + text);
  for (const note of notes(report)) process.stderr.write(`${note}\n`);
  return finish(report, flags);
}

/** The exit status, and the error that goes with it. */
function finish(report: Report, flags: RunFlags): number {
  const json = flags.json === true;
  if (report.interrupted) {
    // Whoever feeds standard input may still be waiting.
    process.stdin.destroy();
    return INTERRUPTED;
  }
  const [fault] = report.faults.items;
  const status = fault === undefined ? 0 : reportFailure(fault.error, json);
  if (report.damage !== undefined) return reportFailure(report.damage, json);
  if (fault !== undefined) return flags.keepGoing === true ? 0 : status;
  if (!json) hint(flags);
  return 0;
}

/** Says what to try next, to people only: on a terminal, and under `npm start`. */
function hint({ print }: RunFlags): void {
  const isStart = process.env.npm_lifecycle_event === 'start';
  if (print === true || (!isStart && process.stderr.isTTY !== true)) return;
  const what = 'a line for each packet';
  process.stderr.write(`\ntry next: ${isStart ? `npm start -- --print   (${what})` : `--print, ${what}`}\n`);
}
