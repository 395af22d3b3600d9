import type TypeScript from 'typescript-js';
import type {
  Block,
  FunctionBuilder,
  IrFunction,
  ParameterDeclaration,
  Variable,
  VariableDeclaration,
} from '../../ir/index.ts';
import type { DiagnosticId, Values } from '../diagnostics/index.ts';
import type { Evaluator, StaticFunction, StaticMap } from '../evaluate/index.ts';
import type { Carrier } from './carrier.ts';
import type { Operand } from './operand.ts';
import type { ProgramKind } from './program-kind.ts';

/** What the module keeps while its functions are compiled. */
export interface ModuleScope {
  readonly evaluator: Evaluator;
  /** A map that a function uses comes into the object. */
  useMap(map: StaticMap): void;
  useVariable(variable: VariableDeclaration): void;
  /** A constant text in `.rodata`. */
  literal(text: string): VariableDeclaration;
  addFunction(target: IrFunction): void;
  /** The compiled form of a function that is called and not inlined. */
  subprogram(target: StaticFunction, node: TypeScript.Node): IrFunction;
  uniqueName(name: string): string;
  readonly license: string | undefined;
  /** The packet may be moved while views of it are in use. */
  readonly movesPackets: boolean;
}

/** What a name means in a function. */
export type Binding =
  | { readonly kind: 'operand'; readonly operand: Operand }
  | { readonly kind: 'carrier'; readonly carrier: Carrier; readonly type: TypeScript.Type };

/** Where `return`, `break` and `continue` go. */
export interface Frame {
  readonly declaration: TypeScript.SignatureDeclaration;
  /** Takes the value of a `return`, or nothing; the block has ended afterwards or is left. */
  leave(operand: Operand, node: TypeScript.Node): void;
  /** Loops and switches that are open, innermost last. */
  readonly jumps: Jump[];
  /** Functions may assign to the variables of this frame and, for callbacks, of those around it. */
  readonly callback: boolean;
  readonly outer: Frame | undefined;
}

export interface Jump {
  readonly label: string | undefined;
  readonly breakTo: Block;
  readonly continueTo: Block | undefined;
}

/** What is computed at the end of its block at the latest, or by the test that asks for it. */
export interface Pending {
  resolve(): void;
}

/** The state and the parts of the compilation of one function, which call each other. */
export interface Lowering {
  readonly module: ModuleScope;
  readonly evaluator: Evaluator;
  readonly builder: FunctionBuilder;
  readonly kind: ProgramKind | undefined;
  readonly bindings: Map<TypeScript.Symbol, Binding>;
  frame: Frame;
  readonly packet: PacketState | undefined;
  pending: Pending[];
  /** Control does not come to what follows: a return, break or continue stood before. */
  unreachable: boolean;
  /** A spin lock is held: no helper may be called. */
  locked: boolean;
  /** How often the code being compiled may run, for sums in loops. */
  repetitions: bigint;
  readonly held: HeldCheck[];
  /** Variables for states of what is held, 0 when the function starts. */
  readonly freeStates: Variable[];

  expression(node: TypeScript.Expression): Operand;
  condition(node: TypeScript.Expression, then: Block, otherwise: Block): void;
  statement(node: TypeScript.Statement): void;
  /** Reports and leaves the statement. */
  fail(node: TypeScript.Node, id: DiagnosticId, values?: Values, replacement?: string): never;
  warn(node: TypeScript.Node, id: DiagnosticId, values?: Values): void;
  /** Instructions that follow come from `node`. */
  at(node: TypeScript.Node): void;
  jump(target: Block): void;
  /** Compiles a function that the kernel calls back. */
  compileCallback(callback: TypeScript.ArrowFunction | TypeScript.FunctionExpression, setup: CallbackSetup): IrFunction;
  /** Computes what is pending before memory changes. */
  flush(): void;
}

/** Variables that hold the ends of the packet. */
export interface PacketState {
  readonly data: Variable;
  readonly end: Variable;
  readonly epoch: Variable;
}

/** What must have been given back when the function ends. */
export interface HeldCheck {
  readonly variable: Variable;
  readonly node: TypeScript.Node;
  readonly id: 4005 | 4011;
}

/** How a callback of the kernel is called. */
export interface CallbackSetup {
  readonly name: string;
  readonly parameters: readonly ParameterDeclaration[];
  /** Parameter that points to the frame of captured variables. */
  readonly frame: number;
  /** What the names of the outer function mean in it. */
  readonly captured: {
    bindings(builder: FunctionBuilder, parameter: number): Map<TypeScript.Symbol, Binding>;
  };
  /** Binds its own parameters. */
  readonly enter: (l: Lowering) => void;
}
