import type { Instruction, Operation, Value } from '../ir/index.ts';
import type { Simplifier } from './simplifier.ts';

/** Offsets of loads and stores have 16 bits. */
const OFFSET_LIMIT = 0x7fff;
/** What may be added to a packet pointer (MAX_PACKET_OFF of the verifier). */
const PACKET_LIMIT = 0xffffn;

/** Constant parts of addresses move into the instructions that use them. */
export function simplifyAddress(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const { operation } = instruction;
  if (operation.kind === 'pointer-add') return simplifyPointerAdd(simplifier, instruction);
  const target = constantPart(simplifier, simplifier.operand(instruction, 0));
  if (operation.kind === 'copy') {
    const source = constantPart(simplifier, simplifier.operand(instruction, 1));
    if (target === undefined && source === undefined) return undefined;
    const targetOffset = operation.targetOffset + (target?.offset ?? 0);
    const sourceOffset = operation.sourceOffset + (source?.offset ?? 0);
    if (!inLimit(targetOffset) || !inLimit(sourceOffset)) return undefined;
    return again(simplifier, instruction, { ...operation, targetOffset, sourceOffset }, [
      target?.pointer ?? simplifier.operand(instruction, 0),
      source?.pointer ?? simplifier.operand(instruction, 1),
    ]);
  }
  if (target === undefined || !('offset' in operation) || operation.kind === 'variable') return undefined;
  const offset = operation.offset + target.offset;
  if (!inLimit(offset)) return undefined;
  const rest = instruction.operands.slice(1).map((operand) => simplifier.rewriter.resolve(operand));
  return again(simplifier, instruction, { ...operation, offset }, [target.pointer, ...rest]);
}

function again(simplifier: Simplifier, instruction: Instruction, operation: Operation, operands: Value[]): Value {
  return simplifier.make(operation, instruction.type, operands);
}

function inLimit(offset: number): boolean {
  return offset >= -OFFSET_LIMIT && offset <= OFFSET_LIMIT;
}

function constantPart(simplifier: Simplifier, pointer: Value): { pointer: Value; offset: number } | undefined {
  if (pointer.operation.kind === 'pointer-add') {
    const amount = simplifier.constantOf(simplifier.operand(pointer, 1));
    if (amount === undefined || !inLimit(Number(amount))) return undefined;
    return { pointer: simplifier.operand(pointer, 0), offset: Number(amount) };
  }
  if (pointer.operation.kind === 'variable' && pointer.operation.offset !== 0) {
    const { variable, offset } = pointer.operation;
    return { pointer: simplifier.make({ kind: 'variable', variable, offset: 0 }, pointer.type, []), offset };
  }
  return undefined;
}

function simplifyPointerAdd(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const pointer = simplifier.operand(instruction, 0);
  const amount = simplifier.constantOf(simplifier.operand(instruction, 1));
  if (amount === 0n) return pointer;
  if (amount === undefined) return splitOffset(simplifier, instruction, pointer);
  if (pointer.operation.kind !== 'pointer-add') return undefined;
  const inner = simplifier.constantOf(simplifier.operand(pointer, 1));
  if (inner === undefined) return undefined;
  const sum = simplifier.constant(inner + amount);
  return simplifier.make({ kind: 'pointer-add' }, instruction.type, [simplifier.operand(pointer, 0), sum]);
}

/**
 * `packet + (a + b)` is `(packet + a) + b`: constants move into accesses, and places in the packet that are known share
 * their pointer. Only where the sum does not wrap, and where each part keeps the limit of the whole.
 */
function splitOffset(simplifier: Simplifier, instruction: Instruction, pointer: Value): Value | undefined {
  if (instruction.type !== 'packet') return undefined;
  const sum = simplifier.operand(instruction, 1);
  const { operation } = sum;
  if (operation.kind !== 'binary' || operation.operator !== 'add' || !simplifier.usedOnce(sum)) return undefined;
  const parts = [simplifier.operand(sum, 0), simplifier.operand(sum, 1)] as const;
  const most = parts
    .map((part) => simplifier.range(part))
    .reduce((total, { min, max }) => {
      return min === undefined || max === undefined || min < 0n ? PACKET_LIMIT + 1n : total + max;
    }, 0n);
  if (most > PACKET_LIMIT) return undefined;
  const [first, second] = parts[0].operation.kind === 'phi' && !isConstant(parts[1]) ? [parts[1], parts[0]] : parts;
  const inner = simplifier.make({ kind: 'pointer-add' }, instruction.type, [pointer, first]);
  return simplifier.make({ kind: 'pointer-add' }, instruction.type, [inner, second]);
}

function isConstant({ operation }: Value): boolean {
  return operation.kind === 'constant';
}

/** A store takes the low bits: what only changes the others before it is not needed. */
export function simplifyStored(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const { operation } = instruction;
  if (operation.kind !== 'store') return undefined;
  const value = simplifier.operand(instruction, 1);
  const bits = operation.size * 8;
  const inner = value.operation;
  const keepsLow =
    (inner.kind === 'extend' && inner.bits >= bits) ||
    (inner.kind === 'binary' && inner.operator === 'and' && coversLow(simplifier, value, bits));
  if (!keepsLow) return undefined;
  return again(simplifier, instruction, operation, [simplifier.operand(instruction, 0), simplifier.operand(value, 0)]);
}

function coversLow(simplifier: Simplifier, value: Value, bits: number): boolean {
  const mask = simplifier.constantOf(simplifier.operand(value, 1));
  const low = BigInt.asUintN(bits, -1n);
  return mask !== undefined && bits < 64 && (mask & low) === low;
}
