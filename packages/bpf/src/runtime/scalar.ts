import { parseIpv4, parseIpv6, parseMac } from '@skep/core/base';
import type { Scalar } from '../schema.ts';
import { converter } from './convert.ts';
import { badSchema } from './errors.ts';
import { type ArrayLayout, describes, type IntLayout, type IntName } from './layout.ts';
import { ownValue } from './views.ts';

function intLayout(name: IntName): IntLayout {
  const bits = name === 'ipv4' ? 32 : Number(/\d+$/.exec(name)?.[0] ?? 32);
  const size = (bits / 8) as IntLayout['size'];
  const network = name.startsWith('be') || name === 'ipv4';
  return { kind: 'int', name, size, align: size, signed: name.startsWith('i') && !network, big: size === 8, network };
}

/** Bytes without a sign: what arrays of bytes are made of. */
export const byteLayout: IntLayout = intLayout('u8');

/** The schema of an integer, which is its conversion too. */
export function integer<Value extends number | bigint>(name: IntName): Scalar<Value> {
  const layout = intLayout(name);
  const convert = converter(layout);
  return schemaOf((value: number | bigint | boolean) => convert(value), layout) as unknown as Scalar<Value>;
}

/** The conversion of addresses: a number as it is, text as the number that it means. */
export function ipv4Address(): unknown {
  const layout = intLayout('ipv4');
  const convert = converter(layout);
  return schemaOf((value: number | string) => {
    if (typeof value === 'number') return convert(value);
    const bytes = parseIpv4(value) ?? badAddress('IPv4', value, '10.0.0.1');
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  }, layout);
}

/** The schema of an address that is bytes in a program and text in userland. */
export function byteAddress(name: 'mac' | 'ipv6', length: number): unknown {
  const layout = byteArray(length, name);
  const parse = name === 'mac' ? parseMac : parseIpv6;
  const sample = name === 'mac' ? '02:00:00:00:00:01' : '2001:db8::1';
  return schemaOf((text: string) => ownValue(layout, parse(text) ?? badAddress(name, text, sample)), layout);
}

/** The layout of `length` bytes. */
export function byteArray(length: number, name: ArrayLayout['name']): ArrayLayout {
  return { kind: 'array', name, element: byteLayout, length, size: length, align: 1 };
}

function badAddress(kind: string, text: string, sample: string): never {
  throw badSchema(`'${text}' is no ${kind} address`, `write it like ${sample}`);
}

function schemaOf<F extends object>(schema: F, layout: IntLayout | ArrayLayout): F {
  return describes(Object.defineProperty(schema, 'size', { value: layout.size, enumerable: true }), layout);
}
