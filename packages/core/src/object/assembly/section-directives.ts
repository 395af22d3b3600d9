import { parseInteger } from '../../isa/expression.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { SectionFlag, SectionType } from '../elf.ts';
import type { Assembly } from './assembly.ts';
import type { Directive, DirectiveTable } from './directive.ts';
import { impliedShape, type SectionBuilder, type SectionShape } from './section-builder.ts';

/** SHF_EXCLUDE and SHF_GNU_RETAIN, which loaders of eBPF do not look at. */
const EXCLUDE = 0x80000000;
const RETAIN = 0x200000;

/** Letters of section flags, as in `"aw"`. */
const flagLetters: ReadonlyMap<string, number> = new Map([
  ['a', SectionFlag.ALLOC],
  ['w', SectionFlag.WRITE],
  ['x', SectionFlag.EXECINSTR],
  ['M', SectionFlag.MERGE],
  ['S', SectionFlag.STRINGS],
  ['o', SectionFlag.LINK_ORDER],
  ['e', EXCLUDE],
  ['R', RETAIN],
]);

const typeWords: ReadonlyMap<string, number> = new Map([
  ['progbits', SectionType.PROGBITS],
  ['nobits', SectionType.NOBITS],
  ['note', SectionType.NOTE],
]);

/** `.section NAME [, "flags" [, @type [, entry size]]]`. */
function parseSection(assembly: Assembly, reader: TokenReader): SectionBuilder {
  const token = reader.peek();
  const name = parseSectionName(reader);
  const written = reader.accept(',') ? parseShape(assembly, reader, name) : undefined;
  const known = assembly.findSection(name);
  if (known === undefined) return assembly.openSection(name, written ?? impliedShape(name));
  if (written !== undefined && (written.flags !== known.shape.flags || written.type !== known.shape.type)) {
    throw reader.error(token, `section ${name} changes its flags`, 'they are fixed where it is first named');
  }
  return known;
}

/** A name in quotes, or all up to the comma: `tracepoint/syscalls/sys_enter_openat`. */
function parseSectionName(reader: TokenReader): string {
  const first = reader.take();
  if (first.kind === 'string') return first.text;
  if (first.kind === 'end') throw reader.unexpected('the name of a section');
  let end = first.end;
  while (!reader.atEnd && !reader.is(',')) {
    const token = reader.take();
    if (token.start !== end || token.line !== first.line) {
      throw reader.error(token, 'a section name has no spaces', undefined, 'put the name into quotes');
    }
    end = token.end;
  }
  return (reader.statement.source.lines[first.line - 1] ?? '').slice(first.start, end);
}

function parseShape(assembly: Assembly, reader: TokenReader, name: string): SectionShape {
  const token = reader.take();
  if (token.kind !== 'string') throw reader.error(token, `expected flags such as "ax", found '${token.text}'`);
  let flags = 0;
  for (const letter of token.text) {
    const flag = flagLetters.get(letter);
    const known = [...flagLetters.keys()].join(' ');
    if (flag === undefined) throw reader.error(token, `unknown section flag '${letter}'`, `known are ${known}`);
    flags = (flags | flag) >>> 0;
  }
  if (!reader.accept(',')) return { ...impliedShape(name), flags };
  const type = parseSectionType(reader);
  const entrySize = reader.accept(',') ? Number(parseInteger(reader, 'entry size', 0n, 0xffffn, assembly.named)) : 0;
  return { type, flags, entrySize };
}

function parseSectionType(reader: TokenReader): number {
  const token = reader.take();
  const type = typeWords.get(token.text.replace(/^[@%]/, ''));
  if (type !== undefined) return type;
  const known = [...typeWords.keys()].map((word) => `@${word}`);
  throw reader.unknown(token, 'section type', known);
}

/** `.text`, `.data`, `.bss`, `.rodata`. */
function enter(name: string): Directive {
  return (assembly) => assembly.enter(assembly.openSection(name, impliedShape(name)));
}

/** `.license "GPL"`: the section `license`, which loaders hand to the kernel. */
const license: Directive = (assembly, reader, token) => {
  const text = reader.take();
  if (text.bytes === undefined) throw reader.error(text, 'expected the licence in quotes', undefined, '.license "GPL"');
  const section = assembly.openSection('license', impliedShape('license'));
  if (section.size > 0) throw reader.error(token, 'the licence is written twice');
  assembly.push(section);
  assembly.emit(reader, text, text.bytes);
  assembly.emit(reader, text, 1);
  assembly.pop();
};

/** Directives that choose the section. */
export const sectionDirectives: DirectiveTable = {
  '.section': (assembly, reader) => assembly.enter(parseSection(assembly, reader)),
  '.pushsection': (assembly, reader) => assembly.push(parseSection(assembly, reader)),
  '.popsection': (assembly, reader, token) => {
    if (!assembly.pop()) throw reader.error(token, '.popsection without .pushsection');
  },
  '.previous': (assembly) => assembly.enterPrevious(),
  '.text': enter('.text'),
  '.data': enter('.data'),
  '.bss': enter('.bss'),
  '.rodata': enter('.rodata'),
  '.license': license,
};
