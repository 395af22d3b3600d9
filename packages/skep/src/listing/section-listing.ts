import { escapeControls, hexBytes, type JsonInput, SkepError } from '@skep/core/base';
import { type DisassembledLine, decode, disassemble, SLOT_SIZE, slotsOf } from '@skep/core/isa';
import { type Elf, type ElfSection, type ElfSymbol, EM_BPF, SectionFlag, SymbolType } from '@skep/core/object';

/** A section of instructions, as it stands in the file. */
interface CodeSection {
  readonly section: ElfSection;
  /** Names by slot. */
  readonly labels: ReadonlyMap<number, string>;
  /** What relocations refer to, by slot. */
  readonly references: ReadonlyMap<number, string>;
  readonly lines: readonly DisassembledLine[];
}

/**
 * The instructions of an object as `llvm-objdump -d --no-show-raw-insn` lists them; what a relocation refers to stands
 * on a line of its own behind the instruction.
 * @throws SKEP_NOT_SUPPORTED for a big-endian object, SKEP_BAD_OBJECT for one of another machine.
 */
export function sectionsText(elf: Elf, file: string): string {
  return codeSections(elf, file)
    .map(({ section, labels, references, lines }) => {
      const body = lines.flatMap(({ slot, text }) => [
        ...heading(slot, labels.get(slot)),
        `${String(slot).padStart(8)}:\t${text}`,
        ...(references.has(slot) ? [`\t\t; ${escapeControls(references.get(slot) ?? '')}`] : []),
      ]);
      return `Disassembly of section ${escapeControls(section.name)}:\n${body.join('\n')}\n`;
    })
    .join('\n');
}

/** The same as JSON. */
export function sectionsJson(elf: Elf, file: string): JsonInput {
  const sections = codeSections(elf, file).map(({ section, labels, references, lines }) => ({
    name: section.name,
    labels: [...labels].map(([slot, name]) => ({ slot, name })),
    instructions: lines.map(({ slot, text, instruction }) => ({
      slot,
      bytes: hexBytes(section.data.subarray(slot * SLOT_SIZE, (slot + slotsOf(instruction)) * SLOT_SIZE)),
      text,
      reference: references.get(slot),
    })),
  }));
  return { sections };
}

function heading(slot: number, label: string | undefined): string[] {
  if (label === undefined) return [];
  return ['', `${(slot * SLOT_SIZE).toString(16).padStart(16, '0')} <${escapeControls(label)}>:`];
}

function codeSections(elf: Elf, file: string): CodeSection[] {
  if (elf.machine !== EM_BPF) {
    throw new SkepError('SKEP_BAD_OBJECT', 'this is an object for another machine', {
      place: { file },
      reason: `its ELF machine is ${elf.machine}, not ${EM_BPF} (eBPF)`,
      remedy: 'compile it with -target bpf',
    });
  }
  if (!elf.littleEndian) {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'this is a big-endian object', {
      place: { file },
      remedy: 'compile it with -target bpfel',
    });
  }
  return [...elf.sections.entries()]
    .filter(([, { flags, data }]) => (flags & SectionFlag.EXECINSTR) !== 0 && data.length >= SLOT_SIZE)
    .map(([index, section]) => codeSection(elf, index, section));
}

function codeSection(elf: Elf, index: number, section: ElfSection): CodeSection {
  const symbols = elf.symbols.filter((symbol) => symbol.section === index && isLabel(symbol));
  const labels = new Map(symbols.map(({ name, value }) => [value / SLOT_SIZE, name]));
  const references = new Map(
    section.relocations.map(({ offset, symbol }) => [Math.floor(offset / SLOT_SIZE), targetOf(elf, symbol)]),
  );
  const whole = section.data.subarray(0, section.data.length - (section.data.length % SLOT_SIZE));
  const slots = decode(whole);
  const label = (target: number) => labelAt(labels, target);
  return { section, labels, references, lines: disassemble(slots, { label }) };
}

function isLabel({ name, type }: ElfSymbol): boolean {
  return name !== '' && (type === SymbolType.FUNC || type === SymbolType.NOTYPE);
}

/** `name`, or `name+0x10` behind the nearest label before. */
function labelAt(labels: ReadonlyMap<number, string>, target: number): string | undefined {
  let nearest = -1;
  for (const slot of labels.keys()) if (slot <= target && slot > nearest) nearest = slot;
  const name = labels.get(nearest);
  if (name === undefined) return undefined;
  const distance = (target - nearest) * SLOT_SIZE;
  return escapeControls(distance === 0 ? name : `${name}+0x${distance.toString(16)}`);
}

function targetOf(elf: Elf, index: number | undefined): string {
  const symbol = index === undefined ? undefined : elf.symbols[index];
  if (symbol === undefined) return 'nothing';
  if (symbol.type !== SymbolType.SECTION) return symbol.name;
  return typeof symbol.section === 'number' ? (elf.sections[symbol.section]?.name ?? symbol.name) : symbol.name;
}
