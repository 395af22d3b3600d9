import { type Block, type Instruction, type IrFunction, single, type Value } from '../ir/index.ts';
import { compareRange } from './comparison.ts';
import { Simplifier } from './simplifier.ts';
import { simplifyAddress, simplifyStored } from './simplify-address.ts';
import { simplifyBinary } from './simplify-binary.ts';
import { type Comparison, decided, simplifyComparison } from './simplify-compare.ts';
import { simplifyByteSwap, simplifyExtend } from './simplify-extend.ts';

/** How often what a rule makes is made simpler at once. */
const DEPTH = 8;

/**
 * Says each instruction more simply: constants are computed, extensions and masks that change nothing go away, offsets
 * move into loads and stores, what fits 32 bits is done with 32. True where anything changed.
 */
export function simplify(target: IrFunction): boolean {
  const simplifier = new Simplifier(target);
  let changed = false;
  for (const block of target.blocks) {
    const before = block.instructions.splice(0);
    for (const instruction of before) if (simplifyInto(simplifier, block, instruction, DEPTH)) changed = true;
    simplifier.start(block, undefined);
    if (simplifyBranch(simplifier, block)) changed = true;
    block.instructions.push(...simplifier.made);
  }
  for (const phi of target.blocks.flatMap(({ phis }) => phis)) if (simplifyPhi(simplifier, phi)) changed = true;
  simplifier.rewriter.apply(target);
  return changed;
}

/** Puts `instruction`, or what is simpler, at the end of `block`. */
function simplifyInto(simplifier: Simplifier, block: Block, instruction: Instruction, depth: number): boolean {
  simplifier.start(block, instruction);
  const value = depth > 0 ? simpler(simplifier, instruction) : undefined;
  if (value === undefined) {
    block.instructions.push(instruction);
    return false;
  }
  for (const made of simplifier.made) simplifyInto(simplifier, block, made, depth - 1);
  simplifier.rewriter.replace(instruction, value);
  return true;
}

/** The value to take instead; undefined where the instruction stays. */
function simpler(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const { operation } = instruction;
  switch (operation.kind) {
    case 'binary':
      return (
        onlyValue(simplifier, instruction) ??
        simplifyBinary(simplifier, instruction, operation.operator, operation.width)
      );
    case 'extend':
      return (
        onlyValue(simplifier, instruction) ?? simplifyExtend(simplifier, instruction, operation.bits, operation.signed)
      );
    case 'byte-swap':
      return simplifyByteSwap(simplifier, instruction, operation.bits);
    case 'compare':
      return simplifyCompareValue(simplifier, instruction);
    case 'store':
      return simplifyStored(simplifier, instruction) ?? simplifyAddress(simplifier, instruction);
    case 'load':
    case 'copy':
    case 'zero':
    case 'atomic':
    case 'pointer-add':
      return simplifyAddress(simplifier, instruction);
    default:
      return undefined;
  }
}

/** The number that the instruction always gives. */
function onlyValue(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const number = single(simplifier.range(instruction));
  return number === undefined ? undefined : simplifier.constant(number);
}

function simplifyCompareValue(simplifier: Simplifier, instruction: Instruction): Value | undefined {
  const { operation } = instruction;
  if (operation.kind !== 'compare') return undefined;
  const before = {
    operator: operation.operator,
    width: operation.width,
    left: simplifier.operand(instruction, 0),
    right: simplifier.operand(instruction, 1),
  };
  const after = simplifyComparison(simplifier, before);
  const answer = decided(simplifier, after);
  if (answer !== undefined) return simplifier.constant(answer ? 1n : 0n);
  if (after === before) return undefined;
  const { operator, width, left, right } = after;
  return simplifier.make({ kind: 'compare', operator, width }, 'i64', [left, right]);
}

function simplifyBranch(simplifier: Simplifier, block: Block): boolean {
  const { terminator } = block;
  if (terminator?.kind !== 'branch' || terminator.condition.kind !== 'compare') return false;
  const [left, right] = terminator.operands.map((operand) => simplifier.rewriter.resolve(operand));
  if (left === undefined || right === undefined) return false;
  const before = { ...terminator.condition, left, right };
  const after = withAnswer(simplifier, simplifyComparison(simplifier, before));
  if (after === before) return false;
  block.terminator = {
    ...terminator,
    condition: { kind: 'compare', operator: after.operator, width: after.width },
    operands: [after.left, after.right],
  };
  return true;
}

/**
 * A comparison that the intervals decide becomes one of constants. Where the verifier would have needed it for an offset,
 * the offset is bounded later.
 */
function withAnswer(simplifier: Simplifier, comparison: Comparison): Comparison {
  const { operator, width, left, right } = comparison;
  if (left.type !== 'i64' || right.type !== 'i64' || decided(simplifier, comparison) !== undefined) return comparison;
  const answer = compareRange(operator, simplifier.range(left), simplifier.range(right), width);
  if (answer === undefined) return comparison;
  const zero = simplifier.constant(0n);
  return { operator: answer ? 'eq' : 'ne', width: 64, left: zero, right: zero };
}

/** A phi whose operands are one value, or equal constants, is that value. */
function simplifyPhi(simplifier: Simplifier, phi: Instruction): boolean {
  const others = new Set(phi.operands.map((operand) => simplifier.rewriter.resolve(operand)));
  others.delete(phi);
  const [only] = others;
  if (only === undefined || others.size !== 1) return false;
  simplifier.rewriter.replace(phi, only);
  return true;
}
