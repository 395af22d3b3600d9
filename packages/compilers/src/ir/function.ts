import type { Callee } from './callee.ts';
import type { DataType } from './data-type.ts';
import type { Location } from './location.ts';
import type { Condition, Operation } from './operation.ts';
import type { StackSlot } from './stack-slot.ts';
import type { Type } from './type.ts';

/** An instruction, and the value it gives. Operands are other instructions. */
export class Instruction {
  /** Unique in its function. */
  readonly id: number;
  readonly operation: Operation;
  readonly type: Type;
  operands: Instruction[];
  block: Block | undefined;
  readonly location: Location | undefined;

  constructor(
    id: number,
    operation: Operation,
    type: Type,
    operands: Instruction[],
    block: Block | undefined,
    location: Location | undefined,
  ) {
    this.id = id;
    this.operation = operation;
    this.type = type;
    this.operands = operands;
    this.block = block;
    this.location = location;
  }
}

/** Any instruction that gives a value. */
export type Value = Instruction;

/** How control leaves a block. */
export type Terminator =
  | { readonly kind: 'jump'; target: Block; readonly location: Location | undefined }
  | {
      readonly kind: 'branch';
      readonly condition: Condition;
      operands: [Value, Value];
      then: Block;
      otherwise: Block;
      readonly location: Location | undefined;
    }
  | { readonly kind: 'return'; value: Value | undefined; readonly location: Location | undefined }
  /** Control never comes here; so says a front end that knows. */
  | { readonly kind: 'unreachable'; readonly location: Location | undefined };

/** A basic block: phis first, then other instructions, then the terminator. */
export class Block {
  readonly id: number;
  readonly name: string;
  readonly phis: Instruction[] = [];
  readonly instructions: Instruction[] = [];
  terminator: Terminator | undefined;
  /** Blocks that jump here, once for each edge; operands of phis stand in this order. */
  readonly predecessors: Block[] = [];

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }
}

/** A parameter as the source declares it. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly type: Type;
  readonly declared: DataType;
}

/** A program, or a function that programs call. */
export class IrFunction implements Callee {
  readonly name: string;
  /** Section of a program such as `xdp` or `tc`; undefined for a subprogram, which goes to `.text`. */
  readonly section: string | undefined;
  /** A static subprogram is verified with each call; a global one by itself. Programs are global. */
  readonly linkage: 'static' | 'global';
  readonly parameters: readonly ParameterDeclaration[];
  readonly result: { readonly type: Type; readonly declared: DataType };
  readonly location: Location | undefined;
  /** The entry comes first. */
  readonly blocks: Block[] = [];
  readonly slots: StackSlot[] = [];
  /** Number of instruction ids given so far. */
  nextId = 0;
  nextBlockId = 0;

  constructor(options: {
    readonly name: string;
    readonly section?: string;
    readonly linkage: 'static' | 'global';
    readonly parameters: readonly ParameterDeclaration[];
    readonly result: { readonly type: Type; readonly declared: DataType };
    readonly location?: Location | undefined;
  }) {
    this.name = options.name;
    this.section = options.section;
    this.linkage = options.linkage;
    this.parameters = options.parameters;
    this.result = options.result;
    this.location = options.location;
  }
}

/** Blocks that control can go to next, in the order of the terminator. */
export function successors(block: Block): Block[] {
  const { terminator } = block;
  if (terminator?.kind === 'jump') return [terminator.target];
  if (terminator?.kind === 'branch') return [terminator.then, terminator.otherwise];
  return [];
}
