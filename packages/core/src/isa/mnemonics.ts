import { Alu, Atomic, Jump, Mode, Size } from './opcode.ts';

/** What an arithmetic operator such as `s/=` stands for: the operation and, for signed division, offset 1. */
export interface AluOperator {
  readonly code: number;
  readonly offset: 0 | 1;
}

/** Compound assignment operators as LLVM writes them; `=` is a move. */
export const aluOperators: ReadonlyMap<string, AluOperator> = new Map([
  ['=', { code: Alu.MOV, offset: 0 }],
  ['+=', { code: Alu.ADD, offset: 0 }],
  ['-=', { code: Alu.SUB, offset: 0 }],
  ['*=', { code: Alu.MUL, offset: 0 }],
  ['/=', { code: Alu.DIV, offset: 0 }],
  ['%=', { code: Alu.MOD, offset: 0 }],
  ['|=', { code: Alu.OR, offset: 0 }],
  ['&=', { code: Alu.AND, offset: 0 }],
  ['^=', { code: Alu.XOR, offset: 0 }],
  ['<<=', { code: Alu.LSH, offset: 0 }],
  ['>>=', { code: Alu.RSH, offset: 0 }],
  ['s>>=', { code: Alu.ARSH, offset: 0 }],
  ['s/=', { code: Alu.DIV, offset: 1 }],
  ['s%=', { code: Alu.MOD, offset: 1 }],
]);

/** Comparison operators of conditional jumps; `&` jumps where the operands have a bit in common. */
export const jumpOperators: ReadonlyMap<string, number> = new Map([
  ['==', Jump.JEQ],
  ['!=', Jump.JNE],
  ['>', Jump.JGT],
  ['>=', Jump.JGE],
  ['<', Jump.JLT],
  ['<=', Jump.JLE],
  ['s>', Jump.JSGT],
  ['s>=', Jump.JSGE],
  ['s<', Jump.JSLT],
  ['s<=', Jump.JSLE],
  ['&', Jump.JSET],
]);

/** Type of a memory access: mode and size bits of the opcode. */
export const accessTypes: ReadonlyMap<string, number> = new Map([
  ['u8', Mode.MEM | Size.B],
  ['u16', Mode.MEM | Size.H],
  ['u32', Mode.MEM | Size.W],
  ['u64', Mode.MEM | Size.DW],
  ['s8', Mode.MEMSX | Size.B],
  ['s16', Mode.MEMSX | Size.H],
  ['s32', Mode.MEMSX | Size.W],
]);

/** Atomic operations without result (`lock *(u64 *)(r1 + 0) += r2`). */
export const atomicOperators: ReadonlyMap<string, number> = new Map([
  ['+=', Atomic.ADD],
  ['|=', Atomic.OR],
  ['&=', Atomic.AND],
  ['^=', Atomic.XOR],
]);

/** Atomic operations that return the former value (`r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)`). */
export const atomicFetches: ReadonlyMap<string, number> = new Map([
  ['atomic_fetch_add', Atomic.ADD | Atomic.FETCH],
  ['atomic_fetch_or', Atomic.OR | Atomic.FETCH],
  ['atomic_fetch_and', Atomic.AND | Atomic.FETCH],
  ['atomic_fetch_xor', Atomic.XOR | Atomic.FETCH],
]);

/** The table from number to text; the first text of a number wins. */
export function inverted<T>(table: ReadonlyMap<string, T>, keyOf: (value: T) => number): ReadonlyMap<number, string> {
  const inverse = new Map<number, string>();
  for (const [text, value] of table) {
    const key = keyOf(value);
    if (!inverse.has(key)) inverse.set(key, text);
  }
  return inverse;
}

/** Numbers of the atomic operations without result. */
export const plainOperations: ReadonlySet<number> = new Set(atomicOperators.values());

/** Numbers of the atomic operations that return the former value. */
export const fetchOperations: ReadonlySet<number> = new Set(atomicFetches.values());
