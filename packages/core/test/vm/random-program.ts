import type { Instruction } from '../../src/isa/instruction.ts';
import { Alu, Atomic, CALL, Call, Class, EXIT, Jump, LDDW, Mode, Size, Source } from '../../src/isa/opcode.ts';

/** Random integers below a bound, from a seed. */
export type Random = (bound: number) => number;

/** A small generator (xorshift32) for reproducible programs. */
export function seeded(seed: number): Random {
  let state = (seed ^ 0x5bd1_e995) | 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** Bytes of stack that random programs use, all of them written before the body. */
const STACK = 64;

const edges = [
  0, 1, 2, 3, 31, 32, 33, 63, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x1f_ffff, 0x20_0000,
];

/** A 32-bit number, often at an edge. */
export function randomWord(random: Random): number {
  const edge = edges[random(edges.length)] ?? 0;
  switch (random(8)) {
    case 0:
      return edge;
    case 1:
      return -edge | 0;
    case 2:
      return 0x7fff_ffff - random(3);
    case 3:
      return (0x8000_0000 + random(3)) | 0;
    case 4:
      return random(16) - 8;
    default:
      return (random(0x10000) << 16) | random(0x10000);
  }
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T;
}

const binary = [
  Alu.ADD,
  Alu.SUB,
  Alu.MUL,
  Alu.DIV,
  Alu.OR,
  Alu.AND,
  Alu.LSH,
  Alu.RSH,
  Alu.MOD,
  Alu.XOR,
  Alu.MOV,
  Alu.ARSH,
];
const jumps = [
  Jump.JEQ,
  Jump.JGT,
  Jump.JGE,
  Jump.JSET,
  Jump.JNE,
  Jump.JSGT,
  Jump.JSGE,
  Jump.JLT,
  Jump.JLE,
  Jump.JSLT,
  Jump.JSLE,
];
const plainAtomics: readonly number[] = [Atomic.ADD, Atomic.OR, Atomic.AND, Atomic.XOR];
const fetchingAtomics: readonly number[] = [
  ...plainAtomics,
  ...plainAtomics.map((code) => code | Atomic.FETCH),
  Atomic.XCHG,
  Atomic.CMPXCHG,
];
const sizes = [Size.B, Size.H, Size.W, Size.DW];

function bytesOf(size: number): number {
  return size === Size.DW ? 8 : size === Size.W ? 4 : size === Size.H ? 2 : 1;
}

function make(opcode: number, fields: Partial<Instruction> = {}): Instruction {
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0, ...fields };
}

function isShift(code: number): boolean {
  return code === Alu.LSH || code === Alu.RSH || code === Alu.ARSH;
}

/** Arithmetic that the kernel accepts: immediate shifts below the width, no division by an immediate of 0. */
function arithmetic(random: Random): Instruction {
  const instructionClass = pick(random, [Class.ALU, Class.ALU64]);
  const width = instructionClass === Class.ALU ? 32 : 64;
  const dst = random(10);
  const roll = random(20);
  if (roll === 0) return make(instructionClass | Alu.NEG, { dst });
  if (roll === 1) {
    const source = instructionClass === Class.ALU ? pick(random, [Source.K, Source.X]) : Source.K;
    return make(instructionClass | source | Alu.END, { dst, imm: pick(random, [16, 32, 64]) });
  }
  if (roll === 2) {
    const offset = pick(random, width === 64 ? [8, 16, 32] : [8, 16]);
    return make(instructionClass | Source.X | Alu.MOV, { dst, src: random(10), offset });
  }
  const code = pick(random, binary);
  const offset = (code === Alu.DIV || code === Alu.MOD) && random(2) === 0 ? 1 : 0;
  if (random(2) === 0) return make(instructionClass | Source.X | code, { dst, src: random(10), offset });
  const word = randomWord(random);
  const imm = isShift(code) ? random(width) : (code === Alu.DIV || code === Alu.MOD) && word === 0 ? 7 : word;
  return make(instructionClass | code, { dst, imm, offset });
}

/** Load, store or atomic operation on the stack, aligned. */
function memory(random: Random, fetching: boolean): Instruction {
  const size = pick(random, sizes);
  const bytes = bytesOf(size);
  const offset = -STACK + bytes * random(STACK / bytes);
  switch (random(5)) {
    case 0:
      return make(Class.LDX | Mode.MEM | size, { dst: random(10), src: 10, offset });
    case 1:
      return size === Size.DW
        ? make(Class.LDX | Mode.MEM | size, { dst: random(10), src: 10, offset })
        : make(Class.LDX | Mode.MEMSX | size, { dst: random(10), src: 10, offset });
    case 2:
      return make(Class.ST | Mode.MEM | size, { dst: 10, offset, imm: randomWord(random) });
    case 3:
      return make(Class.STX | Mode.MEM | size, { dst: 10, src: random(10), offset });
    default: {
      const width = pick(random, [Size.W, Size.DW]);
      const at = -STACK + bytesOf(width) * random(STACK / bytesOf(width));
      const imm = pick(random, fetching ? fetchingAtomics : plainAtomics);
      return make(Class.STX | Mode.ATOMIC | width, { dst: 10, src: random(10), offset: at, imm });
    }
  }
}

/** Conditional jump forward over up to `room` slots. */
function branch(random: Random, room: number): Instruction {
  const opcode = pick(random, [Class.JMP, Class.JMP32]) | pick(random, jumps) | pick(random, [Source.K, Source.X]);
  const fields = { dst: random(10), offset: random(Math.min(room, 12) + 1) };
  return (opcode & Source.X) !== 0
    ? make(opcode, { ...fields, src: random(10) })
    : make(opcode, { ...fields, imm: randomWord(random) });
}

/** What a random program may hold. */
export interface Shape {
  /** Instructions of the body, about. */
  readonly length: number;
  /** Conditional jumps, in percent; forward only. */
  readonly branches: number;
  /** Loads, stores and atomics, in percent. */
  readonly memory: number;
  /**
   * Atomic operations that fetch. Default true. Linux 6.18 may take a branch for dead that tests a value fetched from
   * the stack (about one program in 50,000), so that programs for it have either these or branches.
   */
  readonly fetching?: boolean;
  /** Calls of local functions, in percent. Default 0. */
  readonly calls?: number;
  /**
   * Offset in the context of a 32-bit word that is 0 where the program runs. It is added to every register, so that
   * the kernel's verifier knows none of them and cannot run the program in its head.
   */
  readonly unknown?: number;
}

/** Slots of each function that random programs call. */
const FUNCTION_SLOTS = 30;
const FUNCTIONS = 2;

function slotsOf(program: readonly Instruction[]): number {
  return program.reduce((sum, { immHigh }) => sum + (immHigh === undefined ? 1 : 2), 0);
}

/**
 * A random program that the kernel's verifier accepts: all registers and the stack it uses are set first, the body
 * goes forward only, and the end folds every register and stack slot into r0.
 */
export function randomProgram(random: Random, shape: Shape): Instruction[] {
  const program = [...registers(random, shape.unknown)];
  for (let offset = -STACK; offset < 0; offset += 8) {
    program.push(make(Class.STX | Mode.MEM | Size.DW, { dst: 10, src: random(10), offset }));
  }
  // Every function is called: the kernel refuses code that is never reached.
  if (shape.calls !== undefined) for (let at = 0; at < FUNCTIONS; at++) program.push(...call(random, at));
  const end = program.length + shape.length;
  while (program.length < end) program.push(...bodyItem(random, shape, end - program.length - 1));
  program.push(...fold(), make(EXIT));
  return shape.calls === undefined ? program : withFunctions(random, program);
}

/** Sets r0 to r9. */
function* registers(random: Random, unknown: number | undefined): Generator<Instruction> {
  if (unknown !== undefined) yield make(Class.LDX | Mode.MEM | Size.W, { dst: 9, src: 1, offset: unknown });
  for (let dst = 0; dst < (unknown === undefined ? 10 : 9); dst++) {
    const imm = randomWord(random);
    yield make(LDDW, { dst, imm, immHigh: random(3) === 0 ? imm >> 31 : randomWord(random) });
    if (unknown !== undefined) yield make(Class.ALU64 | Source.X | Alu.ADD, { dst, src: 9 });
  }
}

function bodyItem(random: Random, shape: Shape, room: number): Instruction[] {
  const { branches, memory: accesses, calls = 0, fetching = true } = shape;
  const roll = random(100);
  if (roll < branches) return [branch(random, room)];
  if (roll < branches + accesses) return [memory(random, fetching)];
  // A call takes r1 to r5 with it: they are set again. Its target is filled in at the end.
  if (roll < branches + accesses + calls && room >= 6) return call(random, random(FUNCTIONS));
  return [arithmetic(random)];
}

function call(random: Random, target: number): Instruction[] {
  const restore = [1, 2, 3, 4, 5].map((dst) => make(Class.ALU64 | Alu.MOV, { dst, imm: randomWord(random) }));
  return [make(CALL, { src: Call.LOCAL, imm: target }), ...restore];
}

/** Appends the functions and resolves the calls. */
function withFunctions(random: Random, program: readonly Instruction[]): Instruction[] {
  const start = slotsOf(program);
  let slot = 0;
  const linked = program.map((instruction) => {
    const here = slot;
    slot += slotsOf([instruction]);
    if (instruction.opcode !== CALL) return instruction;
    return { ...instruction, imm: start + instruction.imm * FUNCTION_SLOTS - here - 1 };
  });
  return [...linked, ...Array.from({ length: FUNCTIONS }, () => randomFunction(random)).flat()];
}

/** A function that uses its arguments, registers and stack of its own, and gives r0. */
function randomFunction(random: Random): Instruction[] {
  const set = [0, 6, 7, 8, 9].map((dst) => make(Class.ALU64 | Alu.MOV, { dst, imm: randomWord(random) }));
  const store = make(Class.STX | Mode.MEM | Size.DW, { dst: 10, src: 1 + random(9), offset: -8 });
  const load = make(Class.LDX | Mode.MEM | Size.DW, { dst: random(10), src: 10, offset: -8 });
  const body = [...set, store, ...Array.from({ length: 8 }, () => arithmetic(random)), load];
  const rest = FUNCTION_SLOTS - 1 - body.length;
  for (let at = 0; at < rest; at++) body.push(random(4) === 0 ? branch(random, rest - at - 1) : arithmetic(random));
  return [...body, make(EXIT)];
}

/** Mixes r1..r9 and the stack into r0 and its upper half into its lower one. */
function fold(): Instruction[] {
  const mix = (src: number) => [
    make(Class.ALU64 | Alu.MUL, { dst: 0, imm: 31 }),
    make(Class.ALU64 | Source.X | Alu.ADD, { dst: 0, src }),
  ];
  const program = Array.from({ length: 9 }, (_, index) => mix(index + 1)).flat();
  for (let offset = -STACK; offset < 0; offset += 8) {
    program.push(make(Class.LDX | Mode.MEM | Size.DW, { dst: 1, src: 10, offset }), ...mix(1));
  }
  return [
    ...program,
    make(Class.ALU64 | Source.X | Alu.MOV, { dst: 1, src: 0 }),
    make(Class.ALU64 | Alu.RSH, { dst: 1, imm: 32 }),
    make(Class.ALU64 | Source.X | Alu.XOR, { dst: 0, src: 1 }),
  ];
}
