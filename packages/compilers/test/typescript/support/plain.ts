import ts from 'typescript-js';

type Integer = number | bigint | boolean;

function number(bits: number, signed: boolean): (value: Integer) => number {
  return (value) => {
    const integer = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
    return Number(signed ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer));
  };
}

interface Kind {
  zero(): unknown;
  /** For records: one of these values. */
  make?(values: unknown): unknown;
}

const zero = (value: () => unknown): Kind => ({ zero: value });

/** A record as a plain object: enough for what the tests do with it. */
function struct(fields: Record<string, Kind>) {
  const make = (values: Record<string, unknown> = {}): Record<string, unknown> => {
    const view = Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, values[name] ?? kind.zero()]));
    const methods = {
      set: (other: Record<string, unknown>) => Object.assign(view, make(other), methods),
      copy: () => make(structuredClone(Object.fromEntries(Object.entries(view).filter(([name]) => name in fields)))),
    };
    for (const [name, kind] of Object.entries(fields)) if (kind.make) view[name] = kind.make(values[name]);
    return Object.assign(view, methods);
  };
  return Object.assign(make, {
    zero: () => make(),
    make: (values: unknown) => make(values as Record<string, unknown>),
  });
}

const runtime: Record<string, unknown> = {
  ...Object.fromEntries(
    [8, 16, 32].flatMap((bits) => [
      [
        `u${bits}`,
        Object.assign(
          number(bits, false),
          zero(() => 0),
        ),
      ],
      [
        `i${bits}`,
        Object.assign(
          number(bits, true),
          zero(() => 0),
        ),
      ],
      [
        `be${bits}`,
        Object.assign(
          number(bits, false),
          zero(() => 0),
        ),
      ],
    ]),
  ),
  u64: Object.assign(
    (value: Integer) => BigInt.asUintN(64, BigInt(value)),
    zero(() => 0n),
  ),
  i64: Object.assign(
    (value: Integer) => BigInt.asIntN(64, BigInt(value)),
    zero(() => 0n),
  ),
  ipv4: zero(() => 0),
  mac: (text: string) => text,
  bits: () => zero(() => 0),
  cstr: () => zero(() => ''),
  bytes: (length: number) => zero(() => new Uint8Array(length)),
  array: (_element: unknown, length: number) => zero(() => new Array<number>(length).fill(0)),
  struct,
  header: struct,
  subprogram: (run: unknown) => run,
  equals: (a: unknown, b: unknown) => a === b,
  swap: (record: Record<string, unknown>, a: string, b: string) => {
    [record[a], record[b]] = [record[b], record[a]];
  },
  imul: (a: number, b: number) => Math.imul(a, b) >>> 0,
  log2: (value: number | bigint) => Math.max(0, BigInt(value).toString(2).length - 1),
  range: (a: number, b?: number) =>
    Array.from({ length: (b ?? a) - (b === undefined ? 0 : a) }, (_, i) => i + (b === undefined ? 0 : a)),
  loop: (count: number, body: (index: number) => boolean | undefined) => {
    for (let index = 0; index < count; index += 1) if (body(index) === true) return index + 1;
    return count;
  },
};

/** Runs `source` as JavaScript, its types taken away, and gives the value of the last expression. */
export function runPlain(source: string, result: string, values: Record<string, unknown>): unknown {
  const names = { ...runtime, ...values };
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return new Function(...Object.keys(names), `${outputText}; return ${result};`)(...Object.values(names));
}
