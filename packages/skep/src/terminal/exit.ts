import { formatError, SkepError, stringifyJson } from '@skep/core/base';
import { noWrite } from '../files/read-file.ts';
import { formatRejection, isRejection } from './rejection.ts';
import { formatSourceError, isSourceError } from './source-diagnostics.ts';
import { stderrStyle } from './style.ts';

/** Exit status of a command that the user interrupted. */
export const INTERRUPTED = 130;

/** Exit status where standard error cannot be written: that of SKEP_NO_WRITE. */
const WRITE_FAILED = 2;

/**
 * Ends the process where its output cannot be written: quietly where the reader went away (`skep .. | head`), else with
 * the reason, such as a full disk.
 */
export function watchOutputs(json: boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : reportFailure(noWrite('standard output', error), json));
  });
  // There is nowhere left to say it.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : WRITE_FAILED));
}

/** Prints what went wrong on stderr, as text or as one line of JSON, and gives the exit status for it. */
export function reportFailure(error: unknown, json: boolean): number {
  const known = error instanceof SkepError ? error : undefined;
  if (known === undefined) return reportBug(error, json);
  if (json) process.stderr.write(`${stringifyJson({ error: known })}\n`);
  else if (isSourceError(known)) process.stderr.write(formatSourceError(known));
  else
    process.stderr.write(`${stderrStyle().error(isRejection(known) ? formatRejection(known) : formatError(known))}\n`);
  return known.exitStatus;
}

/** Something that is skep's own fault. */
function reportBug(error: unknown, json: boolean): number {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.SKEP_DEBUG === '1' && error instanceof Error ? error.stack : undefined;
  if (json) process.stderr.write(`${JSON.stringify({ error: { code: 'INTERNAL', message, stack } })}\n`);
  else {
    const advice = 'this is a mistake in skep; SKEP_DEBUG=1 shows where, please report it';
    process.stderr.write(`error: ${message}\n  why: ${advice}\n${stack === undefined ? '' : `${stack}\n`}`);
  }
  return 1;
}
