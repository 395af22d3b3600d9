import type { IrFunction } from '../ir/index.ts';
import { allocateRegisters } from './allocate.ts';
import { cleanUp } from './clean-up.ts';
import { emitCode } from './emit.ts';
import { layOutFrame } from './frame.ts';
import { hoistResults } from './hoist-results.ts';
import { layOutBlocks } from './layout.ts';
import type { MachineFunction } from './machine-function.ts';
import { rotateLoops } from './rotate.ts';
import { select } from './select.ts';
import type { Cpu } from './selection.ts';
import { shareConstants } from './share-constants.ts';
import { shareTails } from './share-tails.ts';
import { shareSpillSlots } from './spill-slots.ts';

/** How code is generated. */
export interface GenerateOptions {
  /** Level of the instruction set. */
  readonly cpu: Cpu;
}

/**
 * Machine code of a function.
 * @throws SKEP_COMPILE where it needs more than 512 bytes of stack or is too long.
 */
export function generate(target: IrFunction, { cpu }: GenerateOptions): MachineFunction {
  const code = select(target, cpu);
  shareConstants(code);
  allocateRegisters(code);
  shareSpillSlots(code);
  cleanUp(code);
  rotateLoops(code);
  cleanUp(code);
  shareTails(code);
  cleanUp(code);
  hoistResults(code);
  cleanUp(code);
  layOutBlocks(code);
  const stack = layOutFrame(code);
  return { name: target.name, instructions: emitCode(code, cpu >= 4), stack };
}
