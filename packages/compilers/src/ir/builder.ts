import type { HelperName } from '@skep/core/abi';
import type { Callee } from './callee.ts';
import type { MapDeclaration, VariableDeclaration } from './declaration.ts';
import { Block, Instruction, type IrFunction, successors, type Terminator, type Value } from './function.ts';
import type { Location } from './location.ts';
import type {
  AtomicOperator,
  BinaryOperator,
  CompareOperator,
  Condition,
  Effects,
  Operation,
  Requirement,
} from './operation.ts';
import type { StackSlot } from './stack-slot.ts';
import type { AccessSize, Type, Width } from './type.ts';

/** A local variable of the source; the builder turns its reads and writes into values. */
export interface Variable {
  readonly name: string;
  readonly type: Type;
}

/**
 * Writes the instructions of one function. Local variables become SSA values on the way (Braun et al., "Simple and
 * efficient construction of static single assignment form", 2013): a block is sealed once all its predecessors are
 * known, and only then are reads that came through its start completed.
 */
export class FunctionBuilder {
  readonly function: IrFunction;
  /** Where the instructions that follow come from. */
  location: Location | undefined;
  #block: Block;
  readonly #definitions = new Map<Variable, Map<Block, Value>>();
  readonly #sealed = new Set<Block>();
  readonly #incomplete = new Map<Block, Map<Variable, Instruction>>();
  readonly #replaced = new Map<Instruction, Value>();
  readonly #users = new Map<Instruction, Set<Instruction>>();

  constructor(target: IrFunction) {
    this.function = target;
    this.location = target.location;
    this.#block = this.block('entry');
    this.seal(this.#block);
  }

  /** The block that instructions go to. */
  get current(): Block {
    return this.#block;
  }
  /** Whether the current block has no end yet: what comes after a `return` is unreachable. */
  get open(): boolean {
    return this.#block.terminator === undefined;
  }

  block(name: string): Block {
    const block = new Block(this.function.nextBlockId++, name);
    this.function.blocks.push(block);
    return block;
  }
  /** Goes on in `block`. */
  enter(block: Block): void {
    this.#block = block;
  }
  /** All predecessors of `block` are known. */
  seal(block: Block): void {
    if (this.#sealed.has(block)) return;
    this.#sealed.add(block);
    for (const [variable, phi] of this.#incomplete.get(block) ?? []) this.#complete(variable, phi, block);
    this.#incomplete.delete(block);
  }

  slot(name: string, size: number, align: StackSlot['align'] = 8): StackSlot {
    const slot = { name, size, align };
    this.function.slots.push(slot);
    return slot;
  }

  // Variables

  write(variable: Variable, value: Value): void {
    this.#writeIn(variable, this.#block, value);
  }
  /** @throws Error where no path has written it: a mistake of the front end. */
  read(variable: Variable): Value {
    return this.#resolve(this.#readIn(variable, this.#block));
  }

  // Values

  parameter(index: number): Value {
    return this.#add({ kind: 'parameter', index }, this.function.parameters[index]?.type ?? 'i64', []);
  }
  constant(value: bigint | number): Value {
    return this.#add({ kind: 'constant', value: BigInt.asIntN(64, BigInt(value)) }, 'i64', []);
  }
  binary(operator: BinaryOperator, left: Value, right: Value, width: Width = 64): Value {
    return this.#add({ kind: 'binary', operator, width }, 'i64', [left, right]);
  }
  negate(value: Value, width: Width = 64): Value {
    return this.#add({ kind: 'negate', width }, 'i64', [value]);
  }
  extend(value: Value, bits: 8 | 16 | 32, signed: boolean): Value {
    return this.#add({ kind: 'extend', bits, signed }, 'i64', [value]);
  }
  byteSwap(value: Value, bits: 16 | 32 | 64): Value {
    return this.#add({ kind: 'byte-swap', bits }, 'i64', [value]);
  }
  compare(operator: CompareOperator, left: Value, right: Value, width: Width = 64): Value {
    return this.#add({ kind: 'compare', operator, width }, 'i64', [left, right]);
  }
  pointerAdd(pointer: Value, offset: Value): Value {
    return this.#add({ kind: 'pointer-add' }, pointer.type, [pointer, offset]);
  }
  /** `type` is the pointer kind where what is loaded is a pointer, such as a packet pointer of the context. */
  load(pointer: Value, size: AccessSize, offset: number, options: { signed?: boolean; type?: Type } = {}): Value {
    const { signed = false, type = 'i64' } = options;
    return this.#add({ kind: 'load', size, signed, offset }, type, [pointer]);
  }
  store(pointer: Value, size: AccessSize, offset: number, value: Value): void {
    this.#add({ kind: 'store', size, offset }, 'none', [pointer, value]);
  }
  copy(target: Value, targetOffset: number, source: Value, sourceOffset: number, size: number): void {
    this.#add({ kind: 'copy', size, targetOffset, sourceOffset }, 'none', [target, source]);
  }
  zero(pointer: Value, offset: number, size: number): void {
    this.#add({ kind: 'zero', size, offset }, 'none', [pointer]);
  }
  atomic(
    operator: AtomicOperator,
    pointer: Value,
    size: 4 | 8,
    offset: number,
    values: readonly Value[],
    fetch: boolean,
  ): Value {
    return this.#add({ kind: 'atomic', operator, size, offset, fetch }, fetch ? 'i64' : 'none', [pointer, ...values]);
  }
  slotAddress(slot: StackSlot): Value {
    return this.#add({ kind: 'slot', slot }, 'stack', []);
  }
  map(map: MapDeclaration): Value {
    return this.#add({ kind: 'map', map }, 'map', []);
  }
  variableAddress(variable: VariableDeclaration, offset = 0): Value {
    return this.#add({ kind: 'variable', variable, offset }, 'map_value', []);
  }
  functionAddress(target: Callee): Value {
    return this.#add({ kind: 'function', function: target }, 'function', []);
  }
  helper(helper: HelperName, values: readonly Value[], effects: Effects, type: Type = 'i64'): Value {
    return this.#add({ kind: 'helper', helper, effects }, type, [...values]);
  }
  call(target: Callee, values: readonly Value[]): Value {
    return this.#add({ kind: 'call', function: target }, target.result.type, [...values]);
  }
  require(value: Value, requirement: Requirement): void {
    this.#add({ kind: 'require', requirement }, 'none', [value]);
  }

  // Ends of blocks

  jump(target: Block): void {
    this.#end({ kind: 'jump', target, location: this.location });
  }
  branch(condition: Condition, left: Value, right: Value, then: Block, otherwise: Block): void {
    this.#end({
      kind: 'branch',
      condition,
      operands: [left, right],
      then,
      otherwise,
      location: this.location,
    });
  }
  return(value?: Value): void {
    this.#end({ kind: 'return', value, location: this.location });
  }
  unreachable(): void {
    this.#end({ kind: 'unreachable', location: this.location });
  }

  /** Seals what is open, and drops blocks that control never reaches. To be called once, at the end. */
  finish(): IrFunction {
    for (const block of this.function.blocks) this.seal(block);
    for (const block of this.function.blocks) block.terminator ??= { kind: 'unreachable', location: this.location };
    this.#resolveAll();
    removeUnreachable(this.function);
    return this.function;
  }

  #add(operation: Operation, type: Type, operands: Value[]): Instruction {
    const resolved = operands.map((operand) => this.#resolve(operand));
    const instruction = new Instruction(this.function.nextId++, operation, type, resolved, this.#block, this.location);
    if (this.open) this.#block.instructions.push(instruction);
    return instruction;
  }

  #end(terminator: Terminator): void {
    if (!this.open) return;
    this.#block.terminator = terminator;
    if (terminator.kind === 'jump') this.#enterFrom(terminator.target);
    if (terminator.kind === 'branch') {
      this.#enterFrom(terminator.then);
      this.#enterFrom(terminator.otherwise);
    }
  }

  #enterFrom(target: Block): void {
    if (this.#sealed.has(target)) throw new Error(`block ${target.name} was sealed before its last predecessor`);
    target.predecessors.push(this.#block);
  }

  #writeIn(variable: Variable, block: Block, value: Value): void {
    let byBlock = this.#definitions.get(variable);
    if (byBlock === undefined) {
      byBlock = new Map();
      this.#definitions.set(variable, byBlock);
    }
    byBlock.set(block, value);
  }

  #readIn(variable: Variable, block: Block): Value {
    const known = this.#definitions.get(variable)?.get(block);
    if (known !== undefined) return this.#resolve(known);
    const value = this.#readThrough(variable, block);
    this.#writeIn(variable, block, value);
    return value;
  }

  #readThrough(variable: Variable, block: Block): Value {
    if (!this.#sealed.has(block)) {
      const phi = this.#phi(variable, block);
      const waiting = this.#incomplete.get(block) ?? new Map<Variable, Instruction>();
      this.#incomplete.set(block, waiting.set(variable, phi));
      return phi;
    }
    const [only, ...others] = block.predecessors;
    if (only === undefined) return this.#undefined(variable, block);
    if (others.length === 0) return this.#readIn(variable, only);
    const phi = this.#phi(variable, block);
    this.#writeIn(variable, block, phi);
    return this.#complete(variable, phi, block);
  }

  /** A read that nothing wrote is legal in unreachable code only, where any value will do. */
  #undefined(variable: Variable, block: Block): Value {
    if (block === this.function.blocks[0]) throw new Error(`variable ${variable.name} is read before it is written`);
    const zero = new Instruction(
      this.function.nextId++,
      { kind: 'constant', value: 0n },
      variable.type,
      [],
      block,
      this.location,
    );
    block.instructions.unshift(zero);
    return zero;
  }

  #phi(variable: Variable, block: Block): Instruction {
    const phi = new Instruction(this.function.nextId++, { kind: 'phi' }, variable.type, [], block, this.location);
    block.phis.push(phi);
    return phi;
  }

  #complete(variable: Variable, phi: Instruction, block: Block): Value {
    phi.operands = block.predecessors.map((predecessor) => this.#readIn(variable, predecessor));
    for (const operand of phi.operands) {
      if (operand.operation.kind === 'phi') {
        const users = this.#users.get(operand) ?? new Set();
        this.#users.set(operand, users.add(phi));
      }
    }
    return this.#simplify(phi);
  }

  /** A phi whose operands are all one value, or itself, is that value. */
  #simplify(phi: Instruction): Value {
    const others = new Set(phi.operands.map((operand) => this.#resolve(operand)).filter((operand) => operand !== phi));
    const [only] = others;
    if (others.size !== 1 || only === undefined) return phi;
    this.#replaced.set(phi, only);
    const phis = phi.block?.phis ?? [];
    phis.splice(phis.indexOf(phi), 1);
    for (const user of this.#users.get(phi) ?? []) {
      if (user !== phi && !this.#replaced.has(user) && user.operands.length > 0) this.#simplify(user);
    }
    return this.#resolve(only);
  }

  #resolve(value: Value): Value {
    let found = value;
    for (let next = this.#replaced.get(found); next !== undefined; next = this.#replaced.get(found)) found = next;
    return found;
  }

  #resolveAll(): void {
    for (const block of this.function.blocks) {
      for (const instruction of [...block.phis, ...block.instructions]) {
        instruction.operands = instruction.operands.map((operand) => this.#resolve(operand));
      }
      const { terminator } = block;
      if (terminator?.kind === 'return' && terminator.value) terminator.value = this.#resolve(terminator.value);
      if (terminator?.kind === 'branch') {
        const [left, right] = terminator.operands;
        terminator.operands = [this.#resolve(left), this.#resolve(right)];
      }
    }
  }
}

/** Drops blocks that no path from the entry reaches, and their edges into the others. */
export function removeUnreachable(target: IrFunction): void {
  const [entry] = target.blocks;
  if (entry === undefined) return;
  const reached = new Set<Block>([entry]);
  for (const block of reached) for (const next of successors(block)) reached.add(next);
  for (const block of reached) {
    for (let index = block.predecessors.length - 1; index >= 0; index -= 1) {
      const predecessor = block.predecessors[index];
      if (predecessor === undefined || reached.has(predecessor)) continue;
      block.predecessors.splice(index, 1);
      for (const phi of block.phis) phi.operands.splice(index, 1);
    }
  }
  const kept = target.blocks.filter((block) => reached.has(block));
  target.blocks.splice(0, target.blocks.length, ...kept);
}
