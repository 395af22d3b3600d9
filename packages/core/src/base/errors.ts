import { type ErrorCode, errorCodes } from './error-codes.ts';

/** Where something is: in a text (line, column from 1), in a file (byte offset), or in a program (instruction). */
export interface Place {
  readonly file?: string;
  /** Line in a text file, from 1. */
  readonly line?: number;
  /** Column in that line, from 1. */
  readonly column?: number;
  /** Byte offset in a binary file. */
  readonly offset?: number;
  readonly section?: string;
  readonly program?: string;
  /** Slot of the instruction in its program, from 0. */
  readonly instruction?: number;
  /** The line of source or the instruction itself. */
  readonly text?: string;
}

/** What a {@link SkepError} is made from. */
export interface ErrorDetails {
  /** Where it is. */
  readonly place?: Place;
  /** Why it is so: what was expected and what was found. */
  readonly reason?: string;
  /** What the user can do about it. */
  readonly remedy?: string;
  /** The kernel's name of the error, such as `E2BIG`, where it has one. */
  readonly errno?: string;
  readonly cause?: unknown;
}

/** Every error skep throws for something its user can mend: what, where, why and what to do. */
export class SkepError extends Error {
  readonly code: ErrorCode;
  readonly place: Place;
  readonly reason: string | undefined;
  readonly remedy: string | undefined;
  readonly errno: string | undefined;

  /** @param what one sentence without a full stop: what went wrong. */
  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SkepError';
    this.code = code;
    this.place = details.place ?? {};
    this.reason = details.reason;
    this.remedy = details.remedy;
    this.errno = details.errno;
  }

  /** The exit status the command line gives for this error. */
  get exitStatus(): 1 | 2 | 3 {
    return errorCodes[this.code].exit;
  }

  /** The same error with a more exact place; what it knew already stays where `place` says nothing. */
  at(place: Place): SkepError {
    const { reason, remedy, errno, cause } = this;
    return new SkepError(this.code, this.message, {
      place: { ...place, ...this.place },
      ...(reason === undefined ? {} : { reason }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(errno === undefined ? {} : { errno }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  toJSON(): Record<string, unknown> {
    const { code, message, place, reason, remedy, errno } = this;
    return { code, message, place, reason, remedy, errno };
  }
}

/** Runs `action`; a SkepError out of it gets `place` where it has none of its own. */
export function atPlace<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof SkepError ? error.at(place) : error;
  }
}
