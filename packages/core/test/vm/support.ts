import { SkepError } from '../../src/base/errors.ts';
import { assemble } from '../../src/isa/assemble.ts';
import { encode } from '../../src/isa/encode.ts';
import type { Instruction } from '../../src/isa/instruction.ts';
import { Class, EXIT, LDDW } from '../../src/isa/opcode.ts';
import { Fault } from '../../src/vm/fault.ts';
import { type BytecodeResult, BytecodeRunner, runBytecode } from '../../src/vm/run-bytecode.ts';

/** An instruction with zeroes where nothing is given. */
export function make(opcode: number, fields: Partial<Instruction> = {}): Instruction {
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0, ...fields };
}

/** `r<dst> = value`, all 64 bits. */
export function loadWide(dst: number, value: bigint): Instruction {
  return make(LDDW, { dst, imm: Number(BigInt.asIntN(32, value)), immHigh: Number(BigInt.asIntN(64, value) >> 32n) });
}

export const exit: Instruction = make(EXIT);

const runner = new BytecodeRunner();

/** r0 after running the instructions and an exit. */
export function resultOf(instructions: readonly Instruction[]): bigint {
  return runner.run(encode([...instructions, exit])).result;
}

/** Runs assembly. */
export function runText(text: string, memory?: Uint8Array, options?: { budget?: number }): BytecodeResult {
  return options === undefined ? runner.run(assemble(text), memory) : runBytecode(assemble(text), memory, options);
}

/** The error that `action` throws. */
export function errorOf(action: () => unknown): SkepError {
  try {
    action();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The fault that `action` ends with. */
export function faultOf(action: () => unknown): Fault {
  const error = errorOf(action);
  if (error instanceof Fault) return error;
  throw error;
}

export const MOV64_X: number = Class.ALU64 | 0xb8;
