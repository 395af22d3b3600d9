import {
  type AccessSize,
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
const int: DataType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' };
const context: DataType = { kind: 'pointer', target: { kind: 'struct', name: '__sk_buff', size: 192, members: [] } };

const operators = 'add sub mul udiv umod sdiv smod and or xor shl lshr ashr'.split(' ') as BinaryOperator[];
const comparisons = 'eq ne ult ule ugt uge slt sle sgt sge'.split(' ') as CompareOperator[];
const file = { name: 'random.ts', lines: Array.from({ length: 200 }, (_, at) => `line ${at + 1}`) };

/** Offset in the context of a field that is 0 in a test run, which a verifier does not know. */
const ZERO_FIELD = 48;

/**
 * A random program that is valid by construction: it ends, divides by no zero, and stays within its slots. It has
 * `size` statements, and 2 to 9 variables unless said otherwise.
 */
export function randomModule(random: (bound: number) => number, size: number, variables?: number): Module {
  const generator = new Generator(random);
  const functions = [];
  const helpers = [generator.subprogram('first', 2), generator.subprogram('second', 4)];
  functions.push(generator.program(size, variables ?? 2 + random(8), helpers), ...helpers);
  return { name: 'random', license: 'GPL', maps: [], variables: [], functions };
}

class Generator {
  readonly #random: (bound: number) => number;
  #builder: FunctionBuilder;
  #variables: Variable[] = [];
  #slots: { readonly size: number; readonly address: () => Value }[] = [];
  #callees: readonly IrFunction[] = [];
  #line = 1;

  constructor(random: (bound: number) => number) {
    this.#random = random;
    this.#builder = new FunctionBuilder(emptyFunction('none', []));
  }

  subprogram(name: string, parameters: number): IrFunction {
    const target = emptyFunction(
      name,
      Array.from({ length: parameters }, (_, at) => `p${at}`),
    );
    const builder = this.#begin(target, []);
    this.#variables = target.parameters.map((parameter, at) => {
      const variable = { name: parameter.name, type: 'i64' as const };
      builder.write(variable, builder.parameter(at));
      return variable;
    });
    this.#statements(4, 1);
    return this.#end();
  }

  program(size: number, variables: number, callees: readonly IrFunction[]): IrFunction {
    const target = new IrFunction({
      name: 'main',
      section: 'socket',
      linkage: 'global',
      parameters: [{ name: 'ctx', type: 'context', declared: context }],
      result: { type: 'i64', declared: int },
      location: { file, line: 1, column: 1 },
    });
    const builder = this.#begin(target, callees);
    const zero = builder.load(builder.parameter(0), 4, ZERO_FIELD);
    this.#variables = Array.from({ length: variables }, (_, at) => {
      const variable = { name: `v${at}`, type: 'i64' as const };
      builder.write(variable, this.#below(3) === 0 ? this.#constant() : builder.binary('add', this.#constant(), zero));
      return variable;
    });
    this.#statements(size, 3);
    return this.#end();
  }

  #begin(target: IrFunction, callees: readonly IrFunction[]): FunctionBuilder {
    this.#builder = new FunctionBuilder(target);
    this.#callees = callees;
    this.#slots = Array.from({ length: 3 }, (_, at) => {
      const bytes = [8, 16, 6 + this.#below(20)][at] ?? 8;
      const slot = this.#builder.slot(`s${at}`, bytes, 8);
      return { size: bytes, address: () => this.#builder.slotAddress(slot) };
    });
    for (const slot of this.#slots) this.#builder.zero(slot.address(), 0, slot.size);
    return this.#builder;
  }

  /** Mixes all variables and slots into the result, in 32 bits. */
  #end(): IrFunction {
    const builder = this.#builder;
    let result = builder.constant(0);
    for (const variable of this.#variables) {
      result = builder.binary(
        'mul',
        builder.binary('xor', result, builder.read(variable)),
        builder.constant(0x9e3779b1),
      );
    }
    for (const { size, address } of this.#slots) {
      for (let at = 0; at + 1 <= size; at += 2) result = builder.binary('add', result, builder.load(address(), 1, at));
    }
    const folded = builder.binary('xor', result, builder.binary('lshr', result, builder.constant(32)));
    builder.return(builder.extend(folded, 32, false));
    return builder.finish();
  }

  #below(limit: number): number {
    return this.#random(limit);
  }
  #pick<T>(list: readonly T[]): T {
    const found = list[this.#below(list.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }

  #constant(): Value {
    const bits = this.#pick([1, 3, 8, 16, 31, 32, 33, 63, 64]);
    const words = BigInt(this.#below(2 ** 32)) | (BigInt(this.#below(2 ** 32)) << 32n);
    const value = words & ((1n << BigInt(bits)) - 1n);
    return this.#builder.constant(this.#below(4) === 0 ? -value : value);
  }

  #value(depth: number): Value {
    const builder = this.#builder;
    if (depth === 0 || this.#below(4) === 0) {
      return this.#below(3) === 0 ? this.#constant() : builder.read(this.#pick(this.#variables));
    }
    const width = this.#pick([32, 64] as const);
    const value = (): Value => this.#value(depth - 1);
    switch (this.#below(14)) {
      case 0:
        return builder.extend(value(), this.#pick([8, 16, 32] as const), this.#below(2) === 0);
      case 1:
        return builder.byteSwap(value(), this.#pick([16, 32, 64] as const));
      case 2:
        return builder.negate(value(), width);
      case 3:
        return builder.compare(this.#pick(comparisons), value(), value(), width);
      case 4:
      case 5:
        return this.#load();
      case 6:
        return this.#callees.length === 0 ? value() : this.#call(depth);
      default: {
        const operator = this.#pick(operators);
        const left = value();
        const right = operator.endsWith('div') || operator.endsWith('mod') ? this.#divisor(value()) : value();
        return builder.binary(operator, left, right, width);
      }
    }
  }

  #divisor(value: Value): Value {
    if (value.operation.kind === 'constant') return this.#builder.constant(this.#pick([1, 2, 3, 7, 8, 0x10001, -5]));
    return this.#builder.binary('or', value, this.#builder.constant(1));
  }

  #call(depth: number): Value {
    const callee = this.#pick(this.#callees);
    return this.#builder.call(
      callee,
      callee.parameters.map(() => this.#value(depth - 1)),
    );
  }

  #place(): { address: Value; offset: number; size: AccessSize } {
    const slot = this.#pick(this.#slots);
    const size = this.#pick(([1, 2, 4, 8] as const).filter((width) => width <= slot.size));
    const offset = this.#below(Math.floor(slot.size / size)) * size;
    const ahead = this.#below(3) === 0 ? offset : 0;
    const base = slot.address();
    const address = ahead === 0 ? base : this.#builder.pointerAdd(base, this.#builder.constant(ahead));
    return { address, offset: offset - ahead, size };
  }

  #load(): Value {
    const { address, offset, size } = this.#place();
    return this.#builder.load(address, size, offset, { signed: this.#below(3) === 0 });
  }

  #statements(count: number, depth: number): void {
    for (let index = 0; index < count; index += 1) this.#statement(depth);
  }

  #statement(depth: number): void {
    const builder = this.#builder;
    this.#line = (this.#line % 200) + 1;
    builder.location = { file, line: this.#line, column: 1 };
    switch (depth === 0 ? this.#below(5) : this.#below(9)) {
      case 0: {
        const { address, offset, size } = this.#place();
        builder.store(address, size, offset, this.#value(1));
        break;
      }
      case 1:
        this.#memory();
        break;
      case 5:
      case 6:
        this.#condition(depth);
        break;
      case 7:
        this.#loop(depth);
        break;
      default:
        builder.write(this.#pick(this.#variables), this.#value(2));
    }
  }

  #memory(): void {
    const builder = this.#builder;
    const [target, source] = [this.#slots[1], this.#slots[2]];
    if (target === undefined || source === undefined) return;
    if (this.#below(3) === 0) builder.copy(target.address(), 2, source.address(), 2, 1 + this.#below(4));
    else if (this.#below(2) === 0) builder.zero(source.address(), this.#below(3), 1 + this.#below(3));
    else {
      const fetch = this.#below(2) === 0;
      const size = this.#pick([4, 8] as const);
      const operator = this.#pick(['add', 'and', 'or', 'xor', 'exchange', 'compare-exchange'] as const);
      const values = operator === 'compare-exchange' ? [this.#value(1), this.#value(1)] : [this.#value(1)];
      const swaps = values.length > 1 || operator === 'exchange';
      const result = builder.atomic(operator, target.address(), size, 8, values, fetch || swaps);
      if (fetch || swaps) builder.write(this.#pick(this.#variables), result);
    }
  }

  #condition(depth: number): void {
    const builder = this.#builder;
    const [then, otherwise, after] = [builder.block('then'), builder.block('else'), builder.block('after')];
    const width = this.#pick([32, 64] as const);
    const condition = { kind: 'compare', operator: this.#pick(comparisons), width } as const;
    builder.branch(condition, this.#value(2), this.#value(1), then, otherwise);
    for (const side of [then, otherwise]) {
      builder.seal(side);
      builder.enter(side);
      this.#statements(this.#below(3), depth - 1);
      builder.jump(after);
    }
    builder.seal(after);
    builder.enter(after);
  }

  #loop(depth: number): void {
    const builder = this.#builder;
    const counter: Variable = { name: 'i', type: 'i64' };
    builder.write(counter, builder.constant(0));
    const [head, body, after] = [builder.block('head'), builder.block('body'), builder.block('after')];
    builder.jump(head);
    builder.enter(head);
    const limit = builder.constant(1 + this.#below(4));
    builder.branch({ kind: 'compare', operator: 'ult', width: 64 }, builder.read(counter), limit, body, after);
    builder.seal(body);
    builder.enter(body);
    this.#statements(1 + this.#below(2), depth - 1);
    builder.write(counter, builder.binary('add', builder.read(counter), builder.constant(1)));
    builder.jump(head);
    builder.seal(head);
    builder.seal(after);
    builder.enter(after);
  }
}

function emptyFunction(name: string, parameters: readonly string[]): IrFunction {
  return new IrFunction({
    name,
    linkage: 'static',
    parameters: parameters.map((parameter) => ({ name: parameter, type: 'i64', declared: u64 })),
    result: { type: 'i64', declared: u64 },
  });
}
