import { dataDirectives } from './data-directives.ts';
import type { Directive, DirectiveTable } from './directive.ts';
import { mapDirective } from './map-directive.ts';
import { sectionDirectives } from './section-directives.ts';
import { symbolDirectives } from './symbol-directives.ts';
import { parseStructDeclaration } from './type-syntax.ts';

/** Passes over what only tells a debugger something: DWARF lines, frames, notes. The code is the same without. */
const ignore: Directive = (_assembly, reader) => {
  while (!reader.atEnd) reader.take();
};

/** `.file "name.c"` names the source of a compiler's output. */
const file: Directive = (assembly, reader) => {
  const token = reader.take();
  if (token.kind === 'string') assembly.compiledFrom ??= token.text;
  while (!reader.atEnd) reader.take();
};

const debugDirectives: DirectiveTable = {
  '.file': file,
  '.loc': ignore,
  '.ident': ignore,
  '.addrsig': ignore,
  '.addrsig_sym': ignore,
  '.cfi_sections': ignore,
  '.cfi_startproc': ignore,
  '.cfi_endproc': ignore,
  '.cfi_def_cfa': ignore,
  '.cfi_def_cfa_offset': ignore,
  '.cfi_offset': ignore,
};

/** All directives by name. */
export const directives: ReadonlyMap<string, Directive> = new Map([
  ...Object.entries(dataDirectives),
  ...Object.entries(sectionDirectives),
  ...Object.entries(symbolDirectives),
  ...Object.entries(debugDirectives),
  ['.map', mapDirective],
  ['.struct', parseStructDeclaration],
]);
