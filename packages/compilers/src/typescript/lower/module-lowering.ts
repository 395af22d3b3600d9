import type TypeScript from 'typescript-js';
import {
  type Callee,
  IrFunction,
  type MapDeclaration,
  type Module,
  type ParameterDeclaration,
  type VariableDeclaration,
} from '../../ir/index.ts';
import type { Evaluator, StaticFunction, StaticMap, StaticProgram } from '../evaluate/index.ts';
import { type CheckedProgram, ts } from '../facade/index.ts';
import { dataTypeOf, integers, isIntName } from '../schema/index.ts';
import { Abort } from './abort.ts';
import { bind } from './bind.ts';
import { FunctionLowering, locationOf, lowerBody } from './function-lowering.ts';
import { resultType } from './inline.ts';
import { intOf } from './integers.ts';
import type { ModuleScope } from './lowering.ts';
import { checkModule } from './module-statements.ts';
import { describe } from './operand.ts';
import { enterPacket } from './packet.ts';
import { programKinds } from './program-kind.ts';
import { fitted } from './scalars.ts';
import { type ScalarType, scalarType } from './types.ts';

const MOVES = /\b(adjustHead|adjustTail|pull)\b/;

/** Compiles the programs of a module, with the maps and variables that it exports or they use. */
export class ModuleLowering implements ModuleScope {
  readonly evaluator: Evaluator;
  readonly movesPackets: boolean;
  readonly #checked: CheckedProgram;
  readonly #maps = new Map<MapDeclaration, StaticMap>();
  readonly #variables = new Set<VariableDeclaration>();
  readonly #literals = new Map<string, VariableDeclaration>();
  readonly #functions: IrFunction[] = [];
  readonly #subprograms = new Map<TypeScript.Node, IrFunction>();
  readonly #programs = new Map<string, { readonly program: StaticProgram; readonly target: IrFunction }>();
  readonly #names = new Set<string>();
  license: string | undefined;

  constructor(evaluator: Evaluator, checked: CheckedProgram) {
    this.evaluator = evaluator;
    this.#checked = checked;
    this.movesPackets = checked.files.some(({ text }) => MOVES.test(text));
  }

  lower(): Module {
    for (const file of this.#checked.files) checkModule(this.evaluator, file);
    const programs = this.#exports();
    for (const { name } of programs) this.#names.add(name);
    if (programs.length === 0 && !this.evaluator.reporter.hasErrors) {
      this.evaluator.reporter.report(this.#checked.main, 6008);
    }
    for (const program of programs) this.#program(program);
    for (const map of [...this.#maps.values()]) this.#fill(map);
    return {
      name:
        this.#checked.main.fileName
          .split('/')
          .at(-1)
          ?.replace(/(\.bpf)?\.ts$/, '') ?? 'program',
      license: this.license,
      maps: [...this.#maps.keys()],
      variables: [...this.#variables, ...this.#literals.values()],
      functions: this.#functions,
    };
  }

  useMap(map: StaticMap): void {
    this.#maps.set(map.declaration, map);
  }
  useVariable(variable: VariableDeclaration): void {
    this.#variables.add(variable);
  }
  addFunction(target: IrFunction): void {
    this.#functions.push(target);
  }

  literal(text: string): VariableDeclaration {
    const known = this.#literals.get(text);
    if (known !== undefined) return known;
    const initial = new TextEncoder().encode(`${text}\0`);
    const type = dataTypeOf({ kind: 'text', size: initial.length, align: 1 });
    const name = `text_${this.#literals.size}`;
    const made: VariableDeclaration = { name, section: '.rodata', type, align: 1, initial, exported: false };
    this.#literals.set(text, made);
    return made;
  }

  uniqueName(name: string): string {
    let unique = name;
    for (let number = 1; this.#names.has(unique); number += 1) unique = `${name}_${number}`;
    this.#names.add(unique);
    return unique;
  }

  /** Every export of the file: programs are returned, maps and variables taken in. */
  #exports(): StaticProgram[] {
    const { checker, main } = this.#checked;
    const module = checker.getSymbolAtLocation(main);
    const programs: StaticProgram[] = [];
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const value = this.evaluator.valueOf(target);
      if (symbol.name === 'license') this.#license(target);
      if (value?.kind === 'map') this.useMap(value.map);
      if (value?.kind === 'variable') this.useVariable(value.declaration);
      if (value?.kind === 'program') programs.push(value);
    }
    return programs;
  }

  #license(symbol: TypeScript.Symbol): void {
    const value = this.evaluator.valueOf(symbol);
    if (value?.kind === 'text') this.license = value.value;
    else if (symbol.valueDeclaration) this.evaluator.reporter.report(symbol.valueDeclaration, 3006);
  }

  #program(program: StaticProgram): void {
    const kind = programKinds[program.wrapper];
    if (kind === undefined) return;
    const context = { kind: 'struct', name: kind.context, size: kind.contextSize, members: [] } as const;
    const target = new IrFunction({
      name: program.name,
      section: program.frags ? `${kind.section}.frags` : kind.section,
      linkage: 'global',
      parameters: [{ name: 'ctx', type: 'context', declared: { kind: 'pointer', target: context } }],
      result: { type: 'i64', declared: dataTypeOf(integers.i32) },
      location: locationOf(program.run),
    });
    this.#programs.set(program.name, { program, target });
    const type = resultType(this.evaluator, program.run);
    const l = new FunctionLowering(this, program.run, {
      target,
      kind,
      leave(inner, operand, node) {
        const value = fitted(inner, type, operand, node);
        if (value.kind === 'int' || value.kind === 'bool') inner.builder.return(value.value);
        else if (value.kind === 'nothing') inner.builder.return(inner.builder.constant(0));
        else inner.fail(node, 2015, { type: describe(value) });
      },
    });
    enterPacket(l);
    const [parameter] = program.run.parameters;
    const symbol = parameter && this.evaluator.checker.getSymbolAtLocation(parameter.name);
    if (symbol) l.bindings.set(symbol, { kind: 'operand', operand: { kind: 'context' } });
    lowerBody(l, program.run);
    this.addFunction(target);
    l.finish();
  }

  subprogram(target: StaticFunction, node: TypeScript.Node): IrFunction {
    const known = this.#subprograms.get(target.node);
    if (known !== undefined) return known;
    const { checker, reporter } = this.evaluator;
    const types = target.node.parameters.map((parameter) => scalarType(checker, checker.getTypeAtLocation(parameter)));
    const result = resultType(this.evaluator, target.node);
    if (types.length > 5 || types.includes(undefined)) {
      reporter.report(node, 6004);
      throw new Abort();
    }
    const compiled = new IrFunction({
      name: this.uniqueName(target.name),
      linkage: 'static',
      parameters: target.node.parameters.map((parameter, index): ParameterDeclaration => {
        return { name: parameter.name.getText(), type: 'i64', declared: declaredType(types[index]) };
      }),
      result: { type: 'i64', declared: declaredType(result) },
      location: locationOf(target.node),
    });
    this.#subprograms.set(target.node, compiled);
    const l = new FunctionLowering(this, target.node, {
      target: compiled,
      leave(inner, operand, at) {
        const value = fitted(inner, result, operand, at);
        if (value.kind === 'int' || value.kind === 'bool') inner.builder.return(value.value);
        else inner.builder.return(inner.builder.constant(0));
      },
    });
    for (const [index, parameter] of target.node.parameters.entries()) {
      const type = types[index];
      const value = l.builder.parameter(index);
      if (type?.kind === 'int') bind(l, parameter.name, intOf(value, type.big, type.range), parameter);
      else bind(l, parameter.name, { kind: 'bool', value }, parameter);
    }
    lowerBody(l, target.node);
    this.addFunction(compiled);
    l.finish();
    return compiled;
  }

  /** The slots of a program array hold the programs of those names. */
  #fill(map: StaticMap): void {
    if (map.className !== 'ProgArray') return;
    const slots = map.declaration.programs as (Callee | undefined)[];
    for (const [slot, name] of map.names.entries()) {
      const found = this.#programs.get(name);
      if (found === undefined) this.evaluator.reporter.report(map.node, 4009, { name });
      else if (found.program.wrapper !== map.wrapper) this.evaluator.reporter.report(map.node, 4010, { name });
      slots[slot] = found?.target;
    }
  }
}

function declaredType(type: ScalarType | undefined): ParameterDeclaration['declared'] {
  if (type === undefined) return dataTypeOf(integers.i64);
  if (type.kind === 'bool') return { kind: 'int', name: 'bool', size: 1, encoding: 'bool' };
  if (isIntName(type.name)) return dataTypeOf(integers[type.name]);
  return dataTypeOf(type.big ? integers.u64 : integers.i64);
}
