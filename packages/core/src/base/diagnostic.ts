import type { Place, SkepError } from './errors.ts';
import { escapeControls } from './text.ts';

/** Something worth telling that did not stop the work: what was found, where, and what was done about it. */
export interface Diagnostic {
  readonly severity: 'warning' | 'note';
  readonly message: string;
  readonly place: Place;
}

/** Takes diagnostics as they come up. */
export type Report = (diagnostic: Diagnostic) => void;

/** `file:line:column`, `file: section xdp, instruction 4`, `file: offset 0x40`: as much as is known. */
export function formatPlace(place: Place): string {
  const inText = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const inside = [
    place.section === undefined ? undefined : `section ${place.section}`,
    place.program === undefined ? undefined : `program ${place.program}`,
    place.instruction === undefined ? undefined : `instruction ${place.instruction}`,
    place.offset === undefined ? undefined : `offset 0x${place.offset.toString(16)}`,
  ].filter((part) => part !== undefined);
  return [inText, inside.join(', ')].filter((part) => part !== '').join(': ');
}

/**
 * The error as people read it: place, sentence, code; the source text; why; what to do. Lines without colour, safe to
 * print on a terminal. A reason may be several lines, such as a compiler's.
 */
export function formatError(error: SkepError): string {
  const { code, message, reason, remedy } = error;
  const place = formatPlace(error.place);
  return [
    `${place === '' ? '' : `${place} - `}error ${code}: ${message}`,
    ...(error.place.text === undefined ? [] : [`    ${error.place.text.trim()}`]),
    ...(reason === undefined ? [] : `  why: ${reason}`.split('\n')),
    ...(remedy === undefined ? [] : [`  try: ${remedy}`]),
  ]
    .map(escapeControls)
    .join('\n');
}
