import { Dominators } from './dominators.ts';
import { type Block, type Instruction, type IrFunction, successors, type Value } from './function.ts';
import type { Module } from './module.ts';
import type { Operation } from './operation.ts';

/** What is wrong with a module, a sentence for each mistake; empty where it is well-formed. */
export function validateModule(module: Module): string[] {
  return module.functions.flatMap((target) => validateFunction(target).map((text) => `${target.name}: ${text}`));
}

/**
 * Checks the rules of the form: each block ends; predecessors are those that jump; phis have an operand for each;
 * operands have the types that the operation takes; and each value is defined on every path to its uses.
 */
export function validateFunction(target: IrFunction): string[] {
  const checker = new Checker(target);
  checker.run();
  return checker.mistakes;
}

class Checker {
  readonly mistakes: string[] = [];
  readonly #target: IrFunction;
  readonly #blocks: ReadonlySet<Block>;
  readonly #dominators: Dominators;
  /** Place of each instruction in its block. */
  readonly #position = new Map<Value, number>();

  constructor(target: IrFunction) {
    this.#target = target;
    this.#blocks = new Set(target.blocks);
    this.#dominators = new Dominators(target);
    for (const { phis, instructions } of target.blocks) {
      for (const phi of phis) this.#position.set(phi, -1);
      for (const [at, instruction] of instructions.entries()) this.#position.set(instruction, at);
    }
  }

  run(): void {
    const { blocks } = this.#target;
    if (blocks.length === 0) this.mistakes.push('there is no block');
    if ((blocks[0]?.predecessors.length ?? 0) > 0) this.mistakes.push('the entry has predecessors');
    const edges = this.#edges();
    const ids = new Set<number>();
    for (const block of blocks) {
      this.#checkEdges(block, edges.get(block) ?? []);
      for (const instruction of [...block.phis, ...block.instructions]) {
        if (ids.has(instruction.id)) this.#say(instruction, 'has the id of another');
        ids.add(instruction.id);
        if (instruction.block !== block) this.#say(instruction, 'stands in another block than it says');
      }
      this.#checkPhis(block);
      for (const instruction of block.instructions) this.#checkInstruction(instruction, block);
      this.#checkEnd(block);
    }
  }

  #say(instruction: Instruction, text: string): void {
    this.mistakes.push(`%${instruction.id} (${instruction.operation.kind}) ${text}`);
  }

  #edges(): Map<Block, Block[]> {
    const edges = new Map<Block, Block[]>();
    for (const block of this.#target.blocks) {
      for (const next of successors(block)) edges.set(next, [...(edges.get(next) ?? []), block]);
    }
    return edges;
  }

  #checkEdges(block: Block, from: readonly Block[]): void {
    const sorted = (list: readonly Block[]): string =>
      list
        .map(({ id }) => id)
        .sort((a, b) => a - b)
        .join();
    if (sorted(from) !== sorted(block.predecessors)) {
      this.mistakes.push(`block ${block.name}.${block.id} lists other predecessors than jump to it`);
    }
    for (const next of successors(block)) {
      if (!this.#blocks.has(next)) this.mistakes.push(`block ${block.name}.${block.id} jumps out of the function`);
    }
  }

  #checkPhis(block: Block): void {
    for (const phi of block.phis) {
      if (phi.operation.kind !== 'phi') this.#say(phi, 'stands among the phis');
      if (phi.operands.length !== block.predecessors.length) {
        this.#say(phi, `has ${phi.operands.length} operands for ${block.predecessors.length} predecessors`);
      }
      for (const [at, operand] of phi.operands.entries()) {
        const from = block.predecessors[at];
        if (operand.type === 'none') this.#say(phi, `takes %${operand.id}, which gives no value`);
        if (from === undefined || operand.block === undefined || !this.#isReached(from)) continue;
        if (!this.#dominators.dominates(operand.block, from)) this.#say(phi, `takes %${operand.id} before it is made`);
      }
    }
  }

  #isReached(block: Block): boolean {
    return block === this.#target.blocks[0] || this.#dominators.parent(block) !== undefined;
  }

  #checkUse(user: Instruction | undefined, value: Value, block: Block, at: number): void {
    const say = (text: string): void => {
      if (user === undefined) this.mistakes.push(`the end of block ${block.name}.${block.id} ${text}`);
      else this.#say(user, text);
    };
    const position = this.#position.get(value);
    if (position === undefined || value.block === undefined) {
      say(`takes %${value.id}, which is not in the function`);
      return;
    }
    if (value.type === 'none') say(`takes %${value.id}, which gives no value`);
    if (!this.#isReached(block)) return;
    const before = value.block === block ? position < at : this.#dominators.dominates(value.block, block);
    if (!before) say(`takes %${value.id} before it is made`);
  }

  #checkInstruction(instruction: Instruction, block: Block): void {
    const at = this.#position.get(instruction) ?? 0;
    for (const operand of instruction.operands) this.#checkUse(instruction, operand, block, at);
    const { operation, operands, type } = instruction;
    if (operation.kind === 'phi') this.#say(instruction, 'does not stand among the phis');
    const counts = operandCounts(operation);
    if (operands.length < counts[0] || operands.length > counts[1]) {
      this.#say(instruction, `has ${operands.length} operands`);
    }
    for (const [index, operand] of operands.entries()) {
      const wanted = operandType(operation, index);
      const integer = operand.type === 'i64';
      if (wanted === 'integer' && !integer) this.#say(instruction, `takes a pointer (${operand.type}) as a number`);
      if (wanted === 'pointer' && integer) this.#say(instruction, `takes a number (%${operand.id}) as a pointer`);
    }
    if (operation.kind === 'pointer-add' && type !== operands[0]?.type) this.#say(instruction, `has type ${type}`);
    if (operation.kind === 'slot' && !this.#target.slots.includes(operation.slot)) {
      this.#say(instruction, `names slot ${operation.slot.name} of another function`);
    }
    if (operation.kind === 'parameter' && operation.index >= this.#target.parameters.length) {
      this.#say(instruction, `names parameter ${operation.index}`);
    }
  }

  #checkEnd(block: Block): void {
    const { terminator, instructions } = block;
    if (terminator === undefined) this.mistakes.push(`block ${block.name}.${block.id} has no end`);
    if (terminator?.kind === 'branch') {
      for (const operand of terminator.operands) this.#checkUse(undefined, operand, block, instructions.length);
      const [left, right] = terminator.operands;
      if (terminator.condition.kind === 'packet' && (left.type === 'i64' || right.type !== 'packet_end')) {
        this.mistakes.push(`block ${block.name}.${block.id} compares ${left.type} and ${right.type} as packet bounds`);
      }
    }
    if (terminator?.kind === 'return' && terminator.value !== undefined) {
      this.#checkUse(undefined, terminator.value, block, instructions.length);
    }
  }
}

/** Least and greatest number of operands. */
function operandCounts(operation: Operation): readonly [number, number] {
  switch (operation.kind) {
    case 'constant':
    case 'parameter':
    case 'slot':
    case 'map':
    case 'variable':
    case 'function':
      return [0, 0];
    case 'negate':
    case 'extend':
    case 'byte-swap':
    case 'load':
    case 'zero':
    case 'require':
      return [1, 1];
    case 'atomic':
      return operation.operator === 'compare-exchange' ? [3, 3] : [2, 2];
    case 'helper':
    case 'call':
      return [0, 5];
    case 'phi':
      return [0, Number.POSITIVE_INFINITY];
    default:
      return [2, 2];
  }
}

/** What an operand must be; undefined where both will do. */
function operandType({ kind }: Operation, index: number): 'integer' | 'pointer' | undefined {
  switch (kind) {
    case 'negate':
    case 'extend':
    case 'byte-swap':
      return 'integer';
    case 'load':
    case 'zero':
    case 'copy':
      return 'pointer';
    case 'store':
      return index === 0 ? 'pointer' : undefined;
    case 'atomic':
    case 'pointer-add':
      return index === 0 ? 'pointer' : 'integer';
    default:
      return undefined;
  }
}
