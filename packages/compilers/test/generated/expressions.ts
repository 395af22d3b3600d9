import { type Declarations, isInt } from './declarations.ts';
import type { Random } from './random.ts';
import type { Expression, Scope, View } from './scope.ts';
import { bigs, type FieldType, type IntType, i32, i64, numbers, u16, u32, u64 } from './types.ts';

const SAFE = (1n << 53n) - 1n;
const I32_MAX = 0x7fff_ffffn;
const I32_MIN = -0x8000_0000n;
/** Bigints beyond this are made to fit. */
const WIDE = 1n << 120n;
const edges = [0, 1, 2, 3, 7, 8, 15, 16, 31, 63, 64, 100, 127, 128, 255, 256, 1000, 32_767, 65_535, 65_536] as const;
const wide = [0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x9e37_79b1, 0x1_0000_0000, 0xff_ffff_ffff] as const;

/** What surrounds an expression. */
export interface Surroundings {
  readonly random: Random;
  readonly scope: Scope;
  readonly declarations: Declarations;
  /** The packet's length can be asked for. */
  hasContext: boolean;
}

/** Writes integer and boolean expressions of the language, with the conversions that its rules want. */
export class Expressions {
  readonly #on: Surroundings;
  readonly #random: Random;

  constructor(on: Surroundings) {
    this.#on = on;
    this.#random = on.random;
  }

  /** Of type number. */
  number(depth: number): Expression {
    return depth <= 0 || this.#random.chance(20) ? this.#numberLeaf() : this.#numberNode(depth - 1);
  }

  /** Of type bigint. */
  bigint(depth: number): Expression {
    return depth <= 0 || this.#random.chance(20) ? this.#bigLeaf() : this.#bigNode(depth - 1);
  }

  of(big: boolean, depth: number): Expression {
    return big ? this.bigint(depth) : this.number(depth);
  }

  /** One that TypeScript and the language take for a variable, field or parameter of the type. */
  fitting(type: IntType, depth: number): Expression {
    return this.fit(this.of(type.big, depth), type);
  }

  /** Converts where that is needed. */
  fit(value: Expression, type: IntType): Expression {
    const taken = value.flavour === undefined || type.takes.includes(value.flavour);
    if (taken && value.min >= type.min && value.max <= type.max) return value;
    return this.convert(value, type);
  }

  convert(value: Expression, type: IntType): Expression {
    const operand = type.name === 'u64' && !value.big ? this.#meant(value, true) : value;
    const fits = operand.min >= type.min && operand.max <= type.max;
    return {
      text: `${type.convert}(${bare(operand.text)})`,
      big: type.big,
      min: fits ? operand.min : type.min,
      max: fits ? operand.max : type.max,
      flavour: type.convert,
    };
  }

  /** A condition. */
  boolean(depth: number): string {
    const random = this.#random;
    const kind = random.below(depth <= 0 ? 4 : 8);
    if (kind === 0) {
      const variable = random.any(this.#on.scope.all('booleans'));
      if (variable) return variable.text;
    }
    if (kind === 1) {
      const optional = random.any(this.#on.scope.all('optionals'));
      if (optional) return `${optional.text} ${random.chance(50) ? '===' : '!=='} undefined`;
    }
    if (kind === 4) return `(${this.boolean(depth - 1)} && ${this.boolean(depth - 1)})`;
    if (kind === 5) return `(${this.boolean(depth - 1)} || ${this.boolean(depth - 1)})`;
    if (kind === 6) return `!(${this.boolean(depth - 1)})`;
    if (kind === 7 && random.chance(30))
      return `(${this.boolean(depth - 1)} ? ${this.boolean(0)} : ${this.boolean(0)})`;
    return this.#comparison(Math.min(depth, 2));
  }

  /** An index below `length`, as an expression that the compiler can prove. */
  index(length: number): string {
    const mask = 2 ** Math.floor(Math.log2(length)) - 1;
    const value = this.number(1);
    const random = this.#random;
    if (mask === 0 || random.chance(30)) return String(random.below(length));
    if (random.chance(50)) return `${value.text} & ${mask}`;
    return `${this.unsigned(value).text} % ${length}`;
  }

  /** The same value, never negative. */
  unsigned(value: Expression): Expression {
    return value.min >= 0n && value.bitwise !== true && value.max <= (value.big ? u64.max : SAFE)
      ? value
      : this.convert(value, value.big ? u64 : u32);
  }

  /** Fields that hold an integer, as paths. */
  fieldsOf(view: View): (Expression & { readonly type?: IntType })[] {
    return view.record.fields.flatMap(([name, type]) => this.#field(`${view.text}.${name}`, type, view.memory));
  }

  #field(path: string, type: FieldType, memory: View['memory']): (Expression & { readonly type?: IntType })[] {
    switch (type.kind) {
      case 'int':
        return [{ ...fieldOf(path, type.type), type: type.type }];
      case 'bits':
        return [{ text: path, big: false, min: 0n, max: (1n << BigInt(type.count)) - 1n, flavour: 'mixed' }];
      case 'array': {
        const index = this.#random.below(type.length);
        return [{ ...fieldOf(`${path}[${index}]`, type.element), type: type.element }];
      }
      case 'record':
        return this.fieldsOf({ text: path, record: type.record, memory });
    }
  }

  // Numbers.

  #numberLeaf(): Expression {
    const random = this.#random;
    const { scope } = this.#on;
    switch (random.below(6)) {
      case 0:
        return numberLiteral(random.chance(85) ? random.pick(edges) : random.pick(wide), random.chance(10));
      case 1:
      case 2: {
        const variable = random.any(scope.all('integers').filter(({ big }) => !big));
        if (variable) return variable;
        break;
      }
      case 3:
      case 4: {
        const field = this.#anyField(false);
        if (field) return field;
        break;
      }
      default:
        if (this.#on.hasContext) return { text: 'ctx.length', big: false, min: 0n, max: u32.max, flavour: 'u32' };
    }
    const box = random.any(scope.all('boxes').filter(({ type }) => !type.big));
    return box ? fieldOf(`${box.text}.value`, box.type) : numberLiteral(random.pick(edges), false);
  }

  #anyField(big: boolean): Expression | undefined {
    const view = this.#random.any(this.#on.scope.all('views'));
    if (view === undefined) return undefined;
    return this.#random.any(this.fieldsOf(view).filter((field) => field.big === big)) ?? undefined;
  }

  #numberNode(depth: number): Expression {
    const random = this.#random;
    switch (random.below(13)) {
      case 0:
      case 1:
      case 2:
        return this.#safe(sum(random.pick(['+', '-', '+', '*']), this.number(depth), this.number(depth)));
      case 3:
      case 4:
        return this.#bitwise(random.pick(['&', '|', '^', '&']), this.number(depth), this.number(depth));
      case 5:
        return this.#shift(depth);
      case 6: {
        const [left, right] = [this.unsigned(this.number(depth)), this.#divisor(false, depth)];
        if (random.chance(50)) {
          return {
            text: `(${left.text} % ${right.text})`,
            big: false,
            min: 0n,
            max: smaller(left.max, right.max - 1n),
          };
        }
        return { ...this.convert({ ...left, text: `${left.text} / ${right.text}` }, u32), flavour: 'u32' };
      }
      case 7:
        return this.convert(random.chance(70) ? this.number(depth) : this.bigint(depth), random.pick(numbers));
      case 8:
        return this.#choice(false, depth);
      case 9:
        return this.#call(false, depth) ?? this.#numberLeaf();
      case 10:
        return this.#orElse(false, depth) ?? this.#numberLeaf();
      case 11:
        return random.chance(50) ? this.#imul(depth) : this.#complement(this.number(depth));
      default:
        return random.chance(50) ? this.#indexed(false) : this.#log2(depth);
    }
  }

  #safe(value: Expression): Expression {
    if (value.min >= -SAFE && value.max <= SAFE) return value;
    return this.convert(value, this.#random.chance(80) ? u32 : i32);
  }

  #bitwise(operator: '&' | '|' | '^', left: Expression, right: Expression): Expression {
    const text = `(${left.text} ${operator} ${right.text})`;
    const range = bitRange(operator, left, right);
    if (range !== undefined && range.max <= I32_MAX) return { text, big: false, ...range };
    return { text, big: false, min: I32_MIN, max: I32_MAX, bitwise: true };
  }

  #shift(depth: number): Expression {
    const random = this.#random;
    const left = this.number(depth);
    const amount = random.below(32);
    const operator = random.pick(['<<', '>>', '>>>', '>>>']);
    const by = random.chance(75) ? String(amount) : `(${this.number(depth - 1).text} & 31)`;
    const text = `(${left.text} ${operator} ${by})`;
    if (operator !== '>>>') return { text, big: false, min: I32_MIN, max: I32_MAX, bitwise: true };
    const known = left.min >= 0n && left.max <= u32.max && by === String(amount);
    return { text, big: false, min: 0n, max: known ? left.max >> BigInt(amount) : u32.max };
  }

  #complement(value: Expression): Expression {
    return { text: `(~${value.text})`, big: false, min: I32_MIN, max: I32_MAX, bitwise: true };
  }

  #imul(depth: number): Expression {
    const text = `imul(${bare(this.number(depth).text)}, ${bare(this.number(depth).text)})`;
    return { text, big: false, min: 0n, max: u32.max, flavour: 'u32' };
  }

  #log2(depth: number): Expression {
    const of = this.unsigned(this.of(this.#random.chance(50), depth));
    return { text: `log2(${bare(of.text)})`, big: false, min: 0n, max: 63n, flavour: 'u32' };
  }

  #divisor(big: boolean, depth: number): Expression {
    const random = this.#random;
    const suffix = big ? 'n' : '';
    const constant = random.pick([1, 2, 3, 5, 7, 10, 16, 100, 1000, 4096, 65_537]);
    if (random.chance(60)) return { text: `${constant}${suffix}`, big, min: BigInt(constant), max: BigInt(constant) };
    const value = this.of(big, depth);
    const mask = random.pick([1, 7, 255, 4095]);
    const text = `((${value.text} & ${mask}${suffix}) + ${constant}${suffix})`;
    return { text, big, min: BigInt(constant), max: BigInt(constant + mask) };
  }

  // Bigints.

  #bigLeaf(): Expression {
    const random = this.#random;
    const { scope } = this.#on;
    switch (random.below(5)) {
      case 0:
        return bigLiteral(BigInt(random.pick(random.chance(80) ? edges : wide)) << BigInt(random.chance(10) ? 31 : 0));
      case 1:
      case 2: {
        const variable = random.any(scope.all('integers').filter(({ big }) => big));
        if (variable) return variable;
        break;
      }
      case 3: {
        const field = this.#anyField(true);
        if (field) return field;
        break;
      }
      default: {
        const box = random.any(scope.all('boxes').filter(({ type }) => type.big));
        if (box) return fieldOf(`${box.text}.value`, box.type);
      }
    }
    return this.convert(this.unsigned(this.#numberLeaf()), u64);
  }

  #bigNode(depth: number): Expression {
    const random = this.#random;
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
        return this.#narrow(sum(random.pick(['+', '-', '+', '*']), this.bigint(depth), this.bigint(depth)));
      case 3:
      case 4:
        return this.#bitwiseBig(random.pick(['&', '|', '^']), this.bigint(depth), this.bigint(depth));
      case 5:
        return this.#shiftBig(depth);
      case 6: {
        const [left, right] = [this.unsigned(this.bigint(depth)), this.#divisor(true, depth)];
        const quotient = random.chance(50);
        const max = quotient ? left.max / right.min : smaller(left.max, right.max - 1n);
        return { text: `(${left.text} ${quotient ? '/' : '%'} ${right.text})`, big: true, min: 0n, max };
      }
      case 7:
        return this.convert(this.unsigned(this.number(depth)), u64);
      case 8:
        return this.convert(this.bigint(depth), random.pick(bigs));
      case 9:
        return this.#choice(true, depth);
      case 10:
        return this.#call(true, depth) ?? this.#orElse(true, depth) ?? this.#bigLeaf();
      default:
        return this.#indexed(true);
    }
  }

  #narrow(value: Expression): Expression {
    return value.min >= -WIDE && value.max <= WIDE ? value : this.convert(value, u64);
  }

  #bitwiseBig(operator: '&' | '|' | '^', left: Expression, right: Expression): Expression {
    const text = `(${left.text} ${operator} ${right.text})`;
    return { text, big: true, ...(bitRange(operator, left, right) ?? { min: -WIDE, max: WIDE }) };
  }

  #shiftBig(depth: number): Expression {
    const random = this.#random;
    const left = this.bigint(depth);
    const amount = BigInt(random.below(64));
    if (random.chance(50)) {
      const from = random.chance(50) ? this.unsigned(left) : this.convert(left, random.pick(bigs));
      const negative = from.min < 0n;
      const text = `(${from.text} >> ${amount}n)`;
      return { text, big: true, min: negative ? from.min : 0n, max: from.max >> amount };
    }
    const text = `(${left.text} << ${amount}n)`;
    return this.#narrow({ text, big: true, min: left.min << amount, max: left.max << amount });
  }

  // Both.

  #choice(big: boolean, depth: number): Expression {
    const [left, right] = [this.of(big, depth), this.of(big, depth)];
    const text = `(${this.boolean(Math.min(depth, 1))} ? ${left.text} : ${right.text})`;
    return union(text, left, right);
  }

  #orElse(big: boolean, depth: number): Expression | undefined {
    const optional = this.#random.any(this.#on.scope.all('optionals').filter(({ type }) => type.big === big));
    if (optional === undefined) return undefined;
    const other = this.of(big, depth);
    return union(`(${optional.text} ?? ${other.text})`, fieldOf(optional.text, optional.type), other);
  }

  #indexed(big: boolean): Expression {
    const arrays = this.#on.scope
      .all('views')
      .flatMap((view) =>
        view.record.fields.flatMap(([name, type]) =>
          type.kind === 'array' && type.element.big === big ? [{ path: `${view.text}.${name}`, type }] : [],
        ),
      );
    const found = this.#random.any(arrays);
    if (found === undefined) return big ? this.#bigLeaf() : this.#numberLeaf();
    return fieldOf(`${found.path}[${this.index(found.type.length)}]!`, found.type.element);
  }

  #call(big: boolean, depth: number): Expression | undefined {
    const functions = this.#on.declarations.functions.filter(
      ({ result }) => result !== 'boolean' && result.big === big,
    );
    const called = this.#random.any(functions);
    if (called === undefined || called.result === 'boolean') return undefined;
    const text = this.call(called.name, depth);
    return text === undefined ? undefined : { ...fieldOf(text, called.result), flavour: called.result.convert };
  }

  /** A call of a function of the module, where there is something for all its parameters. */
  call(name: string, depth: number): string | undefined {
    const called = this.#on.declarations.functions.find((one) => one.name === name);
    if (called === undefined) return undefined;
    const args = called.parameters.map((parameter) => {
      if (isInt(parameter)) return bare(this.fitting(parameter, Math.min(depth, 1)).text);
      return this.#random.any(this.#on.scope.all('views').filter(({ record }) => record === parameter))?.text;
    });
    return args.includes(undefined) ? undefined : `${name}(${args.join(', ')})`;
  }

  #comparison(depth: number): string {
    const random = this.#random;
    const big = random.chance(30);
    const relation = random.pick(['<', '<=', '>', '>=', '===', '!==']);
    const left = this.#compared(big, depth);
    const constant = random.between(0, 99) < 40 && left.max - left.min > 0n;
    const right = constant ? constantIn(left, random) : this.#compared(big, depth - 1);
    const [a, b] = big ? [this.#like(left, right), this.#like(right, left)] : [left, right];
    if (a.max < b.min || b.max < a.min) return `${a.text} ${random.pick(['<', '>='])} ${b.text}`;
    return `${a.text} ${relation} ${b.text}`;
  }

  #compared(big: boolean, depth: number): Expression {
    const value = this.of(big, depth);
    if (!big) return this.#meant(value, false);
    const fits = (value.min >= 0n && value.max <= u64.max) || (value.min >= i64.min && value.max <= i64.max);
    const plain = fits && value.literal !== true;
    return plain ? value : this.convert(value, this.#random.chance(80) ? u64 : i64);
  }

  /** Both sides of a comparison of bigints have one signedness. */
  #like(value: Expression, other: Expression): Expression {
    const negative = value.min < 0n || other.min < 0n;
    const beyond = value.max > i64.max || other.max > i64.max;
    return negative && beyond ? this.convert(value, u64) : value;
  }

  /** A number that may be compared, made unsigned where the language wants it. */
  #meant(value: Expression, positive: boolean): Expression {
    if (value.bitwise === true || value.literal === true || (positive && value.min < 0n)) {
      return this.convert(value, value.min >= 0n && value.max <= u16.max ? u16 : u32);
    }
    return value;
  }
}

function constantIn(value: Expression, random: Random): Expression {
  const span = value.max - value.min;
  const at = value.min + (random.chance(50) ? BigInt(random.below(16)) : (span * BigInt(random.below(256))) / 256n);
  const inside = at > value.max ? value.max : at;
  return value.big ? bigLiteral(inside) : numberLiteral(Number(inside), false);
}

function fieldOf(text: string, type: IntType): Expression {
  const flavour = type.convert === type.name ? type.name : type.convert;
  return { text, big: type.big, min: type.min, max: type.max, flavour };
}

function numberLiteral(value: number, negative: boolean): Expression {
  const known = BigInt(negative ? -value : value);
  const text = known < 0n ? `(${known})` : value > 255 && value % 16 === 15 ? `0x${value.toString(16)}` : String(known);
  return { text, big: false, min: known, max: known, literal: true };
}

function bigLiteral(value: bigint): Expression {
  return { text: value < 0n ? `(${value}n)` : `${value}n`, big: true, min: value, max: value, literal: true };
}

function sum(operator: string, left: Expression, right: Expression): Expression {
  const text = `(${left.text} ${operator} ${right.text})`;
  const { big } = left;
  if (operator === '+') return { text, big, min: left.min + right.min, max: left.max + right.max };
  if (operator === '-') return { text, big, min: left.min - right.max, max: left.max - right.min };
  const ends = [left.min * right.min, left.min * right.max, left.max * right.min, left.max * right.max];
  return { text, big, min: ends.reduce(smaller), max: ends.reduce((a, b) => (a > b ? a : b)) };
}

function union(text: string, left: Expression, right: Expression): Expression {
  const max = left.max > right.max ? left.max : right.max;
  const same = left.flavour === right.flavour && left.literal !== true && right.literal !== true;
  return {
    text,
    big: left.big,
    min: smaller(left.min, right.min),
    max,
    ...(same ? {} : { flavour: 'mixed', literal: true }),
    ...(same && left.flavour !== undefined ? { flavour: left.flavour } : {}),
    ...(left.bitwise === true || right.bitwise === true ? { bitwise: true } : {}),
  };
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function bitRange(operator: '&' | '|' | '^', left: Expression, right: Expression) {
  if (operator === '&') {
    const limits = [left, right].filter(({ min }) => min >= 0n).map(({ max }) => max);
    return limits.length === 0 ? undefined : { min: 0n, max: limits.reduce(smaller) };
  }
  if (left.min < 0n || right.min < 0n) return undefined;
  const most = left.max > right.max ? left.max : right.max;
  return { min: 0n, max: (1n << BigInt(most.toString(2).length)) - 1n };
}

/** Without the parentheses around the whole. */
export function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let index = 0; index < text.length - 1; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
