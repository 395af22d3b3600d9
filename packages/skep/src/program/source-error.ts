import type { Diagnostic } from '@skep/compilers/typescript';
import { type Place, SkepError } from '@skep/core/base';

/** A TypeScript program that does not compile, with all that TypeScript and the compiler say about it. */
export class SourceError extends SkepError {
  /** Errors and warnings in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(file: string, diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    super('SKEP_COMPILE', first === undefined ? 'it does not compile' : `${first.code}: ${first.message}`, {
      place: first === undefined ? { file } : placeOf(first),
      ...(errors.length > 1 ? { reason: `it is the first of ${errors.length} errors` } : {}),
      ...(first?.hint === undefined ? {} : { remedy: first.hint }),
    });
    this.diagnostics = diagnostics;
  }

  /** The places are complete. */
  override at(): SkepError {
    return this;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), diagnostics: this.diagnostics };
  }
}

function placeOf({ file, line, column, text }: Diagnostic): Place {
  return { file, line, column, text };
}
