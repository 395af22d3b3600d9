export { type AssembleOptions, assemble, helperNumber, parseInstruction } from './assemble.ts';
export { type BasicBlock, buildCfg, type CallSite, type Cfg, type CfgFunction } from './cfg.ts';
export { decode } from './decode.ts';
export {
  type DisassembledLine,
  type DisassembleOptions,
  disassemble,
  disassembleInstruction,
  kernelFunction,
  UNKNOWN,
} from './disassemble.ts';
export { encode } from './encode.ts';
export { FRAME_POINTER, type Instruction, SLOT_SIZE, slotsOf } from './instruction.ts';
export { fallsThrough, jumpDistance } from './jumps.ts';
export {
  Alu,
  Atomic,
  accessSize,
  CALL,
  CALLX,
  Call,
  Class,
  classOf,
  EXIT,
  isAluClass,
  isJumpClass,
  Jump,
  LDDW,
  LoadImmediate,
  Mode,
  Size,
  Source,
} from './opcode.ts';
export { didYouMean, nearest } from './suggest.ts';
export { validate } from './validate.ts';
