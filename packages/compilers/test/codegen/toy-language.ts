import {
  type BinaryOperator,
  type CompareOperator,
  type DataType,
  FunctionBuilder,
  IrFunction,
  type Module,
  type Value,
  type Variable,
} from '../../src/ir/index.ts';

const u64: DataType = { kind: 'int', name: 'unsigned long', size: 8, encoding: 'unsigned' };
const context: DataType = { kind: 'pointer', target: { kind: 'void' } };

const operators: Readonly<Record<string, BinaryOperator>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'udiv',
  '%': 'umod',
};
const comparisons: Readonly<Record<string, CompareOperator>> = { '<': 'ult', '>': 'ugt', '==': 'eq', '!=': 'ne' };
const levels = [
  ['+', '-'],
  ['*', '/', '%'],
] as const;

/**
 * A language with unsigned numbers, variables, `if`, `while` and `return`, to show that the IR and all below it serve
 * any front end.
 *
 *     a = 6; b = 1; while (a > 1) { b = b * a; a = a - 1; } return b;
 */
export function compileToy(source: string): Module {
  const target = new IrFunction({
    name: 'main',
    section: 'socket',
    linkage: 'global',
    parameters: [{ name: 'ctx', type: 'context', declared: context }],
    result: { type: 'i64', declared: u64 },
  });
  const parser = new Parser(source, new FunctionBuilder(target));
  parser.program();
  return { name: 'toy', license: undefined, maps: [], variables: [], functions: [target] };
}

class Parser {
  readonly #tokens: { readonly text: string; readonly line: number; readonly column: number }[] = [];
  readonly #builder: FunctionBuilder;
  readonly #source: string;
  readonly #variables = new Map<string, Variable>();
  #position = 0;

  constructor(source: string, builder: FunctionBuilder) {
    this.#source = source;
    this.#builder = builder;
    for (const [line, text] of source.split('\n').entries()) {
      for (const match of text.matchAll(/\w+|[=!]=|\S/g)) {
        this.#tokens.push({ text: match[0], line: line + 1, column: match.index + 1 });
      }
    }
  }

  program(): void {
    while (this.#position < this.#tokens.length) this.#statement();
    this.#builder.return(this.#builder.constant(0));
    this.#builder.finish();
  }

  #peek(): string {
    return this.#tokens[this.#position]?.text ?? '';
  }
  #take(expected?: string): string {
    const text = this.#peek();
    if (expected !== undefined && text !== expected) throw new Error(`${expected} is missing before ${text}`);
    this.#position += 1;
    return text;
  }

  #statement(): void {
    const token = this.#tokens[this.#position];
    const file = { name: 'program.toy', lines: this.#source.split('\n') };
    if (token !== undefined) this.#builder.location = { file, line: token.line, column: token.column };
    const word = this.#take();
    if (word === '{') {
      while (this.#peek() !== '}') this.#statement();
      this.#take('}');
    } else if (word === 'if') this.#branch(false);
    else if (word === 'while') this.#branch(true);
    else if (word === 'return') {
      this.#builder.return(this.#sum(0));
      this.#take(';');
      const behind = this.#builder.block('behind');
      this.#builder.seal(behind);
      this.#builder.enter(behind);
    } else {
      this.#take('=');
      const variable = this.#variables.get(word) ?? { name: word, type: 'i64' };
      this.#variables.set(word, variable);
      this.#builder.write(variable, this.#sum(0));
      this.#take(';');
    }
  }

  #branch(loops: boolean): void {
    const builder = this.#builder;
    const [test, body, after] = [builder.block('test'), builder.block('body'), builder.block('after')];
    builder.jump(test);
    if (!loops) builder.seal(test);
    builder.enter(test);
    this.#take('(');
    const left = this.#sum(0);
    const operator = comparisons[this.#take()] ?? 'ne';
    builder.branch({ kind: 'compare', operator, width: 64 }, left, this.#sum(0), body, after);
    this.#take(')');
    builder.seal(body);
    builder.enter(body);
    this.#statement();
    builder.jump(loops ? test : after);
    builder.seal(test);
    builder.seal(after);
    builder.enter(after);
  }

  #sum(level: number): Value {
    const names: readonly string[] | undefined = levels[level];
    if (names === undefined) return this.#atom();
    let value = this.#sum(level + 1);
    while (names.includes(this.#peek())) {
      const operator = operators[this.#take()] ?? 'add';
      value = this.#builder.binary(operator, value, this.#sum(level + 1));
    }
    return value;
  }

  #atom(): Value {
    const word = this.#take();
    if (word === '(') {
      const value = this.#sum(0);
      this.#take(')');
      return value;
    }
    if (/^\d/.test(word)) return this.#builder.constant(BigInt(word));
    const variable = this.#variables.get(word);
    if (variable === undefined) throw new Error(`${word} is not known`);
    return this.#builder.read(variable);
  }
}
