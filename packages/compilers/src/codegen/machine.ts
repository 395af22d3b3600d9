import { Alu, Atomic, CALL, Class, FRAME_POINTER, isAluClass, LDDW, Mode, Source } from '@skep/core/isa';
import type { Location, StackSlot } from '../ir/index.ts';
import type { Reference } from './reference.ts';

/** Registers from here on are virtual: the allocator puts them into r0 to r9. */
export const FIRST_VIRTUAL = 16;
/** Registers that an allocator may give: r0 to r9. */
export const REGISTERS = 10;
/** Registers that calls leave as they are start here: r6. */
export const FIRST_SAVED = 6;

/** An instruction of the machine whose registers may be virtual. */
export interface MachineInstruction {
  readonly opcode: number;
  dst: number;
  src: number;
  offset: number;
  imm: number;
  readonly immHigh?: number;
  readonly reference?: Reference;
  /** A slot of the frame, whose place is added to `offset`, or to `imm` in arithmetic. */
  readonly slot?: StackSlot;
  /** Number of argument registers that a call reads. */
  readonly arguments?: number;
  readonly location: Location | undefined;
}

/** How control leaves a block. */
export type MachineEnd =
  | { readonly kind: 'jump'; target: MachineBlock; readonly location: Location | undefined }
  /** Goes to `taken` where the jump instruction `test` jumps. */
  | { readonly kind: 'branch'; readonly test: MachineInstruction; taken: MachineBlock; otherwise: MachineBlock }
  | { readonly kind: 'exit'; readonly location: Location | undefined };

/** Instructions that run one after the other. */
export class MachineBlock {
  readonly id: number;
  /** Number of loops around it. */
  readonly depth: number;
  instructions: MachineInstruction[] = [];
  end: MachineEnd = { kind: 'exit', location: undefined };

  constructor(id: number, depth: number) {
    this.id = id;
    this.depth = depth;
  }
}

/** A function while code is made for it. */
export class MachineCode {
  readonly name: string;
  /** The entry comes first. */
  blocks: MachineBlock[] = [];
  /** Number of registers given, the physical ones included. */
  registers = FIRST_VIRTUAL;
  /** Registers that hold a value which is cheaper made again than kept: the instructions that make it. */
  readonly constants = new Map<number, readonly MachineInstruction[]>();
  /** Slots of registers that found no place. */
  readonly spills = new Set<StackSlot>();
  #blockIds = 0;

  constructor(name: string) {
    this.name = name;
  }

  register(): number {
    this.registers += 1;
    return this.registers - 1;
  }
  block(depth: number): MachineBlock {
    this.#blockIds += 1;
    return new MachineBlock(this.#blockIds - 1, depth);
  }
}

/** Blocks that control can go to next. */
export function machineSuccessors({ end }: MachineBlock): MachineBlock[] {
  if (end.kind === 'jump') return [end.target];
  return end.kind === 'branch' ? [end.taken, end.otherwise] : [];
}

/** An instruction with the parts that are given; the others are 0. */
export function machine(
  opcode: number,
  location: Location | undefined,
  parts: Partial<MachineInstruction> = {},
): MachineInstruction {
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0, ...parts, location };
}

const MOVE = Class.ALU64 | Alu.MOV | Source.X;

/** `dst = src`, all 64 bits. */
export function move(dst: number, src: number, location: Location | undefined): MachineInstruction {
  return machine(MOVE, location, { dst, src });
}

/** True for a copy of one register to another that changes nothing of it. */
export function isMove({ opcode, offset }: MachineInstruction): boolean {
  return opcode === MOVE && offset === 0;
}

/** The register that an instruction writes, or -1. Calls write r0 and lose r1 to r5 besides. */
export function definition(instruction: MachineInstruction): number {
  const { opcode } = instruction;
  if (isAluClass(opcode) || opcode === LDDW) return instruction.dst;
  if (opcode === CALL) return 0;
  switch (opcode & 0x07) {
    case Class.LDX:
      return instruction.dst;
    case Class.STX:
      if ((opcode & 0xe0) !== Mode.ATOMIC) return -1;
      if (instruction.imm === Atomic.CMPXCHG) return 0;
      return (instruction.imm & Atomic.FETCH) === 0 ? -1 : instruction.src;
    default:
      return -1;
  }
}

/** Calls `visit` with each register that an instruction reads. The frame pointer does not count. */
export function forUses(instruction: MachineInstruction, visit: (register: number) => void): void {
  const { opcode, dst, src } = instruction;
  const use = (register: number): void => {
    if (register !== FRAME_POINTER) visit(register);
  };
  if (opcode === LDDW) return;
  if (opcode === CALL) {
    for (let index = 1; index <= (instruction.arguments ?? 0); index += 1) use(index);
    return;
  }
  switch (opcode & 0x07) {
    case Class.ALU:
    case Class.ALU64: {
      const code = opcode & 0xf0;
      if (code !== Alu.MOV) use(dst);
      if ((opcode & Source.X) !== 0 && code !== Alu.END && code !== Alu.NEG) use(src);
      break;
    }
    case Class.LDX:
      use(src);
      break;
    case Class.ST:
      use(dst);
      break;
    case Class.STX:
      use(dst);
      use(src);
      if ((opcode & 0xe0) === Mode.ATOMIC && instruction.imm === Atomic.CMPXCHG) use(0);
      break;
    default:
      use(dst);
      if ((opcode & Source.X) !== 0) use(src);
  }
}

/** Calls `visit` with each register that the end of a block reads. */
export function forEndUses({ end }: MachineBlock, visit: (register: number) => void): void {
  if (end.kind === 'branch') forUses(end.test, visit);
  else if (end.kind === 'exit') visit(0);
}
