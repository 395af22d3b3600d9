import { escapeControls, hexBytes, type JsonInput } from '@skep/core/base';
import { type DisassembledLine, decode, disassemble, SLOT_SIZE, slotsOf } from '@skep/core/isa';
import type { LineInfo, ProgramSpec, Reference } from '@skep/core/object';

/** A program as text: a heading for each function, then its instructions by slot; with `source`, the lines before them. */
export function listingText(program: ProgramSpec, source: boolean): string {
  const { name, section, type } = program;
  const functions = new Map(program.functions.map((one) => [one.slot, one.name]));
  const references = referenceTexts(program);
  const sources = source ? sourceLines(program.lines) : new Map<number, string[]>();
  const lines = [escapeControls(`${name} (${type}), section ${section}:`)];
  for (const { slot, text } of instructions(program)) {
    const subprogram = functions.get(slot);
    if (slot > 0 && subprogram !== undefined) lines.push('', `${escapeControls(subprogram)}:`);
    lines.push(...(sources.get(slot) ?? []));
    const reference = references.get(slot);
    lines.push(
      `${String(slot).padStart(8)}:\t${text}${reference === undefined ? '' : `\t; ${escapeControls(reference)}`}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A program as JSON: each instruction with its slot, bytes, text, and what it refers to. */
export function listingJson(program: ProgramSpec): JsonInput {
  const { name, section, type, code, functions, lines } = program;
  const references = referenceTexts(program);
  const sources = new Map(lines.map((line) => [line.slot, line]));
  return {
    name,
    section,
    type,
    functions: functions.map(({ slot, name, linkage }) => ({ slot, name, linkage })),
    instructions: instructions(program).map(({ slot, text, instruction }) => {
      const line = sources.get(slot);
      return {
        slot,
        bytes: hexBytes(code.subarray(slot * SLOT_SIZE, (slot + slotsOf(instruction)) * SLOT_SIZE)),
        text,
        reference: references.get(slot),
        source: line === undefined ? undefined : { file: line.file, line: line.line, text: line.text },
      };
    }),
  };
}

/** What a reference stands for is known on a host only: until then its load is that of a plain number. */
function instructions({ code, functions, references }: ProgramSpec): DisassembledLine[] {
  const names = new Map(functions.map(({ slot, name }) => [slot, name]));
  const slots = decode(code);
  for (const { slot, kind } of references) {
    const load = slots[slot];
    if (load?.immHigh === undefined || kind === 'function') continue;
    slots[slot] = { ...load, src: 0, imm: kind === 'map-value' ? load.immHigh : load.imm, immHigh: 0 };
  }
  return disassemble(slots, { label: (target) => labelOf(names.get(target)) });
}

function labelOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : escapeControls(name);
}

function referenceTexts({ references, functions }: ProgramSpec): ReadonlyMap<number, string> {
  const names = new Map(functions.map(({ slot, name }) => [slot, name]));
  return new Map(references.map((reference) => [reference.slot, referenceText(reference, names)]));
}

function referenceText(reference: Reference, functions: ReadonlyMap<number, string>): string {
  switch (reference.kind) {
    case 'map':
      return `map ${reference.map}`;
    case 'map-value':
      return `${reference.map} + ${reference.offset}`;
    case 'function':
      return `function ${functions.get(reference.target) ?? `at ${reference.target}`}`;
    default:
      return `${reference.kind} ${reference.name}`;
  }
}

/** Lines of source by the slot they stand before; a line that goes on is not repeated. */
function sourceLines(lines: readonly LineInfo[]): ReadonlyMap<number, string[]> {
  const result = new Map<number, string[]>();
  let last = '';
  for (const { slot, file, line, text } of lines) {
    const place = `; ${file}:${line}`;
    if (place === last) continue;
    last = place;
    result.set(slot, [...(result.get(slot) ?? []), escapeControls(place), escapeControls(`; ${text.trim()}`)]);
  }
  return result;
}
