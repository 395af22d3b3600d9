import type { Value } from '../../ir/index.ts';
import type { Lowering } from './lowering.ts';
import type { MapOperand } from './operand.ts';

/** The map as an argument of a helper. */
export function mapArgument(l: Lowering, target: MapOperand): Value {
  if (target.pointer) return target.pointer;
  l.module.useMap(target.map);
  return l.builder.map(target.map.declaration);
}
