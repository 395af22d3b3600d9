import type TypeScript from 'typescript-js';
import {
  type Block,
  FunctionBuilder,
  IrFunction,
  type Location,
  type SourceFile,
  type Variable,
} from '../../ir/index.ts';
import type { DiagnosticId, Values } from '../diagnostics/index.ts';
import type { Evaluator } from '../evaluate/index.ts';
import { dataTypeOf, integers } from '../schema/index.ts';
import { Abort } from './abort.ts';
import { callbackResult } from './callbacks.ts';
import { lowerExpression } from './expression.ts';
import { demandGivenBack } from './held.ts';
import type {
  Binding,
  CallbackSetup,
  Frame,
  HeldCheck,
  Lowering,
  ModuleScope,
  PacketState,
  Pending,
} from './lowering.ts';
import type { Operand } from './operand.ts';
import { lowerCondition } from './operators.ts';
import type { ProgramKind } from './program-kind.ts';
import { lowerReturned, lowerStatement } from './statement.ts';

const HELD = 8;

/** How a function is compiled besides its body. */
export interface FunctionSetup {
  readonly target: IrFunction;
  readonly kind?: ProgramKind;
  readonly bindings?: Map<TypeScript.Symbol, Binding>;
  readonly repetitions?: bigint;
  /** The value that a `return` gives, in the register that the function returns. */
  leave(l: Lowering, operand: Operand, node: TypeScript.Node): void;
}

/** Compiles one function: what its statements and expressions share. */
export class FunctionLowering implements Lowering {
  readonly module: ModuleScope;
  readonly evaluator: Evaluator;
  readonly builder: FunctionBuilder;
  readonly kind: ProgramKind | undefined;
  readonly bindings: Map<TypeScript.Symbol, Binding>;
  readonly packet: PacketState | undefined;
  readonly held: HeldCheck[] = [];
  readonly freeStates: Variable[] = [];
  frame: Frame;
  pending: Pending[] = [];
  unreachable = false;
  locked = false;
  repetitions: bigint;

  constructor(module: ModuleScope, declaration: TypeScript.SignatureDeclaration, setup: FunctionSetup) {
    this.module = module;
    this.evaluator = module.evaluator;
    this.builder = new FunctionBuilder(setup.target);
    this.kind = setup.kind;
    this.bindings = setup.bindings ?? new Map();
    this.repetitions = setup.repetitions ?? 1n;
    this.packet = setup.kind?.data === undefined ? undefined : packetState();
    this.frame = {
      declaration,
      jumps: [],
      callback: false,
      outer: undefined,
      leave: (operand, node) => {
        demandGivenBack(this);
        this.pending = [];
        setup.leave(this, operand, node);
        this.unreachable = true;
      },
    };
    for (let index = 0; index < HELD; index += 1) {
      const variable: Variable = { name: `held${index}`, type: 'i64' };
      this.builder.write(variable, this.builder.constant(0));
      this.freeStates.push(variable);
    }
  }

  expression(node: TypeScript.Expression): Operand {
    return lowerExpression(this, node);
  }
  condition(node: TypeScript.Expression, then: Block, otherwise: Block): void {
    lowerCondition(this, node, then, otherwise);
  }
  statement(node: TypeScript.Statement): void {
    lowerStatement(this, node);
  }

  fail(node: TypeScript.Node, id: DiagnosticId, values: Values = {}, replacement?: string): never {
    this.evaluator.reporter.report(node, id, values, replacement);
    throw new Abort();
  }
  warn(node: TypeScript.Node, id: DiagnosticId, values: Values = {}): void {
    this.evaluator.reporter.report(node, id, values);
  }

  at(node: TypeScript.Node): void {
    this.builder.location = locationOf(node);
  }
  jump(target: Block): void {
    this.flush();
    this.builder.jump(target);
  }
  flush(): void {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) next.resolve();
  }

  compileCallback(
    callback: TypeScript.ArrowFunction | TypeScript.FunctionExpression,
    setup: CallbackSetup,
  ): IrFunction {
    const target = new IrFunction({
      name: this.module.uniqueName(`${this.builder.function.name}_${setup.name}`),
      linkage: 'static',
      parameters: setup.parameters,
      result: { type: 'i64', declared: dataTypeOf(integers.i64) },
      location: locationOf(callback),
    });
    const inner = new FunctionLowering(this.module, callback, {
      target,
      repetitions: 1n << 23n,
      leave: (l, operand) => l.builder.return(callbackResult(l, operand)),
    });
    for (const [symbol, binding] of setup.captured.bindings(inner.builder, setup.frame)) {
      inner.bindings.set(symbol, binding);
    }
    inner.frame = { ...inner.frame, callback: true, outer: this.frame };
    setup.enter(inner);
    lowerBody(inner, callback);
    this.module.addFunction(target);
    inner.finish();
    return target;
  }

  /** Completes the function, unless something was reported. */
  finish(): void {
    if (!this.evaluator.reporter.hasErrors) this.builder.finish();
  }
}

function packetState(): PacketState {
  return {
    data: { name: 'data', type: 'packet' },
    end: { name: 'data_end', type: 'packet_end' },
    epoch: { name: 'epoch', type: 'i64' },
  };
}

/** The body of a function, and the return that stands after it where its source has none. */
export function lowerBody(
  l: FunctionLowering,
  declaration: TypeScript.FunctionDeclaration | TypeScript.ArrowFunction | TypeScript.FunctionExpression,
): void {
  const { body } = declaration;
  if (body === undefined) return;
  try {
    if ('statements' in body) {
      l.statement(body);
      if (!l.unreachable) l.frame.leave({ kind: 'nothing' }, body);
      return;
    }
    lowerReturned(l, body);
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
  }
}

const files = new WeakMap<TypeScript.SourceFile, SourceFile>();

/** Where a node stands; the file by its name alone, as the kernel's log shows it. */
export function locationOf(node: TypeScript.Node): Location {
  const source = node.getSourceFile();
  let file = files.get(source);
  if (file === undefined) {
    file = { name: source.fileName.split('/').at(-1) ?? source.fileName, lines: source.text.split(/\r?\n/) };
    files.set(source, file);
  }
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { file, line: line + 1, column: character + 1 };
}
