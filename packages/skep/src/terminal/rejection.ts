import { escapeControls, formatError, SkepError } from '@skep/core/base';

/** Lines of the log that are shown. */
const SHOWN = 8;

/** An error with the verifier's log. */
export interface Rejection extends SkepError {
  readonly log: string;
}

/** True for the rejection of a program by the kernel's verifier. */
export function isRejection(error: unknown): error is Rejection {
  return error instanceof SkepError && 'log' in error && typeof error.log === 'string';
}

/** The rejection as text: where, why, and the last lines of the log. */
export function formatRejection({ code, message, place, reason, log }: Rejection): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(-SHOWN).map((line) => `    ${escapeControls(line)}`);
  const whole = `--log FILE writes the whole log, ${lines.length} lines; --json has it, too`;
  const error = new SkepError(code, message, {
    place,
    ...(reason === undefined ? {} : { reason }),
    ...(lines.length > SHOWN ? { remedy: whole } : {}),
  });
  return [formatError(error), ...(shown.length > 0 ? ['  log of the verifier, its end:', ...shown] : [])].join('\n');
}
