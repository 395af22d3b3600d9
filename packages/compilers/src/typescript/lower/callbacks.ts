import type TypeScript from 'typescript-js';
import type { FunctionBuilder, Value } from '../../ir/index.ts';
import { ts } from '../facade/index.ts';
import { dataTypeOf, integers, type Schema } from '../schema/index.ts';
import { bind } from './bind.ts';
import type { Carrier } from './carrier.ts';
import { callHelper, WRITES } from './helpers.ts';
import { inlineBody, refuseFunction } from './inline.ts';
import { demand, intOf } from './integers.ts';
import type { Binding, Lowering } from './lowering.ts';
import { mapArgument } from './map-argument.ts';
import { readPlace } from './memory.ts';
import { describe, type MapOperand, type Operand, type Place } from './operand.ts';

/** Most rounds of bpf_loop (BPF_MAX_LOOPS). */
const MOST_LOOPS = 1n << 23n;

type Callback = TypeScript.ArrowFunction | TypeScript.FunctionExpression;

function callbackOf(l: Lowering, node: TypeScript.Expression | undefined, call: TypeScript.Node): Callback {
  if (node === undefined || !(ts.isArrowFunction(node) || ts.isFunctionExpression(node)))
    return l.fail(node ?? call, 6011);
  refuseFunction(l, node);
  return node;
}

/** `lock(value.guard, () => ..)`: the callback in place, between lock and unlock. */
export function lowerLock(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [target, body] = node.arguments;
  const callback = callbackOf(l, body, node);
  const lock = target && l.expression(target);
  if (lock?.kind !== 'view' || lock.place.pointer.type !== 'map_value') return l.fail(target ?? node, 4016);
  const { pointer, offset } = lock.place;
  const address = offset === 0 ? pointer : l.builder.pointerAdd(pointer, l.builder.constant(offset));
  l.at(node);
  callHelper(l, 'spin_lock', [address], WRITES, node);
  l.locked = true;
  try {
    const result = inlineBody(l, callback, node, true);
    l.flush();
    l.locked = false;
    l.at(node);
    callHelper(l, 'spin_unlock', [address], WRITES, node);
    return result;
  } finally {
    l.locked = false;
  }
}

/** `loop(n, (i) => ..)`: bpf_loop (Linux 5.17). */
export function lowerLoop(l: Lowering, node: TypeScript.CallExpression): Operand {
  const [countNode, body] = node.arguments;
  const callback = callbackOf(l, body, node);
  const count = countNode && l.expression(countNode);
  if (count?.kind !== 'int' || countNode === undefined)
    return l.fail(countNode ?? node, 2015, { type: count ? describe(count) : 'nothing' });
  const rounds = demand(l, count, { min: 0n, max: MOST_LOOPS }, countNode, 2016, { wanted: `0..${MOST_LOOPS}` });
  l.at(node);
  const captured = capture(l, callback, node);
  const target = l.compileCallback(callback, {
    name: 'loop',
    parameters: [
      { name: 'index', type: 'i64', declared: dataTypeOf(integers.u32) },
      { name: 'frame', type: 'stack', declared: { kind: 'pointer', target: { kind: 'void' } } },
    ],
    frame: 1,
    captured,
    enter: (inner) => {
      const index = intOf(inner.builder.parameter(0), false, { min: 0n, max: MOST_LOOPS - 1n });
      const [parameter] = callback.parameters;
      if (parameter) bind(inner, parameter.name, index, parameter);
    },
  });
  const values = [rounds.value, l.builder.functionAddress(target), captured.pointer, l.builder.constant(0)];
  const result = callHelper(l, 'loop', values, WRITES, node);
  captured.restore();
  return intOf(result, false, { min: 0n, max: MOST_LOOPS });
}

/** `map.forEach((value, key) => ..)`: bpf_for_each_map_elem (Linux 5.13). */
export function lowerForEach(l: Lowering, target: MapOperand, node: TypeScript.CallExpression): Operand {
  const callback = callbackOf(l, node.arguments[0], node);
  const { key, value, className } = target.map;
  if (key === undefined || value === undefined) return l.fail(node, 4015, { name: `forEach of ${className}` });
  l.at(node);
  const captured = capture(l, callback, node);
  const pointer = { kind: 'pointer', target: { kind: 'void' } } as const;
  const compiled = l.compileCallback(callback, {
    name: 'each',
    parameters: [
      { name: 'map', type: 'map', declared: pointer },
      { name: 'key', type: 'map_value', declared: pointer },
      { name: 'value', type: 'map_value', declared: pointer },
      { name: 'frame', type: 'stack', declared: pointer },
    ],
    frame: 3,
    captured,
    enter: (inner) => {
      const shared = !className.includes('PerCpu');
      const [valueName, keyName] = callback.parameters;
      if (valueName) bindEntry(inner, valueName, value, 2, shared);
      if (keyName) bindEntry(inner, keyName, key, 1, false);
    },
  });
  const values = [mapArgument(l, target), l.builder.functionAddress(compiled), captured.pointer, l.builder.constant(0)];
  const result = callHelper(l, 'for_each_map_elem', values, WRITES, node);
  captured.restore();
  return intOf(result, false, { min: 0n, max: BigInt(target.map.declaration.maxEntries) });
}

function bindEntry(
  l: Lowering,
  parameter: TypeScript.ParameterDeclaration,
  schema: Schema,
  index: number,
  shared: boolean,
): void {
  const place: Place = { pointer: l.builder.parameter(index), offset: 0, ...(shared ? { shared: true } : {}) };
  bind(l, parameter.name, readPlace(l, schema, place, parameter), parameter);
}

/** Variables of the function that a callback uses, kept in a frame on the stack while the kernel calls it. */
export interface Captured {
  /** Address of the frame. */
  readonly pointer: Value;
  /** What the names mean in the callback, whose `parameter` points to the frame. */
  bindings(builder: FunctionBuilder, parameter: number): Map<TypeScript.Symbol, Binding>;
  /** Takes what the callback wrote back into the variables. */
  restore(): void;
}

interface CapturedVariable {
  readonly symbol: TypeScript.Symbol;
  readonly binding: Binding;
  readonly operand: Operand;
  readonly offset: number;
}

function capture(l: Lowering, callback: Callback, node: TypeScript.Node): Captured {
  const variables: CapturedVariable[] = [];
  let size = 0;
  for (const [symbol, name] of freeNames(l, callback)) {
    const binding = l.bindings.get(symbol);
    if (binding === undefined) continue;
    const operand = l.expression(name);
    if (operand.kind !== 'int' && operand.kind !== 'bool' && operand.kind !== 'view') {
      if (isStatic(operand)) continue;
      return l.fail(node, 6012);
    }
    variables.push({ symbol, binding, operand, offset: size });
    size += isHalved(binding, operand) ? 16 : 8;
  }
  const { builder } = l;
  l.flush();
  const slot = builder.slotAddress(builder.slot('frame', Math.max(8, size)));
  if (size === 0) builder.zero(slot, 0, 8);
  for (const variable of variables) storeCaptured(builder, slot, variable, registerOf(variable.operand));
  return {
    pointer: slot,
    bindings: (inner, parameter) => {
      const bindings = new Map<TypeScript.Symbol, Binding>();
      for (const variable of variables) bindings.set(variable.symbol, innerBinding(l, inner, parameter, variable));
      return bindings;
    },
    restore() {
      for (const variable of variables) {
        const { binding, operand } = variable;
        if (binding.kind !== 'carrier' || (operand.kind !== 'int' && operand.kind !== 'bool')) continue;
        binding.carrier.write({ ...operand, value: loadCaptured(builder, slot, variable) });
      }
    },
  };
}

function isStatic(operand: Operand): boolean {
  return (
    operand.kind === 'map' ||
    operand.kind === 'schema' ||
    operand.kind === 'function' ||
    operand.kind === 'library' ||
    operand.kind === 'variable' ||
    operand.kind === 'undefined'
  );
}

function registerOf(operand: Operand): Value {
  if (operand.kind === 'view') return operand.place.pointer;
  if (operand.kind === 'int' || operand.kind === 'bool') return operand.value;
  throw new Error(`${operand.kind} cannot be captured`);
}

/** Bytes of an unsigned integer that always fits four; eight for everything else. */
function sizeOf(operand: Operand): 4 | 8 {
  if (operand.kind === 'bool') return 4;
  if (operand.kind !== 'int') return 8;
  const { min, max } = operand.range;
  return min !== undefined && min >= 0n && max !== undefined && max <= 0xffff_ffffn ? 4 : 8;
}

function isHalved(binding: Binding, operand: Operand): boolean {
  return binding.kind === 'carrier' && sizeOf(operand) === 8;
}

/**
 * What a callback may write is stored by four bytes in the upper half of eight: there the kernel's verifier does not
 * follow constants, and so finds that the next round is like the one before. It would else go through all rounds.
 */
function storeCaptured(builder: FunctionBuilder, frame: Value, variable: CapturedVariable, value: Value): void {
  const { binding, operand, offset } = variable;
  if (binding.kind !== 'carrier') {
    builder.store(frame, 8, offset, value);
    return;
  }
  builder.store(frame, 4, offset + 4, value);
  if (sizeOf(operand) === 8) builder.store(frame, 4, offset + 12, builder.binary('lshr', value, builder.constant(32)));
}

function loadCaptured(builder: FunctionBuilder, frame: Value, { binding, operand, offset }: CapturedVariable): Value {
  const size = sizeOf(operand);
  if (binding.kind !== 'carrier') return builder.load(frame, size, offset);
  const low = builder.load(frame, 4, offset + 4);
  if (size === 4) return low;
  const high = builder.binary('shl', builder.load(frame, 4, offset + 12), builder.constant(32));
  return builder.binary('or', high, low);
}

function innerBinding(l: Lowering, inner: FunctionBuilder, parameter: number, variable: CapturedVariable): Binding {
  const { operand, symbol, binding } = variable;
  const read = (): Operand => {
    const frame = inner.parameter(parameter);
    if (operand.kind === 'view') {
      const pointer = inner.load(frame, 8, variable.offset, { type: operand.place.pointer.type });
      return { ...operand, place: { ...operand.place, pointer } };
    }
    const value = loadCaptured(inner, frame, variable);
    return operand.kind === 'int' ? { ...operand, value } : { kind: 'bool', value };
  };
  if (binding.kind === 'operand') {
    return {
      kind: 'carrier',
      carrier: { read, write: () => false },
      type: l.evaluator.checker.getTypeOfSymbol(symbol),
    };
  }
  const carrier: Carrier = {
    read,
    write(value) {
      if (value.kind !== operand.kind) return false;
      storeCaptured(inner, inner.parameter(parameter), variable, registerOf(value));
      return true;
    },
  };
  return { kind: 'carrier', carrier, type: binding.type };
}

/** Variables of the outer function that the callback names, each with the first place that does. */
function freeNames(l: Lowering, callback: Callback): Map<TypeScript.Symbol, TypeScript.Identifier> {
  const found = new Map<TypeScript.Symbol, TypeScript.Identifier>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = l.evaluator.symbolOf(node);
      if (symbol && l.bindings.has(symbol) && !found.has(symbol)) found.set(symbol, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(callback.body);
  return found;
}

/** What the kernel takes from a callback: 1 stops. */
export function callbackResult(l: Lowering, operand: Operand): Value {
  return operand.kind === 'bool' ? operand.value : l.builder.constant(0);
}
