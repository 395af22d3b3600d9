import { encode } from './encode.ts';
import type { Instruction } from './instruction.ts';
import { slotsOf } from './instruction.ts';
import { Call } from './opcode.ts';
import { parseInstructionTokens } from './parse-instruction.ts';
import type { ParsedInstruction, SymbolReference } from './parsed.ts';
import { type Statement, scanStatements } from './scan.ts';
import { didYouMean } from './suggest.ts';
import { TokenReader } from './token-reader.ts';

/** What an assembler may know beside the text. */
export interface AssembleOptions {
  /** Named in errors. */
  readonly file?: string;
  /** Numbers of helpers by name, without `bpf_` (`map_lookup_elem` is 1). */
  readonly helpers?: ReadonlyMap<string, number>;
}

/** Number of the helper called `name`, with or without `bpf_` before it. */
export function helperNumber(name: string, helpers: ReadonlyMap<string, number> | undefined): number | undefined {
  return helpers?.get(name) ?? (name.startsWith('bpf_') ? helpers?.get(name.slice(4)) : undefined);
}

/** Names of helpers as `call` takes them, with `bpf_` and without. */
export function helperNames(helpers: ReadonlyMap<string, number> | undefined): string[] {
  return [...(helpers?.keys() ?? [])].flatMap((name) => [`bpf_${name}`, name]);
}

/**
 * One instruction in LLVM's syntax, old or new: `r0 = *(u32 *)(r1 + 0)`, `if w1 s> 5 goto +3`, `call 12`,
 * `call bpf_map_lookup_elem` where `helpers` are given. There are no labels.
 * @throws SKEP_BAD_ASSEMBLY with line, column and what was likely meant.
 */
export function parseInstruction(text: string, options: AssembleOptions = {}): Instruction {
  const statements = [...scanStatements(text, options.file)];
  const [statement, second] = statements;
  if (statement === undefined) {
    const empty: Statement = { source: { file: options.file, lines: [text] }, line: 1, tokens: [] };
    throw new TokenReader(empty).unexpected('an instruction');
  }
  if (second !== undefined) throw new TokenReader(second).unexpected('one instruction only');
  const reader = new TokenReader(statement);
  return resolve(reader, parseInstructionTokens(reader), 0, new Map(), options);
}

/**
 * Instructions and labels, one a line or parted by `;`, as bytecode. Directives, sections and maps belong to
 * `assembleElf`.
 * @throws SKEP_BAD_ASSEMBLY with line, column and what was likely meant.
 */
export function assemble(text: string, options: AssembleOptions = {}): Uint8Array {
  const labels = new Map<string, number>();
  const parsed: { reader: TokenReader; parsed: ParsedInstruction; slot: number }[] = [];
  let slot = 0;
  for (const statement of scanStatements(text, options.file)) {
    const reader = new TokenReader(statement);
    while (reader.peek().kind === 'word' && reader.is(':', 1)) addLabel(reader, labels, slot);
    if (reader.atEnd) continue;
    const one = parseInstructionTokens(reader);
    parsed.push({ reader, parsed: one, slot });
    slot += slotsOf(one.instruction);
  }
  return encode(parsed.map((item) => resolve(item.reader, item.parsed, item.slot, labels, options)));
}

function addLabel(reader: TokenReader, labels: Map<string, number>, slot: number): void {
  const token = reader.take();
  if (labels.has(token.text)) throw reader.error(token, `label '${token.text}' is defined twice`);
  labels.set(token.text, slot);
  reader.expect(':');
}

function resolve(
  reader: TokenReader,
  parsed: ParsedInstruction,
  slot: number,
  labels: ReadonlyMap<string, number>,
  options: AssembleOptions,
): Instruction {
  const { instruction, reference } = parsed;
  if (reference === undefined) return instruction;
  const target = labels.get(reference.name);
  const helper = reference.use === 'call' ? helperNumber(reference.name, options.helpers) : undefined;
  if (target === undefined && helper !== undefined) return { ...instruction, imm: helper };
  if (target === undefined) throw unknownName(reader, reference, [...labels.keys(), ...helperNames(options.helpers)]);
  return toTarget(reader, instruction, reference, target + Number(reference.addend) - slot - 1);
}

function unknownName(reader: TokenReader, reference: SymbolReference, known: string[]): Error {
  const what = reference.use === 'call' ? 'function or helper' : 'label';
  const remedy = didYouMean(reference.name, known, `define it: ${reference.name}:`);
  return reader.error(reference.token, `unknown ${what} '${reference.name}'`, undefined, remedy);
}

/** The instruction with the distance in slots to its target in the field that its kind has for it. */
export function toTarget(
  reader: TokenReader,
  instruction: Instruction,
  reference: SymbolReference,
  distance: number,
): Instruction {
  switch (reference.use) {
    case 'jump':
      if (distance >= -0x8000 && distance <= 0x7fff) return { ...instruction, offset: distance };
      throw reader.error(
        reference.token,
        `'${reference.name}' is ${distance} slots away`,
        'a jump reaches 32767 slots',
        'jump with gotol, which has 32 bits',
      );
    case 'jump32':
      return { ...instruction, imm: distance };
    case 'call':
      return { ...instruction, src: Call.LOCAL, imm: distance };
    case 'address':
      throw reader.error(
        reference.token,
        `'${reference.name}' has no address here`,
        'only an object file has sections',
      );
  }
}
