import { basename } from 'node:path';
import type { Diagnostic } from '@skep/compilers/typescript';
import type { LineInfo, ProgramSpec } from '@skep/core/object';

/** A place in a source, as diagnostics have it. */
export type SourcePlace = Pick<Diagnostic, 'file' | 'line' | 'column' | 'text'>;

/** Where the instructions of a program come from, after its line information. */
export class ProgramPlaces {
  readonly #lines: readonly LineInfo[];
  readonly #source: string;

  /** @param source the file as the user named it. */
  constructor(program: ProgramSpec, source: string) {
    this.#lines = program.lines;
    this.#source = source;
  }

  /** The beginning of a file of which no more is known. */
  static none(source: string): SourcePlace {
    return { file: source, line: 1, column: 1, text: '' };
  }

  /** The place of an instruction. */
  at(slot: number): SourcePlace {
    const info = this.#lines.findLast((line) => line.slot <= slot);
    if (info === undefined) return ProgramPlaces.none(this.#source);
    const { file, line, column, text } = info;
    const isSource = basename(file) === basename(this.#source);
    return { file: isSource ? this.#source : file, line, column: Math.max(1, column), text };
  }
}
