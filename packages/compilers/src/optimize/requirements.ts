import type { Interval, IrFunction, Requirement } from '../ir/index.ts';
import { forwardLoads } from './forward-loads.ts';
import { type Ranges, rangesOf } from './ranges.ts';
import { numberValues } from './value-numbering.ts';

/**
 * Checks what the front end must know of its values, reports what the ranges do not prove, and takes the requirements
 * out of the function. Code that no value can reach requires nothing.
 */
export function checkRequirements(target: IrFunction): void {
  const has = target.blocks.some(({ instructions }) => instructions.some(isRequirement));
  if (!has) return;
  // What was tested must be the value that is used: memory that was read twice is read once.
  numberValues(target);
  forwardLoads(target);
  check(target, rangesOf(target));
}

function check(target: IrFunction, ranges: Ranges): void {
  for (const block of target.blocks) {
    const kept = block.instructions.filter((instruction) => {
      const { operation, operands } = instruction;
      if (operation.kind !== 'require') return true;
      const [value] = operands;
      if (value === undefined || !ranges.reaches(block)) return false;
      const range = ranges.at(value, block);
      if (!holds(operation.requirement, range)) operation.requirement.report(range);
      return false;
    });
    block.instructions.splice(0, block.instructions.length, ...kept);
  }
}

function isRequirement({ operation }: { readonly operation: { readonly kind: string } }): boolean {
  return operation.kind === 'require';
}

function holds(requirement: Requirement, range: Interval): boolean {
  const { min, max, notZero = false } = requirement;
  if (min !== undefined && (range.min === undefined || range.min < min)) return false;
  if (max !== undefined && (range.max === undefined || range.max > max)) return false;
  if (notZero && !(range.min !== undefined && range.min > 0n) && !(range.max !== undefined && range.max < 0n)) {
    return false;
  }
  return requirement.holds?.(range) ?? true;
}
