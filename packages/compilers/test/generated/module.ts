import type { Declarations, FunctionDeclaration, MapDeclaration } from './declarations.ts';
import { Random } from './random.ts';
import { Scope } from './scope.ts';
import { Statements } from './statements.ts';
import {
  be16,
  be32,
  be64,
  type FieldType,
  type IntType,
  i32,
  ipv4,
  memoryTypes,
  numbers,
  type RecordType,
  u8,
  u16,
  u32,
  u64,
} from './types.ts';

/** Kinds of programs that are generated. */
export type Kind = 'xdp' | 'tc' | 'socketFilter';

/** One program of a module. */
export interface GeneratedProgram {
  readonly name: string;
  readonly kind: Kind;
  readonly text: string;
}

/** A type-correct module. */
export interface GeneratedModule {
  readonly seed: number;
  /** Schemas, maps and functions. */
  readonly head: string;
  readonly programs: readonly GeneratedProgram[];
}

/** Where every module starts. */
export const imports = [
  "import { ArrayMap, HashMap, LpmTrie, LruHash, LruPerCpuHash, PerCpuArray, PerCpuHash, Queue, RingBuf, Stack, TC, XDP, array, atomic, be16, be32, be64, bits, checksum, config, equals, global, header, i16, i32, i64, i8, imul, ipv4, log2, mac, range, socketFilter, struct, subprogram, swap, tc, type Infer, u16, u32, u64, u8, xdp } from 'skep/bpf';",
  "import { Eth, Ipv4, L4Ports, Tcp, Udp, Vlan } from 'skep/bpf/net';",
  "export const license = 'GPL';",
];

/** The text of a module with these of its programs. */
export function textOf({ head }: GeneratedModule, programs: readonly GeneratedProgram[]): string {
  return [head, ...programs.map(({ text }) => text), ''].join('\n');
}

/** The module of a seed. */
export function generateModule(seed: number, programs: number): GeneratedModule {
  return new ModuleGenerator(seed).generate(programs);
}

class ModuleGenerator {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scope = new Scope();
  readonly #declarations: Declarations = { structs: [], headers: [], maps: [], functions: [] };
  readonly #lines: string[] = [...imports];

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  generate(count: number): GeneratedModule {
    const random = this.#random;
    for (let index = random.between(1, 3); index > 0; index -= 1) this.#struct();
    for (let index = random.between(1, 2); index > 0; index -= 1) this.#header();
    for (let index = random.between(2, 5); index > 0; index -= 1) this.#map();
    for (let index = random.between(0, 2); index > 0; index -= 1) this.#variable();
    for (let index = random.between(0, 3); index > 0; index -= 1) this.#function();
    const programs = Array.from({ length: count }, (_, index) => this.#program(index));
    return { seed: this.#seed, head: this.#lines.join('\n'), programs };
  }

  #struct(): void {
    const { structs } = this.#declarations;
    const name = `S${structs.length}`;
    const fields = Array.from({ length: this.#random.between(1, 5) }, (_, index): [string, FieldType] => [
      `f${index}`,
      this.#field(),
    ]);
    structs.push({ name, fields, header: false });
    this.#lines.push(`export const ${name} = struct({ ${fields.map(fieldText).join(', ')} });`);
  }

  #field(): FieldType {
    const random = this.#random;
    const choice = random.below(10);
    if (choice === 0) {
      const record = random.any(this.#declarations.structs);
      if (record && !record.fields.some(([, { kind }]) => kind === 'record')) return { kind: 'record', record };
    }
    if (choice === 1 || choice === 2) {
      return { kind: 'array', element: random.pick([u8, u16, u32, u64, i32, u8]), length: random.between(2, 16) };
    }
    return { kind: 'int', type: random.pick(memoryTypes) };
  }

  #header(): void {
    const random = this.#random;
    const { headers } = this.#declarations;
    const name = `H${headers.length}`;
    const fields: [string, FieldType][] = [];
    const add = (type: FieldType) => fields.push([`f${fields.length}`, type]);
    for (let index = random.between(1, 4); index > 0; index -= 1) {
      if (random.chance(30)) for (const count of random.any(bitGroups) ?? [8]) add({ kind: 'bits', count });
      else if (random.chance(15)) add({ kind: 'array', element: u8, length: random.between(2, 8) });
      else add({ kind: 'int', type: random.pick([u8, be16, be32, ipv4, u16, u32, be64, u64, be16]) });
    }
    headers.push({ name, fields, header: true });
    this.#lines.push(`export const ${name} = header({ ${fields.map(fieldText).join(', ')} });`);
  }

  #map(): void {
    const random = this.#random;
    const { maps, structs } = this.#declarations;
    const name = `m${maps.length}`;
    const className = random.pick(mapClasses);
    const value = random.chance(60) ? (random.any(structs) ?? u64) : random.pick([u32, u64, u16, u8, i32, u64]);
    const options = (most: number) => `{ maxEntries: ${most} }`;
    const add = (map: Omit<MapDeclaration, 'name' | 'className'>, text: string) => {
      maps.push({ name, className, ...map });
      this.#lines.push(`export const ${name} = new ${className}(${text});`);
    };
    const valueText = value.name;
    if (className === 'RingBuf') {
      add({ value, maxEntries: 0 }, `${valueText}, { bytes: 65_536 }`);
      return;
    }
    if (className === 'Queue' || className === 'Stack') {
      add({ value, maxEntries: 16 }, `${valueText}, ${options(16)}`);
      return;
    }
    if (className.includes('Array')) {
      add({ key: u32, value, maxEntries: 8 }, `${valueText}, ${options(8)}`);
      return;
    }
    if (className === 'LpmTrie') {
      add({ key: ipv4, value, maxEntries: 4096 }, `ipv4, ${valueText}, { maxEntries: 4096 }`);
      return;
    }
    const key = this.#keySchema();
    const most = className.startsWith('Lru') ? 4096 : random.pick([4, 64, 64]);
    add({ key, value, maxEntries: most }, `${key.name}, ${valueText}, ${options(most)}`);
  }

  #keySchema(): IntType | RecordType {
    const flat = this.#declarations.structs.filter(({ fields }) => fields.every(([, { kind }]) => kind === 'int'));
    const record = this.#random.any(flat);
    return record !== undefined && this.#random.chance(40) ? record : this.#random.pick([u32, u64, u16, ipv4, u32, u8]);
  }

  #variable(): void {
    const random = this.#random;
    const name = `g${this.#lines.length}`;
    const { here } = this.#scope;
    if (random.chance(40)) {
      const type = random.pick(numbers);
      const value = random.below(128);
      this.#lines.push(`export const ${name} = config(${type.name}, ${value});`);
      here.integers.push({ text: `${name}.value`, big: false, min: type.min, max: type.max, flavour: type.name });
      return;
    }
    const record = random.any(this.#declarations.structs);
    if (record !== undefined && random.chance(50)) {
      this.#lines.push(`export const ${name} = global(${record.name});`);
      here.views.push({ text: name, record, memory: 'global' });
      return;
    }
    const type = random.pick([u32, u64, u16, i32]);
    this.#lines.push(`export const ${name} = global(${type.name}, ${random.below(100)}${type.big ? 'n' : ''});`);
    here.boxes.push({ text: name, type, memory: 'global' });
  }

  #function(): void {
    const random = this.#random;
    const name = `fn${this.#declarations.functions.length}`;
    const isSubprogram = random.chance(40);
    const count = random.between(1, isSubprogram ? 5 : 4);
    const parameters = Array.from({ length: count }, (): IntType | RecordType => {
      const record = random.any([...this.#declarations.structs, ...this.#declarations.headers]);
      if (!isSubprogram && record !== undefined && random.chance(25)) return record;
      return random.pick([u32, u64, u8, u16, i32, u32]);
    });
    const isBoolean = !isSubprogram && random.chance(20);
    const result = isBoolean ? ('boolean' as const) : random.pick([u32, u64, u16, i32]);
    const body = this.#body(result, random.between(0, 3), false, () => {
      for (const [index, parameter] of parameters.entries()) this.#parameter(`a${index}`, parameter);
    });
    const declared: FunctionDeclaration = { name, parameters, result, isSubprogram };
    const list = parameters.map((parameter, index) => `a${index}: ${typeText(parameter)}`).join(', ');
    const type = result === 'boolean' ? result : result.name;
    const [open, close] = isSubprogram
      ? [`const ${name} = subprogram((${list}): ${type} => {`, '});']
      : [`function ${name}(${list}): ${type} {`, '}'];
    this.#lines.push(open, ...body, close);
    this.#declarations.functions.push(declared);
  }

  #parameter(text: string, type: IntType | RecordType): void {
    const { here } = this.#scope;
    if (!('big' in type)) {
      // Its memory is not known: it is not written by atomics, and no packet that was moved.
      here.views.push({ text, record: type, memory: 'stack' });
      return;
    }
    const { big, min, max, convert } = type;
    here.integers.push({ text, big, min, max, flavour: convert });
  }

  #body(result: Kind | IntType | 'boolean', most: number, hasContext: boolean, before: () => void): readonly string[] {
    const surroundings = {
      random: this.#random,
      scope: this.#scope,
      declarations: this.#declarations,
      hasContext,
    };
    const statements = new Statements(surroundings, result, most);
    this.#scope.alone(() => {
      before();
      statements.body();
    });
    return statements.lines;
  }

  #program(index: number): GeneratedProgram {
    const random = this.#random;
    const kind = random.pick(['xdp', 'xdp', 'xdp', 'tc', 'tc', 'socketFilter'] as const);
    const name = `p${index}`;
    const type = { xdp: 'XDP', tc: 'TC', socketFilter: 'number' }[kind];
    const body = this.#body(kind, random.between(2, 22), true, () => undefined);
    const text = [`export const ${name} = ${kind}((ctx): ${type} => {`, ...body, '});'].join('\n');
    return { name, kind, text };
  }
}

const bitGroups = [
  [4, 4],
  [1, 7],
  [3, 5],
  [3, 13],
  [1, 1, 6],
  [6, 10],
  [12, 20],
  [2, 30],
] as const;

const mapClasses = [
  'HashMap',
  'HashMap',
  'LruHash',
  'ArrayMap',
  'ArrayMap',
  'PerCpuHash',
  'PerCpuArray',
  'LruPerCpuHash',
  'LpmTrie',
  'RingBuf',
  'Queue',
  'Stack',
] as const;

function fieldText([name, type]: readonly [string, FieldType]): string {
  switch (type.kind) {
    case 'int':
      return `${name}: ${type.type.name}`;
    case 'bits':
      return `${name}: bits(${type.count})`;
    case 'array':
      return `${name}: array(${type.element.name}, ${type.length})`;
    case 'record':
      return `${name}: ${type.record.name}`;
  }
}

function typeText(schema: IntType | RecordType): string {
  return 'big' in schema ? schema.name : `Infer<typeof ${schema.name}>`;
}
