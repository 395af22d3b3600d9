import { parseExpression, parseInteger } from '../../isa/expression.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import { SymbolBinding, SymbolType, SymbolVisibility } from '../elf.ts';
import { type Directive, type DirectiveTable, forEachOperand } from './directive.ts';
import { impliedShape } from './section-builder.ts';
import type { AssemblySymbol } from './symbols.ts';

function parseName(reader: TokenReader): Token {
  return reader.peek().kind === 'string' ? reader.take() : reader.word('a name');
}

/** A directive that sets something of each symbol it names. */
function eachSymbol(set: (symbol: AssemblySymbol) => void): Directive {
  return (assembly, reader) => {
    if (reader.atEnd) throw reader.unexpected('a name');
    forEachOperand(reader, () => set(assembly.symbol(parseName(reader).text)));
  };
}

const types: ReadonlyMap<string, number> = new Map([
  ['function', SymbolType.FUNC],
  ['object', SymbolType.OBJECT],
  ['notype', SymbolType.NOTYPE],
  ['common', SymbolType.OBJECT],
  ['tls_object', SymbolType.TLS],
]);

/** `.type NAME, @function`. */
const type: Directive = (assembly, reader) => {
  const symbol = assembly.symbol(parseName(reader).text);
  reader.expect(',');
  const token = reader.take();
  const value = types.get(token.text.replace(/^[@%]/, ''));
  const known = [...types.keys()].map((word) => `@${word}`);
  if (value === undefined) throw reader.unknown(token, 'symbol type', known);
  symbol.type = value;
};

/** `.size NAME, EXPRESSION`. */
const size: Directive = (assembly, reader) => {
  const symbol = assembly.symbol(parseName(reader).text);
  reader.expect(',');
  const token = reader.peek();
  symbol.sizeExpression = { value: parseExpression(reader, assembly.named), reader, token };
};

/** `.set NAME, EXPRESSION`: a name for a number, or another name for a label. */
const set: Directive = (assembly, reader) => {
  const token = parseName(reader);
  reader.expect(',');
  assembly.setConstant(reader, token, parseExpression(reader, assembly.named));
};

/** `.comm NAME, SIZE [, ALIGNMENT]`: zeroed data; in .bss where `.local NAME` came before. */
const common: Directive = (assembly, reader, token) => {
  const name = parseName(reader);
  reader.expect(',');
  const bytes = Number(parseInteger(reader, 'size', 0n, 0xffffffffn, assembly.named));
  const alignment = reader.accept(',') ? Number(parseInteger(reader, 'alignment', 1n, 65536n, assembly.named)) : 1;
  if ((alignment & (alignment - 1)) !== 0) throw reader.error(token, `${alignment} is no power of two`);
  const symbol = assembly.symbol(name.text);
  if (symbol.defined || symbol.common !== undefined) throw reader.error(name, `'${name.text}' is defined twice`);
  symbol.type = SymbolType.OBJECT;
  symbol.size = bytes;
  symbol.definition = { reader, token: name };
  if (!symbol.declaredLocal) {
    symbol.common = alignment;
    symbol.binding = SymbolBinding.GLOBAL;
    return;
  }
  assembly.push(assembly.openSection('.bss', impliedShape('.bss')));
  assembly.align(reader, token, alignment);
  symbol.section = assembly.section;
  symbol.value = assembly.section.size;
  assembly.emit(reader, token, bytes);
  assembly.pop();
};

const globl: Directive = eachSymbol((symbol) => {
  if (symbol.binding !== SymbolBinding.WEAK) symbol.binding = SymbolBinding.GLOBAL;
  symbol.declared = true;
});

function visibility(value: number): Directive {
  return eachSymbol((symbol) => {
    symbol.visibility = value;
  });
}

/** Directives that say something of symbols. */
export const symbolDirectives: DirectiveTable = {
  '.globl': globl,
  '.global': globl,
  '.weak': eachSymbol((symbol) => {
    symbol.binding = SymbolBinding.WEAK;
    symbol.declared = true;
  }),
  '.extern': eachSymbol((symbol) => {
    symbol.declared = true;
  }),
  '.local': eachSymbol((symbol) => {
    symbol.declaredLocal = true;
  }),
  '.hidden': visibility(SymbolVisibility.HIDDEN),
  '.internal': visibility(SymbolVisibility.INTERNAL),
  '.protected': visibility(SymbolVisibility.PROTECTED),
  '.type': type,
  '.size': size,
  '.set': set,
  '.equ': set,
  '.comm': common,
};
