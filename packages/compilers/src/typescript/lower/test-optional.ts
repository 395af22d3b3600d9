import type { Block } from '../../ir/index.ts';
import type { Lowering } from './lowering.ts';
import type { OptionalOperand } from './operand.ts';

/** Goes to `then` where there is a value. What else is pending is computed before control parts. */
export function testOptional(l: Lowering, operand: OptionalOperand, then: Block, otherwise: Block): void {
  if (operand.isPending?.() !== true) l.flush();
  operand.test(then, otherwise);
}
