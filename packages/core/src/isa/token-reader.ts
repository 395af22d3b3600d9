import type { SkepError } from '../base/errors.ts';
import { assemblyError, type Statement, type Token } from './scan.ts';
import { didYouMean } from './suggest.ts';

/** Reads the tokens of one statement from left to right, and makes errors that point at one of them. */
export class TokenReader {
  readonly statement: Statement;
  #next = 0;
  readonly #end: Token;

  constructor(statement: Statement) {
    this.statement = statement;
    const last = statement.tokens.at(-1);
    const start = last?.end ?? 0;
    this.#end = { kind: 'end', text: '', line: last?.line ?? statement.line, start, end: start };
  }

  /** The token `ahead` places on; of kind `end` behind the last. */
  peek(ahead: number = 0): Token {
    return this.statement.tokens[this.#next + ahead] ?? this.#end;
  }

  /** Reads any token. */
  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** True, and reads it, where the next token is this word or symbol. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#next++;
    return true;
  }

  /** True where the next token is this word or symbol. */
  is(text: string, ahead: number = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'word' || token.kind === 'symbol');
  }

  /** Reads this word or symbol, which must come next. */
  expect(text: string): Token {
    const token = this.peek();
    if (!this.accept(text)) throw this.unexpected(`'${text}'`);
    return token;
  }

  /** Reads a word; `what` names it in the error. */
  word(what: string): Token {
    if (this.peek().kind !== 'word') throw this.unexpected(what);
    return this.take();
  }

  /** Throws unless the statement ends here. */
  end(): void {
    if (!this.atEnd) throw this.unexpected('the end of the statement');
  }

  /** The error that the next token is not `expected`. */
  unexpected(expected: string): SkepError {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the statement ends' : `found '${token.text}'`;
    return this.error(token, `expected ${expected}, ${found}`);
  }

  /** The error that `token` is none of `candidates`. */
  unknown(token: Token, what: string, candidates: Iterable<string>): SkepError {
    const known = [...candidates];
    const list = known.length <= 12 ? `known are ${known.join(', ')}` : undefined;
    return this.error(token, `unknown ${what} '${token.text}'`, undefined, didYouMean(token.text, known, list ?? ''));
  }

  error(token: Token, what: string, reason?: string, remedy?: string): SkepError {
    return assemblyError(this.statement.source, token, what, reason, remedy);
  }
}
