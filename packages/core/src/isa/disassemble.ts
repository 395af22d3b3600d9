import type { Instruction } from './instruction.ts';
import { accessTypes, aluOperators, atomicFetches, atomicOperators, inverted, jumpOperators } from './mnemonics.ts';
import { Alu, Atomic, CALLX, Call, Class, classOf, EXIT, Jump, LDDW, Mode, Size, Source } from './opcode.ts';

/** How instructions are written. */
export interface DisassembleOptions {
  /**
   * True: 32-bit loads and stores name `w` registers, as `llvm-objdump --mcpu=v4` does. False, the default: `r`, as
   * llvm-objdump does by itself. The bytes are the same.
   */
  readonly alu32?: boolean;
  /** Name of the instruction that a jump or a local call at `slot` leads to; it is written behind it as `<name>`. */
  readonly label?: (target: number, slot: number) => string | undefined;
}

/** What llvm-objdump prints for bytes that are no instruction. */
export const UNKNOWN = '<unknown>';

/**
 * What stands behind the number of a kernel function call, to tell it from a helper call: `<kernel function>`, or
 * `<kernel function 2>` where it lies in the module that descriptor 2 of the loader's list names.
 */
export function kernelFunction(offset: number): string {
  return offset === 0 ? '<kernel function>' : `<kernel function ${offset}>`;
}

const aluText = inverted(aluOperators, (operator) => operator.code | operator.offset);
const jumpText = inverted(jumpOperators, (code) => code);
const accessText = inverted(accessTypes, (access) => access);
const atomicText = inverted(atomicOperators, (operation) => operation);
const fetchText = inverted(atomicFetches, (operation) => operation);

/**
 * The instruction in LLVM's syntax, as `llvm-objdump-19 -d --no-show-raw-insn` prints it.
 *
 * Beyond what LLVM 19 knows: load_acquire and store_release as LLVM 20 writes them, the immediate of a packet load
 * with index, the upper half of a map-value load; local calls carry `<target>` and kernel function calls
 * `<kernel function>`, so that the text assembles to the same bytes.
 * @param slot slot of the instruction, for labels.
 */
export function disassembleInstruction(
  instruction: Instruction,
  options: DisassembleOptions = {},
  slot: number = 0,
): string {
  switch (classOf(instruction.opcode)) {
    case Class.LD:
      return loadText(instruction);
    case Class.LDX:
    case Class.ST:
    case Class.STX:
      return memoryText(instruction, options.alu32 ?? false);
    case Class.ALU:
    case Class.ALU64:
      return arithmeticText(instruction);
    default:
      return branchText(instruction, options, slot);
  }
}

/** One line of a disassembly. */
export interface DisassembledLine {
  readonly slot: number;
  readonly instruction: Instruction;
  readonly text: string;
}

/** Every instruction of decoded bytecode with its slot and text. */
export function disassemble(
  slots: readonly (Instruction | undefined)[],
  options: DisassembleOptions = {},
): DisassembledLine[] {
  const lines: DisassembledLine[] = [];
  for (const [slot, instruction] of slots.entries()) {
    if (instruction === undefined) continue;
    lines.push({ slot, instruction, text: disassembleInstruction(instruction, options, slot) });
  }
  return lines;
}

/** `0x10`, `-0x5`: numbers as llvm-objdump writes them. */
function hex(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function signedHex(value: number): string {
  return value < 0 ? hex(value) : `+${hex(value)}`;
}

function address(base: number, offset: number): string {
  return offset < 0 ? `r${base} - ${hex(-offset)}` : `r${base} + ${hex(offset)}`;
}

function loadText({ opcode, dst, src, imm, immHigh }: Instruction): string {
  if (opcode === LDDW) {
    const upper = BigInt(immHigh ?? 0) << 32n;
    if (src === 0) return `r${dst} = ${hex(upper | BigInt(imm >>> 0))} ll`;
    return `ld_pseudo\tr${dst}, ${hex(src)}, ${hex(BigInt.asUintN(64, upper) | BigInt(imm >>> 0))}`;
  }
  const type = accessText.get(Mode.MEM | (opcode & Size.DW));
  if ((opcode & Size.DW) === Size.DW) return UNKNOWN;
  if ((opcode & 0xe0) === Mode.ABS) return `r0 = *(${type} *)skb[${hex(imm)}]`;
  if ((opcode & 0xe0) !== Mode.IND) return UNKNOWN;
  return `r0 = *(${type} *)skb[${imm === 0 ? `r${src}` : address(src, imm)}]`;
}

function memoryText(instruction: Instruction, alu32: boolean): string {
  const { opcode, dst, src, offset, imm } = instruction;
  if ((opcode & 0xe0) === Mode.ATOMIC) {
    return classOf(opcode) === Class.STX ? atomicTextOf(instruction, alu32) : UNKNOWN;
  }
  const type = accessText.get(opcode & 0xf8);
  if (type === undefined) return UNKNOWN;
  const memory = `*(${type} *)(${address(classOf(opcode) === Class.LDX ? src : dst, offset)})`;
  const register = alu32 && type !== 'u64' && type.startsWith('u') ? 'w' : 'r';
  if (classOf(opcode) === Class.LDX) return `${register}${dst} = ${memory}`;
  if (type.startsWith('s')) return UNKNOWN;
  return classOf(opcode) === Class.ST ? `${memory} = ${hex(imm)}` : `${memory} = ${register}${src}`;
}

function atomicTextOf({ opcode, dst, src, offset, imm }: Instruction, alu32: boolean): string {
  const size = opcode & Size.DW;
  const type = accessText.get(Mode.MEM | size);
  const where = address(dst, offset);
  const register = size === Size.DW ? 'r' : 'w';
  if (imm === Atomic.LOAD_ACQ) return `${register}${dst} = load_acquire((${type} *)(${address(src, offset)}))`;
  if (imm === Atomic.STORE_REL) return `store_release((${type} *)(${where}), ${register}${src})`;
  if (size !== Size.W && size !== Size.DW) return UNKNOWN;
  const suffix = size === Size.DW ? '_64' : '32_32';
  if (imm === Atomic.XCHG) return `${register}${src} = xchg${suffix}(${where}, ${register}${src})`;
  if (imm === Atomic.CMPXCHG) return `${register}0 = cmpxchg${suffix}(${where}, ${register}0, ${register}${src})`;
  const fetch = fetchText.get(imm);
  if (fetch !== undefined) return `${register}${src} = ${fetch}((${type} *)(${where}), ${register}${src})`;
  const operator = atomicText.get(imm);
  if (operator === undefined) return UNKNOWN;
  // The 32-bit addition is older than 32-bit registers: without them it names an `r` register.
  return `lock *(${type} *)(${where}) ${operator} ${operator === '+=' && !alu32 ? 'r' : register}${src}`;
}

function arithmeticText({ opcode, dst, src, offset, imm }: Instruction): string {
  const wide = classOf(opcode) === Class.ALU64;
  const register = wide ? 'r' : 'w';
  const fromRegister = (opcode & Source.X) !== 0;
  const operand = fromRegister ? `${register}${src}` : hex(imm);
  const code = opcode & 0xf0;
  if (code === Alu.END) return swapText(wide, fromRegister, dst, imm);
  if (code === Alu.NEG) return fromRegister ? UNKNOWN : `${register}${dst} = -${register}${dst}`;
  if (code === Alu.MOV && fromRegister && offset !== 0) {
    if (offset === 8 || offset === 16 || (wide && offset === 32)) {
      return `${register}${dst} = (s${offset})${operand}`;
    }
    if (!wide || offset !== 1) return UNKNOWN;
    return `r${dst} = addr_space_cast(r${src}, ${hex(imm >>> 16)}, ${hex(imm & 0xffff)})`;
  }
  const text = offset === 0 || offset === 1 ? aluText.get(code | offset) : undefined;
  return text === undefined ? UNKNOWN : `${register}${dst} ${text} ${operand}`;
}

function swapText(wide: boolean, bigEndian: boolean, dst: number, imm: number): string {
  if ((wide && bigEndian) || (imm !== 16 && imm !== 32 && imm !== 64)) return UNKNOWN;
  return `r${dst} = ${wide ? 'bswap' : bigEndian ? 'be' : 'le'}${imm} r${dst}`;
}

function branchText(instruction: Instruction, options: DisassembleOptions, slot: number): string {
  const { opcode, dst, src, offset, imm } = instruction;
  const wide = classOf(opcode) === Class.JMP;
  const fromRegister = (opcode & Source.X) !== 0;
  const to = (distance: number): string => signedHex(distance) + labelOf(options, slot, distance);
  const code = opcode & 0xf0;
  if (code === Jump.JA) {
    if (fromRegister) return UNKNOWN;
    return wide ? `goto ${to(offset)}` : `gotol ${to(imm)}`;
  }
  if (opcode === EXIT) return dst === 0 && src === 0 && offset === 0 && imm === 0 ? 'exit' : UNKNOWN;
  // Before LLVM 19 the register stood in the immediate; llvm-objdump-19 takes no notice of it.
  if (opcode === CALLX) return imm === 0 ? `callx r${dst}` : `callx r${dst} <r${imm}>`;
  if (code === Jump.CALL) return wide ? callText(instruction, options, slot) : UNKNOWN;
  if (code === Jump.JCOND) return wide && !fromRegister ? `may_goto ${to(offset)}` : UNKNOWN;
  const operator = jumpText.get(code);
  if (operator === undefined) return UNKNOWN;
  const register = wide ? 'r' : 'w';
  const operand = fromRegister ? `${register}${src}` : hex(imm);
  return `if ${register}${dst} ${operator} ${operand} goto ${to(offset)}`;
}

function callText({ src, offset, imm }: Instruction, options: DisassembleOptions, slot: number): string {
  if (src === Call.KFUNC) return `call ${hex(imm)} ${kernelFunction(offset)}`;
  if (src !== Call.LOCAL) return `call ${hex(imm)}`;
  return `call ${hex(imm)}${labelOf(options, slot, imm) || ` <${signedHex(imm)}>`}`;
}

function labelOf(options: DisassembleOptions, slot: number, distance: number): string {
  const label = options.label?.(slot + 1 + distance, slot);
  return label === undefined ? '' : ` <${label}>`;
}
