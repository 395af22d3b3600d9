import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import { type Evaluation, propertiesOf } from './evaluation.ts';
import type { StaticValue } from './static-value.ts';

/** Wrappers of programs that are compiled, and those of tracing programs, which are not yet. */
const packetWrappers = new Set(['xdp', 'tc', 'socketFilter', 'cgroupSkb', 'connect4', 'connect6', 'skLookup']);
const laterWrappers = new Set(['tracepoint', 'tpBtf', 'kprobe', 'kretprobe', 'fentry', 'fexit', 'lsm']);

/** The program of `xdp((ctx) => ..)`, or the function of `subprogram(..)`. */
export function programOf(
  evaluation: Evaluation,
  node: TypeScript.CallExpression,
  callee: string,
  name: string,
): StaticValue | undefined {
  if (laterWrappers.has(callee)) {
    evaluation.reporter.report(node, 6001, { kind: callee });
    return undefined;
  }
  if (callee !== 'subprogram' && !packetWrappers.has(callee)) return undefined;
  const [run, options] = node.arguments;
  const target = run && evaluation.expression(run, name);
  if (target?.kind !== 'function') {
    evaluation.reporter.report(run ?? node, 6006);
    return undefined;
  }
  if (callee === 'subprogram') return { ...target, name, subprogram: true };
  if (ts.isFunctionDeclaration(target.node)) {
    evaluation.reporter.report(run ?? node, 6006);
    return undefined;
  }
  const frags = propertiesOf(options).get('frags');
  const fragsValue = frags && evaluation.expression(frags);
  return {
    kind: 'program',
    wrapper: callee,
    name,
    run: target.node,
    call: node,
    frags: fragsValue?.kind === 'boolean' && fragsValue.value,
  };
}
