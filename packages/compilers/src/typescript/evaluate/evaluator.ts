import type TypeScript from 'typescript-js';
import type { Reporter } from '../diagnostics/index.ts';
import { isLibraryFile, ts } from '../facade/index.ts';
import { integers, ipv6, isIntName, mac, type Schema } from '../schema/index.ts';
import { binaryConstant, integerOfText } from './arithmetic.ts';
import { type Evaluation, literalOfType } from './evaluation.ts';
import { mapOf } from './maps.ts';
import { programOf } from './programs.ts';
import { schemaOfCall } from './schemas.ts';
import type { StaticInteger, StaticMap, StaticValue } from './static-value.ts';
import { configOrGlobal } from './variables.ts';

/** Evaluates the consts of a program's modules: schemas, maps, variables, programs, numbers. Nothing is executed. */
export class Evaluator implements Evaluation {
  readonly checker: TypeScript.TypeChecker;
  readonly reporter: Reporter;
  readonly #known = new Map<TypeScript.Symbol, StaticValue | undefined>();

  constructor(checker: TypeScript.TypeChecker, reporter: Reporter) {
    this.checker = checker;
    this.reporter = reporter;
  }

  /** The symbol that a name means, imports followed. */
  symbolOf(node: TypeScript.Node): TypeScript.Symbol | undefined {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.checker.getSymbolAtLocation(node);
    if (symbol === undefined) return undefined;
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** What a const or function of a module is. */
  valueOf(symbol: TypeScript.Symbol): StaticValue | undefined {
    if (this.#known.has(symbol)) return this.#known.get(symbol);
    this.#known.set(symbol, undefined);
    const value = this.#ofSymbol(symbol);
    this.#known.set(symbol, value);
    return value;
  }

  /** The name of `symbol` in `skep/bpf`, where it is from there. */
  libraryName(symbol: TypeScript.Symbol | undefined): string | undefined {
    const [declaration] = symbol?.declarations ?? [];
    return declaration && isLibraryFile(declaration.getSourceFile().fileName) ? symbol?.name : undefined;
  }

  /** The static value of an expression, or undefined; says nothing. */
  expression(node: TypeScript.Expression, name = ''): StaticValue | undefined {
    const kind = ts.SyntaxKind;
    if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node))
      return this.expression(node.expression, name);
    if (ts.isAsExpression(node)) return isConst(node.type) ? this.expression(node.expression, name) : undefined;
    if (ts.isNumericLiteral(node)) {
      const value = integerOfText(node.text);
      return value === undefined ? undefined : { kind: 'integer', value, big: false };
    }
    if (ts.isBigIntLiteral(node)) return { kind: 'integer', value: BigInt(node.text.slice(0, -1)), big: true };
    if (ts.isStringLiteralLike(node)) return { kind: 'text', value: node.text };
    if (node.kind === kind.TrueKeyword) return { kind: 'boolean', value: true };
    if (node.kind === kind.FalseKeyword) return { kind: 'boolean', value: false };
    if (ts.isIdentifier(node)) return this.#name(node);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node);
    if (ts.isElementAccessExpression(node)) return this.#element(node);
    if (ts.isPrefixUnaryExpression(node)) return this.#prefix(node);
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isObjectLiteralExpression(node)) return this.#object(node);
    if (ts.isArrayLiteralExpression(node)) return this.#list(node);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
      return { kind: 'function', name, node, subprogram: false };
    }
    if (ts.isNewExpression(node)) return this.#new(node, name);
    return ts.isCallExpression(node) ? this.#call(node, name) : undefined;
  }

  /** An integer that must be known; reports where it is not. */
  integer(node: TypeScript.Expression): bigint | undefined {
    const value = this.expression(node);
    if (value?.kind === 'integer') return value.value;
    this.reporter.report(node, 3001);
    return undefined;
  }

  /** A schema; reports where it is none. */
  schema(node: TypeScript.Expression): Schema | undefined {
    const value = this.expression(node);
    if (value?.kind === 'schema') return value.schema;
    if (value?.kind === 'library' || value === undefined) this.reporter.report(node, 3005);
    else this.reporter.report(node, 3005);
    return undefined;
  }

  #ofSymbol(symbol: TypeScript.Symbol): StaticValue | undefined {
    const library = this.libraryName(symbol);
    if (library !== undefined) return this.#library(symbol, library);
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined) return symbol.name === 'undefined' ? { kind: 'undefined' } : undefined;
    if (ts.isFunctionDeclaration(declaration)) {
      return { kind: 'function', name: symbol.name, node: declaration, subprogram: false };
    }
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
    if (!isConstDeclaration(declaration)) return undefined;
    return this.expression(declaration.initializer, symbol.name);
  }

  #library(symbol: TypeScript.Symbol, name: string): StaticValue | undefined {
    if (isIntName(name)) return { kind: 'schema', schema: integers[name] };
    if (name === 'mac') return { kind: 'schema', schema: mac };
    if (name === 'ipv6') return { kind: 'schema', schema: ipv6 };
    if (name === 'spinLock') return { kind: 'schema', schema: { kind: 'lock', size: 4, align: 4 } };
    const declaration = symbol.valueDeclaration;
    if (declaration && ts.isVariableDeclaration(declaration) && declaration.initializer) {
      const value = this.expression(declaration.initializer, name);
      if (value !== undefined && value.kind !== 'function') return value;
    }
    return literalOfType(this.checker.getTypeOfSymbol(symbol)) ?? { kind: 'library', name, symbol };
  }

  #name(node: TypeScript.Identifier): StaticValue | undefined {
    const symbol = this.symbolOf(node);
    return symbol === undefined ? undefined : this.valueOf(symbol);
  }

  #property(node: TypeScript.PropertyAccessExpression): StaticValue | undefined {
    const target = this.expression(node.expression);
    if (target?.kind === 'object') return target.properties.get(node.name.text);
    if (target?.kind === 'schema' && node.name.text === 'size') {
      return { kind: 'integer', value: BigInt(target.schema.size), big: false };
    }
    if (target?.kind === 'list' && node.name.text === 'length') {
      return { kind: 'integer', value: BigInt(target.elements.length), big: false };
    }
    if (target?.kind !== 'library') return undefined;
    const symbol = this.checker.getSymbolAtLocation(node.name);
    const literal = symbol && literalOfType(this.checker.getTypeOfSymbolAtLocation(symbol, node));
    return literal ?? (symbol && { kind: 'library', name: `${target.name}.${node.name.text}`, symbol });
  }

  #element(node: TypeScript.ElementAccessExpression): StaticValue | undefined {
    const target = this.expression(node.expression);
    const index = this.expression(node.argumentExpression);
    if (target?.kind === 'list' && index?.kind === 'integer') return target.elements[Number(index.value)];
    return target?.kind === 'object' && index?.kind === 'text' ? target.properties.get(index.value) : undefined;
  }

  #prefix(node: TypeScript.PrefixUnaryExpression): StaticValue | undefined {
    const operand = this.expression(node.operand);
    if (operand?.kind === 'boolean' && node.operator === ts.SyntaxKind.ExclamationToken) {
      return { kind: 'boolean', value: !operand.value };
    }
    if (operand?.kind !== 'integer') return undefined;
    const { value, big } = operand;
    if (node.operator === ts.SyntaxKind.MinusToken) return { kind: 'integer', value: -value, big };
    if (node.operator === ts.SyntaxKind.PlusToken && !big) return operand;
    if (node.operator !== ts.SyntaxKind.TildeToken) return undefined;
    return { kind: 'integer', value: big ? ~value : ~BigInt.asIntN(32, value), big };
  }

  #binary(node: TypeScript.BinaryExpression): StaticInteger | undefined {
    const left = this.expression(node.left);
    if (left?.kind !== 'integer') return undefined;
    const right = this.expression(node.right);
    return right?.kind === 'integer' ? binaryConstant(node.operatorToken.kind, left, right) : undefined;
  }

  #object(node: TypeScript.ObjectLiteralExpression): StaticValue | undefined {
    const properties = new Map<string, StaticValue>();
    for (const property of node.properties) {
      if (property.name === undefined || ts.isComputedPropertyName(property.name)) return undefined;
      const value = ts.isShorthandPropertyAssignment(property)
        ? this.#name(property.name)
        : ts.isPropertyAssignment(property)
          ? this.expression(property.initializer)
          : undefined;
      if (value === undefined) return undefined;
      properties.set(property.name.text, value);
    }
    return { kind: 'object', properties };
  }

  #list(node: TypeScript.ArrayLiteralExpression): StaticValue | undefined {
    const elements: StaticValue[] = [];
    for (const element of node.elements) {
      const value = this.expression(element);
      if (value === undefined) return undefined;
      elements.push(value);
    }
    return { kind: 'list', elements };
  }

  #new(node: TypeScript.NewExpression, name: string): StaticValue | undefined {
    const className = this.libraryName(this.symbolOf(node.expression));
    if (className === undefined) return undefined;
    const map: StaticMap | undefined = mapOf(this, node, className, name);
    return map === undefined ? undefined : { kind: 'map', map };
  }

  #call(node: TypeScript.CallExpression, name: string): StaticValue | undefined {
    const callee = this.expression(node.expression);
    if (callee?.kind === 'schema') return this.#convert(node, callee.schema);
    if (callee?.kind !== 'library') return undefined;
    return (
      schemaOfCall(this, node, callee.name, name) ??
      configOrGlobal(this, node, callee.name, name) ??
      programOf(this, node, callee.name, name)
    );
  }

  /** `u32(-1)` of constants. */
  #convert(node: TypeScript.CallExpression, schema: Schema): StaticInteger | undefined {
    const [argument] = node.arguments;
    const value = argument && this.expression(argument);
    if (schema.kind !== 'int' || value?.kind !== 'integer') return undefined;
    const bits = schema.size * 8;
    const wrapped = schema.signed ? BigInt.asIntN(bits, value.value) : BigInt.asUintN(bits, value.value);
    return { kind: 'integer', value: wrapped, big: schema.big };
  }
}

function isConst(type: TypeScript.TypeNode): boolean {
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) && type.typeName.text === 'const';
}

function isConstDeclaration(node: TypeScript.VariableDeclaration): boolean {
  return (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0;
}
