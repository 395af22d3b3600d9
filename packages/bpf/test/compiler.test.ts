import type { StructType } from '@skep/core/btf';
import { readCollection } from '@skep/core/object';
import { beforeAll, describe, expect, test } from 'vitest';
import { Reporter } from '../../compilers/src/typescript/diagnostics/index.ts';
import { Evaluator } from '../../compilers/src/typescript/evaluate/index.ts';
import { Checker, loadTypeScript, readFromDisk, ts } from '../../compilers/src/typescript/facade/index.ts';
import { buildTypeScript } from '../../compilers/src/typescript/index.ts';
import type { RecordSchema } from '../../compilers/src/typescript/schema/index.ts';
import {
  array,
  be16,
  be64,
  bytes,
  cstr,
  i8,
  i64,
  ipv4,
  ipv6,
  mac,
  spinLock,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../src/index.ts';
import * as net from '../src/net/index.ts';
import { type FieldLayout, findLayout, layoutOf, type RecordLayout } from '../src/runtime/index.ts';

const headers = Object.entries(net).flatMap(([name, value]) => {
  const layout = findLayout(value);
  return layout?.kind === 'record' ? [[name, layout] as const] : [];
});

/** What a compiler and the runtime have to agree on. */
function shapeOf({
  size,
  fields,
}: {
  size: number;
  fields: readonly Pick<FieldLayout, 'name' | 'offset' | 'bitOffset'>[];
}) {
  return { size, fields: fields.map(({ name, offset, bitOffset }) => ({ name, offset, bitOffset })) };
}

describe('headers of skep/bpf/net are what the compiler takes them for', () => {
  const schemas = new Map<string, RecordSchema>();
  beforeAll(async () => {
    await loadTypeScript();
    const names = headers.map(([name]) => name).join(', ');
    const source = `import { ${names} } from 'skep/bpf/net'; export const all = { ${names} };`;
    const checked = new Checker().check('/headers.ts', (path) =>
      path === '/headers.ts' ? source : readFromDisk(path),
    );
    const statement = checked?.main.statements[1];
    if (checked === undefined || statement === undefined || !ts.isVariableStatement(statement)) return;
    const [declaration] = statement.declarationList.declarations;
    const value =
      declaration?.initializer && new Evaluator(checked.checker, new Reporter()).expression(declaration.initializer);
    if (value?.kind !== 'object') return;
    for (const [name, property] of value.properties) {
      if (property.kind === 'schema' && property.schema.kind === 'record') schemas.set(name, property.schema);
    }
  });

  test.each(headers)('%s', (name, layout) => {
    const theirs = schemas.get(name);
    if (theirs === undefined) throw new Error(`the compiler has no header ${name}`);
    expect(shapeOf(layout)).toEqual(shapeOf(theirs));
    expect(layout.fields.map((field) => kindOf(field.layout))).toEqual(
      theirs.fields.map(({ schema }) => kindOf(schema)),
    );
    const nameOf = (previous: RecordLayout) => headers.find(([, other]) => other === previous)?.[0];
    const mine = layout.header?.follows().map(([previous, number]) => `${nameOf(previous)} ${number}`) ?? [];
    const follows = theirs.follows();
    expect(mine.sort()).toEqual(follows.map(({ previous, number }) => `${previous.name} ${number}`).sort());
    expect([layout.header?.length !== undefined, layout.header?.next !== undefined]).toEqual([
      theirs.length !== undefined,
      theirs.next !== undefined,
    ]);
  });

  test('all sizes', async () => {
    const names = headers.map(([name]) => name);
    const source = `
      import { config, u32, xdp, XDP } from 'skep/bpf';
      import { ${names.join(', ')} } from 'skep/bpf/net';
      ${names.map((name) => `export const size${name} = config(u32, ${name}.size);`).join('\n')}
      export const main = xdp((): XDP => XDP.PASS);`;
    const spec = await compiled(source);
    const section = spec.maps.get('.rodata')?.contents[0]?.value;
    if (section?.kind !== 'bytes') throw new Error('no constants');
    const view = new DataView(section.bytes.buffer, section.bytes.byteOffset);
    for (const [name, { size }] of headers) {
      expect([name, view.getUint32(spec.variables.get(`size${name}`)?.offset ?? 0, true)]).toEqual([name, size]);
    }
  });
});

/** A kind of layout in a word. */
function kindOf(layout: { kind: string; name?: string | undefined; count?: number; size: number }): unknown[] {
  return [layout.kind, layout.name, layout.count, layout.size];
}

const Inner = struct({ a: u8, b: u64 });
const structs = {
  Plain: [struct({ a: u8, b: u16, c: u8, d: u32, e: u64, f: u8 }), '{ a: u8, b: u16, c: u8, d: u32, e: u64, f: u8 }'],
  Network: [
    struct({ a: i8, b: be16, c: ipv4, d: be64, e: ipv6, f: mac }),
    '{ a: i8, b: be16, c: ipv4, d: be64, e: ipv6, f: mac }',
  ],
  Text: [struct({ a: cstr(5), b: u32, c: bytes(3), d: u16 }), '{ a: cstr(5), b: u32, c: bytes(3), d: u16 }'],
  Nested: [
    struct({ lock: spinLock, a: u8, inner: struct({ a: u8, b: u64 }), list: array(u16, 3), end: i64 }),
    '{ lock: spinLock, a: u8, inner: struct({ a: u8, b: u64 }), list: array(u16, 3), end: i64 }',
  ],
  Records: [
    struct({ a: u8, list: array(Inner, 2), b: u8 }),
    '{ a: u8, list: array(struct({ a: u8, b: u64 }), 2), b: u8 }',
  ],
} as const;

describe('structs are laid out as in the BTF of an object', () => {
  test.each(Object.entries(structs))('%s', async (name, [schema, fields]) => {
    const spec = await compiled(`
      import { array, be16, be64, bytes, cstr, HashMap, i8, i64, ipv4, ipv6, mac, spinLock, struct, u8, u16, u32, u64, xdp, XDP } from 'skep/bpf';
      const ${name} = struct(${fields});
      export const map = new HashMap(u32, ${name}, { maxEntries: 1 });
      export const main = xdp((): XDP => map.get(1) ? XDP.DROP : XDP.PASS);`);
    const layout = layoutOf(schema) as RecordLayout;
    const type = spec.btf?.type(spec.maps.get('map')?.valueType ?? 0) as StructType;
    expect(spec.maps.get('map')?.valueSize).toBe(layout.size);
    expect(type.members.map(({ name: field, bitOffset }) => [field, bitOffset])).toEqual(
      layout.fields.map(({ name: field, bitOffset }) => [field, bitOffset]),
    );
  });
});

/** The specs of a program given as text. */
async function compiled(source: string) {
  const { object, diagnostics } = await buildTypeScript('/program.bpf.ts', {
    readFile: (path) => (path === '/program.bpf.ts' ? source : readFromDisk(path)),
  });
  if (object === undefined) throw new Error(JSON.stringify(diagnostics));
  return readCollection(object);
}
