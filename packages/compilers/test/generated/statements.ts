import { type FunctionDeclaration, isInt, type MapDeclaration } from './declarations.ts';
import { bare, Expressions, type Surroundings } from './expressions.ts';
import type { Random } from './random.ts';
import type { Box, Expression, Scope, View } from './scope.ts';
import {
  be16,
  be32,
  bigs,
  chains,
  Eth,
  type FieldType,
  type IntType,
  Ipv4,
  numbers,
  type RecordType,
  u8,
  u16,
  u32,
  u64,
} from './types.ts';

/** What a function that is being written returns. */
export type Result = 'xdp' | 'tc' | 'socketFilter' | FunctionDeclaration['result'];

const verdicts: Readonly<Record<string, readonly [string, ...string[]]>> = {
  xdp: ['XDP.PASS', 'XDP.DROP', 'XDP.TX', 'XDP.ABORTED'],
  tc: ['TC.OK', 'TC.SHOT', 'TC.PIPE', 'TC.UNSPEC'],
};

/** Writes the statements of one function. */
export class Statements {
  readonly lines: string[] = [];
  readonly #random: Random;
  readonly #scope: Scope;
  readonly #on: Surroundings;
  readonly #result: Result;
  readonly #expressions: Expressions;
  #names = 0;
  #depth = 0;
  #loops = 0;
  /** Statements that may still be written. */
  #left: number;
  /** Adjustments of the packet's start that fit the room in front. */
  #moves = 2;

  constructor(on: Surroundings, result: Result, most: number) {
    this.#on = on;
    this.#random = on.random;
    this.#scope = on.scope;
    this.#result = result;
    this.#expressions = new Expressions(on);
    this.#left = most;
  }

  /** The whole body, which ends by a return. */
  body(): void {
    while (this.#left > 0) this.#statement();
    this.#write(`return ${this.#returned()};`);
  }

  #write(text: string): void {
    this.lines.push(`${'  '.repeat(this.#depth + 1)}${text}`);
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #block(head: string, body: () => void, tail = '}'): void {
    this.#write(`${head} {`);
    this.#depth += 1;
    this.#scope.within(body);
    this.#depth -= 1;
    this.#write(tail);
  }

  #returned(): string {
    const result = this.#result;
    if (result === 'boolean') return this.#expressions.boolean(1);
    if (result === 'socketFilter') return bare(this.#expressions.fitting(u32, 2).text);
    if (typeof result !== 'string') return bare(this.#expressions.fitting(result, 2).text);
    const list = verdicts[result] ?? ['0'];
    if (this.#random.chance(60)) return this.#random.pick(list);
    return `${this.#expressions.boolean(1)} ? ${this.#random.pick(list)} : ${this.#random.pick(list)}`;
  }

  #statement(): void {
    this.#left -= 1;
    const packet = this.#on.hasContext && this.#result !== 'socketFilter';
    const choice = this.#random.below(packet ? 26 : 18);
    const nested = this.#depth < 3 && this.#left > 0;
    switch (choice) {
      case 0:
        this.#constant();
        return;
      case 1:
        this.#variable();
        return;
      case 2:
      case 3:
        this.#assign();
        return;
      case 4:
      case 5:
        if (nested) this.#if();
        else this.#assign();
        return;
      case 6:
        if (nested && this.#loops < 2) this.#loop();
        else this.#variable();
        return;
      case 7:
        if (nested) this.#switch();
        else this.#constant();
        return;
      case 8:
      case 9:
      case 10:
        this.#map();
        return;
      case 11:
      case 12:
      case 13:
        this.#store();
        return;
      case 14:
        this.#atomic();
        return;
      case 15:
        this.#record();
        return;
      case 16:
        this.#call();
        return;
      case 17:
        this.#flag();
        return;
      case 18:
        this.#parse();
        return;
      case 19:
      case 20:
      case 21:
      case 22:
        this.#at();
        return;
      case 23:
        this.#header();
        return;
      case 24:
        if (this.#result === 'xdp') this.#move();
        else this.#context();
        return;
      default:
        this.#return();
        return;
    }
  }

  // Variables.

  #constant(): void {
    const value = this.#expressions.of(this.#random.chance(30), 3);
    const typed = this.#random.chance(40) || value.literal === true;
    const name = this.#name('v');
    if (typed) {
      const type = this.#random.pick(value.big ? bigs : numbers);
      const fitting = this.#expressions.fit(value, type);
      this.#write(`const ${name}: ${type.name} = ${bare(fitting.text)};`);
      const { big, min, max } = fitting;
      this.#scope.here.integers.push({ text: name, big, min, max, flavour: type.name });
      return;
    }
    this.#write(`const ${name} = ${bare(value.text)};`);
    const { big, min, max, flavour, bitwise = false } = value;
    const known = { text: name, big, min, max, bitwise };
    this.#scope.here.integers.push(flavour === undefined ? known : { ...known, flavour });
  }

  #variable(): void {
    const type = this.#random.pick(this.#random.chance(30) ? bigs : numbers);
    const name = this.#name('x');
    this.#write(`let ${name}: ${type.name} = ${bare(this.#expressions.fitting(type, 2).text)};`);
    const { big, min, max } = type;
    this.#scope.here.integers.push({ text: name, big, min, max, flavour: type.name, assignable: type });
  }

  #assign(): void {
    const target = this.#random.any(this.#scope.all('integers').filter(({ assignable }) => assignable !== undefined));
    const type = target?.assignable;
    if (target === undefined || type === undefined) {
      this.#variable();
      return;
    }
    const value = this.#expressions.of(type.big, 3);
    if (this.#random.chance(25) && type.min === 0n) {
      const mask = this.#expressions.unsigned(this.#expressions.of(type.big, 1));
      if (mask.max <= 0x7fff_ffffn || type.big) {
        this.#write(`${target.text} &= ${mask.text};`);
        return;
      }
    }
    const sum: Expression = {
      text: `(${target.text} ${this.#random.pick(['+', '-', '^', '+'])} ${value.text})`,
      big: type.big,
      min: -(1n << 100n),
      max: 1n << 100n,
    };
    const small = type.big || (value.max < 1n << 50n && value.min > -(1n << 50n));
    const given = this.#random.chance(50) && small ? this.#expressions.convert(sum, type) : value;
    this.#write(`${target.text} = ${bare(this.#expressions.fit(given, type).text)};`);
  }

  #flag(): void {
    const flags = this.#scope.all('booleans').filter(({ assignable }) => assignable);
    const target = this.#random.any(flags);
    if (target !== undefined && this.#random.chance(50)) {
      this.#write(`${target.text} = ${bare(this.#expressions.boolean(2))};`);
      return;
    }
    const name = this.#name('b');
    const assignable = this.#random.chance(50);
    this.#write(`${assignable ? 'let' : 'const'} ${name}: boolean = ${bare(this.#expressions.boolean(2))};`);
    this.#scope.here.booleans.push({ text: name, assignable });
  }

  // Control.

  #few(): number {
    return Math.min(this.#left, this.#random.between(1, 3));
  }

  #statements(count: number): void {
    for (let index = 0; index < count && this.#left > 0; index += 1) this.#statement();
  }

  #if(): void {
    const leaves = this.#random.chance(20);
    const hasElse = this.#random.chance(40);
    const then = () => {
      this.#statements(this.#few());
      if (leaves) this.#write(`return ${this.#returned()};`);
    };
    this.#block(`if (${bare(this.#expressions.boolean(2))})`, then, hasElse ? '} else {' : '}');
    if (!hasElse) return;
    this.#depth += 1;
    this.#scope.within(() => this.#statements(this.#few()));
    this.#depth -= 1;
    this.#write('}');
  }

  #loop(): void {
    const random = this.#random;
    const name = this.#name('n');
    const rounds = random.chance(70) ? random.between(1, 6) : random.between(7, 20);
    const bound = random.chance(60) ? String(rounds) : `(${this.#expressions.number(1).text} & 7)`;
    const index: Expression = { text: name, big: false, min: 0n, max: 32n };
    const body = () => {
      this.#scope.here.integers.push({ ...index, flavour: 'u32' });
      this.#statements(Math.min(2, this.#few()));
      if (random.chance(30)) {
        this.#write(`if (${bare(this.#expressions.boolean(1))}) ${random.pick(['break', 'continue', 'break'])};`);
      }
      if (this.#left > 0) this.#statement();
    };
    this.#loops += 1;
    switch (random.below(4)) {
      case 0:
      case 1:
        this.#block(`for (const ${name} of range(${bound}))`, body);
        break;
      case 2:
        this.#block(`for (let ${name} = 0; ${name} < ${bound}; ${name} += ${random.pick([1, 1, 2])})`, body);
        break;
      default:
        this.#write(`let ${name}: u32 = ${bare(`(${this.#expressions.number(1).text} & 7)`)};`);
        this.#block(`while (${name} > 0)`, () => {
          this.#write(`${name} -= 1;`);
          body();
        });
    }
    this.#loops -= 1;
  }

  #switch(): void {
    const random = this.#random;
    const subject = this.#expressions.convert(this.#expressions.number(2), random.pick([u8, u16, u32]));
    const count = random.between(1, 4);
    const cases = new Set(Array.from({ length: count }, () => random.below(12)));
    this.#block(`switch (${bare(subject.text)})`, () => {
      for (const value of cases) {
        this.#write(`case ${value}:`);
        if (random.chance(15)) continue;
        this.#block('', () => this.#statements(this.#few()));
        this.#write(random.chance(85) ? 'break;' : `return ${this.#returned()};`);
      }
      if (random.chance(60)) {
        this.#write('default:');
        this.#block('', () => this.#statements(this.#few()));
      }
    });
  }

  #return(): void {
    this.#write(`if (${bare(this.#expressions.boolean(1))}) return ${this.#returned()};`);
  }

  #call(): void {
    const called = this.#random.any(this.#on.declarations.functions);
    const text = called && this.#expressions.call(called.name, 1);
    if (called === undefined || text === undefined) {
      this.#constant();
      return;
    }
    if (called.result === 'boolean') {
      const name = this.#name('b');
      this.#write(`const ${name} = ${text};`);
      this.#scope.here.booleans.push({ text: name, assignable: false });
    } else if (this.#random.chance(30)) this.#write(`${text};`);
    else {
      const name = this.#name('v');
      this.#write(`const ${name} = ${text};`);
      const { big, min, max, name: flavour } = called.result;
      this.#scope.here.integers.push({ text: name, big, min, max, flavour });
    }
  }

  // Packets.

  #offset(): string {
    const random = this.#random;
    if (random.chance(60)) return String(random.pick([0, 0, 12, 14, 14, 18, 26, 34, 38]));
    const value = this.#expressions.unsigned(this.#expressions.number(1)).text;
    if (random.chance(50))
      return `${random.pick([0, 14, 34])} + ${bare(`(${value} & ${random.pick([3, 15, 63])})`)}`.replace(
        /\+ (.*)$/,
        '+ ($1)',
      );
    return `14 + (${value} & 15) * 4`;
  }

  #at(): void {
    const random = this.#random;
    if (random.chance(20)) {
      const type = random.pick([u8, be16, be32, u16, u32, u64]);
      const name = this.#name('o');
      this.#write(`const ${name} = ctx.at(${type.name}, ${this.#offset()});`);
      this.#scope.here.optionals.push({ text: name, type });
      return;
    }
    const record = random.any([Eth, Ipv4, ...this.#on.declarations.headers, ...this.#on.declarations.headers]) ?? Eth;
    this.#found(`ctx.at(${record.name}, ${this.#offset()})`, { record, memory: 'packet' });
  }

  /** A view that may be undefined: leaves where it is, or goes on inside. */
  #found(text: string, found: Omit<View, 'text'>): void {
    const name = this.#name('p');
    const view: View = { text: name, ...found };
    this.#write(`const ${name} = ${text};`);
    if (this.#depth < 3 && this.#random.chance(35)) {
      this.#block(`if (${name})`, () => {
        this.#scope.here.views.push(view);
        this.#statements(this.#few());
      });
      return;
    }
    const leave = this.#loops > 0 && this.#random.chance(50) ? 'break' : `return ${this.#returned()}`;
    this.#write(`if (${this.#random.chance(80) ? `!${name}` : `${name} === undefined`}) ${leave};`);
    this.#scope.here.views.push(view);
  }

  #parse(): void {
    const chain: readonly RecordType[] = this.#random.any(chains) ?? [Eth];
    const name = this.#name('h');
    this.#write(`const ${name} = ctx.parse(${chain.map((record) => record.name).join(', ')});`);
    this.#write(`if (!${name}) ${this.#loops > 0 ? 'break' : `return ${this.#returned()}`};`);
    const names = chain.map(() => this.#name('p'));
    this.#write(`const [${names.join(', ')}] = ${name};`);
    for (const [index, record] of chain.entries()) {
      this.#scope.here.views.push({ text: names[index] ?? '', record, memory: 'packet' });
    }
  }

  #header(): void {
    const view = this.#random.any(this.#scope.all('views').filter(({ memory }) => memory === 'packet'));
    if (view === undefined) {
      this.#at();
      return;
    }
    if (view.record.checksum) {
      this.#write(`${view.text}.checksum = checksum(${view.text});`);
      return;
    }
    const pairs = view.record.fields.flatMap(([a, left]) =>
      view.record.fields.flatMap(([b, right]) => (a < b && sameField(left, right) ? [[a, b] as const] : [])),
    );
    const pair = this.#random.any(pairs);
    if (pair === undefined) {
      this.#store();
      return;
    }
    this.#write(`swap(${view.text}, '${pair[0]}', '${pair[1]}');`);
  }

  #move(): void {
    if (this.#loops > 0 || this.#moves === 0) {
      this.#at();
      return;
    }
    this.#moves -= 1;
    const delta = this.#random.pick([-14, -20, -4, -40, 4, 14]);
    this.#write(`if (!ctx.adjustHead(${delta})) return ${this.#returned()};`);
    this.#scope.forgetPacket();
  }

  #context(): void {
    if (this.#random.chance(50)) {
      this.#write(`ctx.mark = ${bare(this.#expressions.fitting(u32, 2).text)};`);
      this.#scope.here.integers.push({ text: 'ctx.mark', big: false, min: 0n, max: u32.max, flavour: 'u32' });
      return;
    }
    if (this.#random.chance(40) && this.#loops === 0) {
      this.#write(`if (!ctx.pull(${this.#random.pick([14, 34, 54])})) return ${this.#returned()};`);
      this.#scope.forgetPacket();
      return;
    }
    const record = this.#random.any([Eth, Ipv4, ...this.#on.declarations.headers]) ?? Eth;
    this.#found(`ctx.copy(${record.name}, ${this.#offset()})`, { record, memory: 'stack' });
  }

  // Memory.

  #store(): void {
    const random = this.#random;
    const view = random.any(this.#scope.all('views'));
    const box = random.any(this.#scope.all('boxes'));
    if (box !== undefined && (view === undefined || random.chance(25))) {
      this.#storeBox(box);
      return;
    }
    if (view === undefined) {
      this.#map();
      return;
    }
    const field = random.any(view.record.fields);
    if (field === undefined) return;
    const [name, type] = field;
    const path = `${view.text}.${name}`;
    if (type.kind === 'int') this.#storeInt(path, type.type);
    else if (type.kind === 'bits') {
      const value = this.#expressions.unsigned(this.#expressions.number(2));
      const mask = 2 ** type.count - 1;
      this.#write(`${path} = ${type.count > 30 ? bare(value.text) : `${value.text} & ${mask}`};`);
    } else if (type.kind === 'array') {
      const index = this.#expressions.index(type.length);
      this.#storeInt(`${path}[${index}]${random.chance(50) || !/^\d+$/.test(index) ? '!' : ''}`, type.element);
    } else this.#write(`${path}.set(${this.#literal(type.record, true)});`);
  }

  #storeInt(path: string, type: IntType): void {
    const random = this.#random;
    if (random.chance(30)) {
      const by = this.#expressions.fit(this.#expressions.of(type.big, 2), type);
      this.#write(`${path} ${random.pick(['+=', '-=', '+='])} ${bare(by.text)};`);
      return;
    }
    const value = this.#expressions.of(type.big, 3);
    const taken = value.flavour === undefined || type.takes.includes(value.flavour);
    const wraps = taken && random.chance(30);
    this.#write(`${path} = ${bare(wraps ? value.text : this.#expressions.fit(value, type).text)};`);
  }

  #storeBox(box: Box): void {
    this.#storeInt(`${box.text}.value`, box.type);
  }

  #literal(record: RecordType, partial: boolean): string {
    const fields = record.fields.flatMap(([name, type]): string[] => {
      if (partial && this.#random.chance(40)) return [];
      const text = this.#input(type);
      return text === undefined ? [] : [`${name}: ${text}`];
    });
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }

  #input(type: FieldType): string | undefined {
    switch (type.kind) {
      case 'int':
        return bare(this.#expressions.fitting(type.type, 1).text);
      case 'bits':
        return `${this.#expressions.number(0).text} & ${2 ** Math.min(type.count, 30) - 1}`;
      case 'record':
        return `${type.record.name}(${this.#literal(type.record, true)})`;
      case 'array':
        return undefined;
    }
  }

  /** A whole value: a view of the same record, or a new one. */
  #whole(record: RecordType): string {
    const view = this.#random.any(this.#scope.all('views').filter((one) => one.record === record));
    if (view !== undefined && this.#random.chance(50)) return view.text;
    return `${record.name}(${this.#literal(record, true)})`;
  }

  #valueOf(schema: IntType | RecordType): string {
    return isInt(schema) ? bare(this.#expressions.fitting(schema, 2).text) : this.#whole(schema);
  }

  /** A key of few different values, so that it is met again. */
  #key(map: MapDeclaration): string {
    const { key } = map;
    if (key === undefined) return '';
    if (!isInt(key)) {
      const fields = key.fields.map(([name, type]) => {
        if (type.kind !== 'int') return `${name}: ${this.#input(type) ?? '0'}`;
        return `${name}: ${this.#few8(type.type)}`;
      });
      return `{ ${fields.join(', ')} }`;
    }
    if (map.className.includes('Array')) {
      const value = this.#expressions.unsigned(this.#expressions.number(1));
      return this.#random.chance(50) ? String(this.#random.below(map.maxEntries)) : `${value.text} & 7`;
    }
    return this.#few8(key);
  }

  #few8(type: IntType): string {
    const value = this.#expressions.of(type.big, 1);
    const suffix = type.big ? 'n' : '';
    if (this.#random.chance(20)) return `${this.#random.below(8)}${suffix}`;
    return `${value.text} & 7${suffix}`;
  }

  #record(): void {
    const random = this.#random;
    const view = random.any(this.#scope.all('views'));
    const same =
      view && view.memory !== 'global'
        ? random.any(this.#scope.all('views').filter((one) => one.record === view.record && one !== view))
        : undefined;
    if (view !== undefined && random.chance(30)) {
      if (same !== undefined && random.chance(50)) {
        const name = this.#name('b');
        this.#write(`const ${name} = equals(${view.text}, ${same.text});`);
        this.#scope.here.booleans.push({ text: name, assignable: false });
        return;
      }
      const name = this.#name('s');
      this.#write(`const ${name} = ${view.text}.copy();`);
      this.#scope.here.views.push({ text: name, record: view.record, memory: 'stack' });
      return;
    }
    if (view !== undefined && random.chance(30)) {
      this.#write(`${view.text}.set(${same && random.chance(30) ? same.text : this.#literal(view.record, true)});`);
      return;
    }
    const record = random.any(this.#on.declarations.structs);
    if (record === undefined) {
      this.#constant();
      return;
    }
    const name = this.#name('s');
    this.#write(`const ${name} = ${record.name}(${this.#literal(record, true)});`);
    this.#scope.here.views.push({ text: name, record, memory: 'stack' });
  }

  #atomic(): void {
    const random = this.#random;
    const targets = [
      ...this.#scope.all('boxes').flatMap(({ text, type }) => (type.atomic ? [{ text, key: "'value'", type }] : [])),
      ...this.#scope
        .all('views')
        .flatMap(({ text, record, memory }) =>
          memory !== 'map' && memory !== 'global'
            ? []
            : record.fields.flatMap(([name, type]) =>
                type.kind === 'int' && type.type.atomic ? [{ text, key: `'${name}'`, type: type.type }] : [],
              ),
        ),
    ];
    const target = random.any(targets);
    if (target === undefined) {
      this.#map();
      return;
    }
    const { text, key, type } = target;
    const operation = random.pick(['add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange', 'add']);
    const given = () => bare(this.#expressions.fitting(type, 1).text);
    const values = operation === 'compareExchange' ? `${given()}, ${given()}` : given();
    const call = `atomic.${operation}(${text}, ${key}, ${values})`;
    if (random.chance(50)) {
      this.#write(`${call};`);
      return;
    }
    const name = this.#name('v');
    this.#write(`const ${name} = ${call};`);
    const { big, min, max, convert } = type;
    this.#scope.here.integers.push({ text: name, big, min, max, flavour: convert });
  }

  // Maps.

  #map(): void {
    const map = this.#random.any(this.#on.declarations.maps);
    if (map === undefined) {
      this.#constant();
      return;
    }
    const { className, name } = map;
    if (className === 'RingBuf') {
      this.#write(`${name}.emit(${this.#valueOf(map.value)});`);
      return;
    }
    if (className === 'Queue' || className === 'Stack') {
      this.#queue(map);
      return;
    }
    if (className === 'LpmTrie') {
      this.#trie(map);
      return;
    }
    const memory = className.includes('PerCpu') ? 'percpu' : 'map';
    const isArray = className.includes('Array');
    const choice = this.#random.below(isArray ? 4 : 6);
    if (choice === 0 && (isArray || this.#mayReplace())) {
      this.#write(`${name}.set(${this.#key(map)}, ${this.#valueOf(map.value)});`);
      if (!isArray) this.#scope.forgetMap(name);
      return;
    }
    if (choice === 5 && this.#mayReplace()) {
      this.#write(`${name}.delete(${this.#key(map)});`);
      this.#scope.forgetMap(name);
      return;
    }
    if (choice === 4) {
      this.#inserted(map, memory);
      return;
    }
    if (isInt(map.value)) {
      const box = choice < 3;
      const found = this.#name(box ? 'r' : 'o');
      this.#write(`const ${found} = ${name}.${box ? 'ref' : 'get'}(${this.#key(map)});`);
      if (box) this.#boxed(found, { type: map.value, memory, map: name });
      else this.#scope.here.optionals.push({ text: found, type: map.value });
      return;
    }
    this.#found(`${name}.get(${this.#key(map)})`, { record: map.value, memory, map: name });
  }

  /** Not where an earlier look at an entry may be used again behind it. */
  #mayReplace(): boolean {
    return this.#loops === 0 && this.#on.hasContext;
  }

  #inserted(map: MapDeclaration, memory: 'map' | 'percpu'): void {
    const { name, value } = map;
    if (!isInt(value)) {
      const initial = this.#random.chance(50) ? `, ${this.#literal(value, true)}` : '';
      this.#found(`${name}.getOrInsert(${this.#key(map)}${initial})`, { record: value, memory, map: name });
      return;
    }
    const found = this.#name('o');
    this.#write(`const ${found} = ${name}.getOrInsert(${this.#key(map)});`);
    this.#scope.here.optionals.push({ text: found, type: value });
  }

  #boxed(name: string, box: Omit<Box, 'text'>): void {
    if (this.#depth < 3 && this.#random.chance(50)) {
      this.#block(`if (${name})`, () => {
        this.#scope.here.boxes.push({ text: name, ...box });
        this.#statements(this.#few());
      });
      return;
    }
    this.#write(`if (!${name}) ${this.#loops > 0 ? 'continue' : `return ${this.#returned()}`};`);
    this.#scope.here.boxes.push({ text: name, ...box });
  }

  #queue({ name, value }: MapDeclaration): void {
    const method = this.#random.pick(['push', 'push', 'pop', 'peek']);
    if (method === 'push') {
      this.#write(`${name}.push(${this.#valueOf(value)});`);
      return;
    }
    if (!isInt(value)) {
      this.#found(`${name}.${method}()`, { record: value, memory: 'stack' });
      return;
    }
    const found = this.#name('o');
    this.#write(`const ${found} = ${name}.${method}();`);
    this.#scope.here.optionals.push({ text: found, type: value });
  }

  #trie(map: MapDeclaration): void {
    const address = bare(this.#expressions.fitting(u32, 1).text);
    if (this.#random.chance(40) && this.#mayReplace()) {
      this.#scope.forgetMap(map.name);
      this.#write(
        `${map.name}.set(${address}, ${this.#random.pick([0, 8, 16, 24, 32])}, ${this.#valueOf(map.value)});`,
      );
      return;
    }
    const text = `${map.name}.match(${address})`;
    if (!isInt(map.value)) {
      this.#found(text, { record: map.value, memory: 'map', map: map.name });
      return;
    }
    const found = this.#name('o');
    this.#write(`const ${found} = ${text};`);
    this.#scope.here.optionals.push({ text: found, type: map.value });
  }
}

function sameField(left: FieldType, right: FieldType): boolean {
  if (left.kind === 'int' && right.kind === 'int') return left.type === right.type;
  return (
    left.kind === 'array' && right.kind === 'array' && left.element === right.element && left.length === right.length
  );
}
