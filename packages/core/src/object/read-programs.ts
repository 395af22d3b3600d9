import { type SectionDefinition, sectionDefinition, sectionPatterns } from '../abi/section-names.ts';
import type { CodeFunction, CodeSection } from './code-section.ts';
import { Linker } from './linker.ts';
import { badObject, type ObjectFile } from './object-file.ts';
import { ProgramRecords } from './program-records.ts';
import type { ProgramSpec } from './program-spec.ts';
import { CodeRelocator, type SectionTarget } from './relocate-code.ts';

/** Functions that are programs: those visible from outside, in every section of code but `.text`. */
export function programFunctions(sections: readonly CodeSection[]): CodeFunction[] {
  return sections
    .filter(({ name }) => name !== '.text')
    .flatMap(({ functions }) => [...functions.values()])
    .filter(({ exported }) => exported);
}

/**
 * The programs of an object, linked with the functions they use. One whose section name says no program type is left
 * out with a warning where there are others.
 * @throws SKEP_BAD_OBJECT where no section name says a program type, and for what cannot be linked.
 */
export function readPrograms(
  object: ObjectFile,
  entries: readonly CodeFunction[],
  sections: ReadonlyMap<number, SectionTarget>,
): Map<string, ProgramSpec> {
  const linker = new Linker(new CodeRelocator(object, sections));
  const records = new ProgramRecords(object.ext);
  const programs = new Map<string, ProgramSpec>();
  const known = entries.filter(({ section }) => sectionDefinition(section.name) !== undefined);
  if (known.length > 0) warnOfUnknown(object, entries);
  for (const entry of known.length > 0 ? known : entries) {
    const { name, section } = entry;
    if (programs.has(name)) throw badObject(`there are two programs ${name}`, { section: section.name });
    const definition = definitionOf(object, section.name);
    const { code, functions, references } = linker.link(entry);
    programs.set(name, {
      name,
      section: section.name,
      type: definition.type,
      ...(definition.attachType === undefined ? {} : { attachType: definition.attachType }),
      ...(definition.target === undefined ? {} : { attachTarget: definition.target }),
      flags: definition.flags,
      autoload: !section.name.startsWith('?'),
      code,
      references,
      ...records.of(functions),
    });
  }
  return programs;
}

function warnOfUnknown(object: ObjectFile, entries: readonly CodeFunction[]): void {
  for (const { name, section } of entries) {
    if (sectionDefinition(section.name) !== undefined) continue;
    const message = `program ${name} is left out: section name ${section.name} says no program type`;
    object.report({ severity: 'warning', message, place: { section: section.name } });
  }
}

function definitionOf(object: ObjectFile, section: string): SectionDefinition {
  const definition = sectionDefinition(section);
  if (definition === undefined) {
    const near = nearPatterns(section);
    throw badObject(
      `section name ${section} says no program type`,
      { section },
      {
        reason: 'the name of its section tells what a program is for',
        remedy: `rename the section: SEC("${near[0]}")${near.length > 1 ? ` (or ${near.slice(1).join(', ')})` : ''}`,
      },
    );
  }
  if (definition.legacy) {
    object.report({
      severity: 'note',
      message: `section name ${section} is an old spelling of ${definition.pattern}: libbpf refuses it since 1.0`,
      place: { section },
    });
  }
  return definition;
}

/** The known section names most like `section`, at most three. */
function nearPatterns(section: string): string[] {
  const wanted = section.replace(/^\?/, '').slice(0, 64).toLowerCase();
  const scored = sectionPatterns.map((pattern) => {
    const name = pattern.replace(/\+$/, '');
    return { name, distance: editDistance(wanted.split('/')[0] ?? '', name), whole: editDistance(wanted, name) };
  });
  scored.sort((a, b) => Math.min(a.distance, a.whole) - Math.min(b.distance, b.whole));
  return scored.slice(0, 3).map(({ name }) => name);
}

/** Characters to insert, delete or replace to make one text of another (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replace = (row[column - 1] ?? 0) + (to[column - 1] === character ? 0 : 1);
      next.push(Math.min(replace, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
