import { formatError, SkepError, stringifyJson } from '@skep/core/base';
import { stderrStyle } from './style.ts';

/** Exit status of a command that the user interrupted. */
export const INTERRUPTED = 130;

/** A reader that goes away (`skep .. | head`) is no error: the process ends quietly. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

/** Prints what went wrong on stderr, as text or as one line of JSON, and gives the exit status for it. */
export function reportFailure(error: unknown, json: boolean): number {
  const known = error instanceof SkepError ? error : undefined;
  if (known === undefined) return reportBug(error, json);
  if (json) process.stderr.write(`${stringifyJson({ error: known })}\n`);
  else process.stderr.write(`${stderrStyle().error(formatError(known))}\n`);
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
