import { Alu, Class, FRAME_POINTER, LDDW, Source } from '@skep/core/isa';
import { type Block, Instruction, type IrFunction, type Location, type StackSlot, type Value } from '../ir/index.ts';
import { floatingSums } from './floating.ts';
import { knownBits } from './known-bits.ts';
import { type MachineBlock, MachineCode, type MachineInstruction, machine, move } from './machine.ts';
import type { Reference } from './reference.ts';

/** Level of the instruction set as compilers name them: 3 has 32-bit jumps (Linux 5.1), 4 sign extension (Linux 6.6). */
export type Cpu = 2 | 3 | 4;

/** Largest constant that goes into accesses; with one of a sum, and the bytes of a copy, it fits 16 bits. */
const MAX_OFFSET = 0x3000;
const MAX_PART = 0x2000;

/** A place in memory as loads and stores name it. */
export interface Address {
  readonly base: number;
  readonly offset: number;
  readonly slot?: StackSlot;
}

/**
 * What is known while instructions are selected. Blocks are selected from the last to the first, and from their end to
 * their start, so that only what is used is selected, and a use that is met first is the last one to run.
 */
export class Selection {
  readonly cpu: Cpu;
  readonly code: MachineCode;
  readonly function: IrFunction;
  /** Loops around each block. */
  readonly depths: ReadonlyMap<Block, number>;
  /** Where the block starts that is selected. */
  head: MachineBlock;
  /** Location of the instruction that is selected. */
  location: Location | undefined;
  /** The block of the IR that is selected. */
  source: Block | undefined;
  readonly #floating: ReadonlySet<Value>;
  readonly #registers = new Map<Value, number>();
  readonly #parameters = new Map<number, number>();
  /** Instructions of the current block behind the current one, last first. */
  #behind: MachineInstruction[] = [];
  #current: MachineInstruction[] = [];

  constructor(target: IrFunction, cpu: Cpu, depths: ReadonlyMap<Block, number>) {
    this.function = target;
    this.cpu = cpu;
    this.depths = depths;
    this.#floating = floatingSums(target.blocks);
    this.code = new MachineCode(target.name);
    this.head = this.code.block(0);
    this.location = target.location;
  }

  // Blocks

  start(block: MachineBlock): void {
    this.head = block;
    this.#behind = [];
  }
  /** Ends the selection of one instruction: what was emitted for it runs before what was selected earlier. */
  next(): void {
    for (let index = this.#current.length - 1; index >= 0; index -= 1) {
      const instruction = this.#current[index];
      if (instruction !== undefined) this.#behind.push(instruction);
    }
    this.#current = [];
  }
  finishBlock(): void {
    this.head.instructions = this.#behind.reverse();
    this.#behind = [];
  }

  // Values

  /** The register of a value that an instruction defines. */
  result(value: Value): number {
    const register = this.#registers.get(value) ?? this.code.register();
    this.#registers.set(value, register);
    return register;
  }
  /** Whether something that runs later uses the value. */
  isUsed(value: Value): boolean {
    return this.#registers.has(value);
  }
  /** True where no use of the value runs after the current one. */
  isLastUse(value: Value): boolean {
    const { operation } = value;
    const used = operation.kind === 'parameter' ? this.#parameters.has(operation.index) : this.isUsed(value);
    if (used || value.block === undefined || this.source === undefined) return false;
    return this.depths.get(value.block) === this.depths.get(this.source);
  }
  /** The parameters that are used, and their registers. */
  get parameters(): ReadonlyMap<number, number> {
    return this.#parameters;
  }
  /** The register a value is read from. Constants and addresses are made anew for each use. */
  use(operand: Value): number {
    const value = this.through(operand);
    const { operation } = value;
    if (operation.kind === 'parameter') return this.#parameter(operation.index);
    if (isMadeAnew(value)) {
      const made = makeInstructions(value, this.code.register(), this.location);
      return this.#constant(made);
    }
    return this.result(value);
  }
  /** Puts a value into a given register. */
  into(operand: Value, register: number): void {
    const value = this.through(operand);
    if (isMadeAnew(value)) this.make(value, register);
    else this.emit(move(register, this.use(value), this.location));
  }
  /** The value behind operations that leave it as it is. */
  through(operand: Value): Value {
    let value = operand;
    for (let next = same(value); next !== undefined; next = same(value)) value = next;
    return value;
  }
  /** A value whose low `bits` are those of `operand`; what only changes the others is passed over. */
  low(operand: Value, bits: number): Value {
    let value = this.through(operand);
    for (let next = sameLow(value, bits); next !== undefined; next = sameLow(value, bits)) value = this.through(next);
    return value;
  }
  constantOf(operand: Value): bigint | undefined {
    const { operation } = this.through(operand);
    return operation.kind === 'constant' ? operation.value : undefined;
  }

  /** A constant that stands in no block. */
  literal(value: bigint): Value {
    return new Instruction(-1, { kind: 'constant', value }, 'i64', [], undefined, this.location);
  }

  #parameter(index: number): number {
    const register = this.#parameters.get(index) ?? this.code.register();
    this.#parameters.set(index, register);
    return register;
  }

  // Instructions

  emit(instruction: MachineInstruction): void {
    this.#current.push(instruction);
  }
  /** `dst op= src` on registers. */
  alu(code: number, width: 32 | 64, dst: number, src: number): void {
    this.emit(machine(aluClass(width) | code | Source.X, this.location, { dst, src }));
  }
  /** `dst op= imm`. */
  aluImmediate(code: number, width: 32 | 64, dst: number, imm: number): void {
    this.emit(machine(aluClass(width) | code, this.location, { dst, imm }));
  }
  move(dst: number, src: number): void {
    this.emit(move(dst, src, this.location));
  }
  constant(dst: number, value: bigint): void {
    this.emit(constantInstruction(dst, value, this.location));
  }
  /** Emits what makes a constant or an address in a register that something else may change later. */
  make(value: Value, dst: number): void {
    for (const instruction of makeInstructions(value, dst, this.location)) this.emit(instruction);
  }
  /** Emits what makes a constant or an address, in a register of its own. */
  #constant(made: readonly MachineInstruction[]): number {
    const register = made[0]?.dst ?? 0;
    this.code.constants.set(register, made);
    for (const instruction of made) this.emit(instruction);
    return register;
  }

  // Addresses

  /** Where `pointer + offset` is, with constant additions and frame slots folded in. */
  address(pointer: Value, offset: number): Address {
    const { root, offset: total } = this.rootOf(pointer, offset);
    const { operation } = root;
    if (operation.kind === 'slot') return { base: FRAME_POINTER, offset: total, slot: operation.slot };
    if (operation.kind === 'variable') {
      // The offset goes into the access, so that accesses to one variable can share an address.
      const reference = { kind: 'variable', variable: operation.variable, offset: 0 } as const;
      const base = this.#constant([wide(this.code.register(), reference, this.location)]);
      return { base, offset: total + operation.offset };
    }
    return { base: this.use(root), offset: total };
  }
  /** The constant that is left out of a sum of a pointer and a variable, to be part of each access. */
  constantPart(sum: Value): number {
    const [base] = sum.operands;
    const part = base !== undefined && this.#floating.has(sum) ? this.rootOf(base, 0).offset : 0;
    return Math.abs(part) > MAX_PART ? 0 : part;
  }
  /** The pointer that constants are added to, as long as the sum fits an instruction. */
  rootOf(pointer: Value, offset: number): { root: Value; offset: number } {
    let root = this.through(pointer);
    let total = offset;
    while (root.operation.kind === 'pointer-add') {
      const [base, amount] = root.operands;
      const constant = amount === undefined ? undefined : this.constantOf(amount);
      if (base === undefined) break;
      if (constant === undefined) return { root, offset: total + this.constantPart(root) };
      const sum = total + Number(constant);
      if (Math.abs(sum) > MAX_OFFSET) break;
      total = sum;
      root = this.through(base);
    }
    return { root, offset: total };
  }
}

function aluClass(width: 32 | 64): number {
  return width === 32 ? Class.ALU : Class.ALU64;
}

/** Values that take no register from their definition to their uses. */
export function isMadeAnew({ operation: { kind } }: Value): boolean {
  return kind === 'constant' || kind === 'slot' || kind === 'map' || kind === 'variable' || kind === 'function';
}

/** The instructions that make a constant or an address. */
export function makeInstructions(value: Value, dst: number, location: Location | undefined): MachineInstruction[] {
  const { operation } = value;
  switch (operation.kind) {
    case 'constant':
      return [constantInstruction(dst, operation.value, location)];
    case 'slot':
      return [
        move(dst, FRAME_POINTER, location),
        machine(Class.ALU64 | Alu.ADD, location, { dst, slot: operation.slot }),
      ];
    case 'map':
      return [wide(dst, { kind: 'map', map: operation.map }, location)];
    case 'variable': {
      const { variable, offset } = operation;
      return [wide(dst, { kind: 'variable', variable, offset }, location)];
    }
    case 'function':
      return [wide(dst, { kind: 'function', function: operation.function }, location)];
    default:
      throw new Error(`${operation.kind} is not made anew`);
  }
}

function wide(dst: number, reference: Reference, location: Location | undefined): MachineInstruction {
  return machine(LDDW, location, { dst, immHigh: 0, reference });
}

/** The shortest instruction that makes a number. */
export function constantInstruction(dst: number, value: bigint, location: Location | undefined): MachineInstruction {
  if (value >= 0n && value < 1n << 32n) {
    return machine(Class.ALU | Alu.MOV, location, { dst, imm: Number(BigInt.asIntN(32, value)) });
  }
  if (value < 0n && value >= -(1n << 31n)) return machine(Class.ALU64 | Alu.MOV, location, { dst, imm: Number(value) });
  return machine(LDDW, location, {
    dst,
    imm: Number(BigInt.asIntN(32, value)),
    immHigh: Number(BigInt.asIntN(32, value >> 32n)),
  });
}

/** The operand of an operation that gives it back as it is. */
function same({ operation, operands }: Value): Value | undefined {
  const [operand, other] = operands;
  if (operand === undefined) return undefined;
  if (operation.kind === 'extend') {
    return !operation.signed && knownBits(operand) <= operation.bits ? operand : undefined;
  }
  if (other?.operation.kind !== 'constant') return undefined;
  const constant = other.operation.value;
  if (operation.kind === 'pointer-add') return constant === 0n ? operand : undefined;
  if (operation.kind !== 'binary' || knownBits(operand) > operation.width) return undefined;
  switch (operation.operator) {
    case 'and':
      // Where the verifier does not know it, the mask is what bounds an offset.
      return isSeen(operand) && keepsLow(BigInt.asUintN(operation.width, constant), knownBits(operand))
        ? operand
        : undefined;
    case 'add':
    case 'sub':
    case 'or':
    case 'xor':
    case 'shl':
    case 'lshr':
    case 'ashr':
      return constant === 0n && operation.width === 64 ? operand : undefined;
    default:
      return undefined;
  }
}

/** Whether the verifier knows as well how many bits a value has. */
function isSeen({ operation: { kind } }: Value): boolean {
  return kind === 'load' || kind === 'extend' || kind === 'compare';
}

function keepsLow(mask: bigint, bits: number): boolean {
  const all = (1n << BigInt(bits)) - 1n;
  return (mask & all) === all;
}

/** The operand of an operation that leaves its low bits as they are. */
function sameLow({ operation, operands }: Value, bits: number): Value | undefined {
  const [operand, other] = operands;
  if (operation.kind === 'extend') return operation.bits >= bits ? operand : undefined;
  if (operation.kind === 'binary' && operation.operator === 'and' && other?.operation.kind === 'constant') {
    return operation.width >= bits && keepsLow(BigInt.asUintN(64, other.operation.value), bits) ? operand : undefined;
  }
  return undefined;
}
