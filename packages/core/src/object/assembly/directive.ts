import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';
import type { Assembly } from './assembly.ts';

/** Carries out one directive; `token` is its name, the reader stands behind it. */
export type Directive = (assembly: Assembly, reader: TokenReader, token: Token) => void;

/** Directives by name, with the dot. */
export type DirectiveTable = Readonly<Record<string, Directive>>;

/** Carries out `read` for each part of a list parted by commas; an empty list is allowed. */
export function forEachOperand(reader: TokenReader, read: () => void): void {
  if (reader.atEnd) return;
  do read();
  while (reader.accept(','));
}
