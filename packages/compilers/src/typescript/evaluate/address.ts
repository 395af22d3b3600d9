import { parseIpv4, parseIpv6, parseMac } from '@skep/core/base';
import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import type { Evaluation } from './evaluation.ts';

const kinds = {
  ipv4: { parse: parseIpv4, text: 'IPv4', example: "ipv4('10.0.0.1')" },
  ipv6: { parse: parseIpv6, text: 'IPv6', example: "ipv6('2001:db8::1')" },
  mac: { parse: parseMac, text: 'Ethernet', example: "mac('02:00:00:00:00:01')" },
} as const;

/** The bytes of `ipv4('10.0.0.1')`, `ipv6('::1')` or `mac('..')`; undefined where `node` is something else. */
export function addressBytes(evaluation: Evaluation, node: TypeScript.Expression): Uint8Array | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = evaluation.expression(node.expression);
  const [argument] = node.arguments;
  const text = argument && evaluation.expression(argument);
  if (callee?.kind !== 'schema' || text?.kind !== 'text' || argument === undefined) return undefined;
  const { schema } = callee;
  const name = schema.kind === 'int' || schema.kind === 'array' ? schema.name : undefined;
  if (name !== 'ipv4' && name !== 'ipv6' && name !== 'mac') return undefined;
  const { parse, text: kind, example } = kinds[name];
  const bytes = parse(text.value);
  if (bytes === undefined)
    evaluation.reporter.report(argument, 3007, { text: JSON.stringify(text.value), kind, example });
  return bytes ?? new Uint8Array(schema.size);
}
