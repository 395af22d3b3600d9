import type TypeScript from 'typescript-js';
import { dataTypeOf, type Schema } from '../schema/index.ts';
import { encode } from './encode.ts';
import type { Evaluation } from './evaluation.ts';
import type { StaticValue } from './static-value.ts';

/** `config(u32, 0)` and `global(u64)`. */
export function configOrGlobal(
  evaluation: Evaluation,
  node: TypeScript.CallExpression,
  callee: string,
  name: string,
): StaticValue | undefined {
  if (callee !== 'config' && callee !== 'global') return undefined;
  const [schemaNode, initialNode] = node.arguments;
  const schema = schemaNode && evaluation.schema(schemaNode);
  if (schema === undefined) return undefined;
  const initial = new Uint8Array(schema.size);
  if (initialNode !== undefined && !encode(evaluation, schema, initialNode, initial, 0)) return undefined;
  const section = callee === 'config' ? '.rodata' : initial.every((byte) => byte === 0) ? '.bss' : '.data';
  return {
    kind: 'variable',
    config: callee === 'config',
    schema,
    declaration: {
      name,
      section,
      type: dataTypeOf(schema),
      align: alignOf(schema),
      initial,
      exported: true,
    },
  };
}

function alignOf(schema: Schema): number {
  return Math.max(1, schema.align);
}
