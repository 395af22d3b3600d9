import { type Block, Instruction, type IrFunction, type Value } from '../ir/index.ts';
import { Rewriter } from './rewriter.ts';

/**
 * Gives a value a second definition, at the end of a block that its uses can now be reached through, and puts phis where
 * both meet (Braun et al., "Simple and efficient construction of static single assignment form", 2013).
 */
export class SecondDefinition {
  readonly #target: IrFunction;
  readonly #first: Instruction;
  readonly #at: Block;
  readonly #second: Value;
  readonly #starts = new Map<Block, Value>();
  readonly #made = new Set<Instruction>();

  constructor(target: IrFunction, first: Instruction, at: Block, second: Value) {
    this.#target = target;
    this.#first = first;
    this.#at = at;
    this.#second = second;
  }

  /** Rewrites all uses outside of the block of the first definition. */
  apply(): void {
    const first = this.#first;
    for (const block of this.#target.blocks) {
      for (const phi of [...block.phis]) if (!this.#made.has(phi)) this.#rewritePhi(phi, block);
      if (block === first.block) continue;
      for (const user of block.instructions) {
        if (user.operands.includes(first)) user.operands = user.operands.map((operand) => this.#inside(operand, block));
      }
      const { terminator } = block;
      if (terminator?.kind === 'branch') {
        const [left, right] = terminator.operands;
        terminator.operands = [this.#inside(left, block), this.#inside(right, block)];
      }
      if (terminator?.kind === 'return' && terminator.value !== undefined) {
        terminator.value = this.#inside(terminator.value, block);
      }
    }
    this.#dropTrivial();
  }

  #rewritePhi(phi: Instruction, block: Block): void {
    if (!phi.operands.includes(this.#first)) return;
    phi.operands = phi.operands.map((operand, index) => {
      const from = block.predecessors[index];
      return operand === this.#first && from !== undefined ? this.#end(from) : operand;
    });
  }

  #inside(operand: Value, block: Block): Value {
    return operand === this.#first ? this.#start(block) : operand;
  }

  /** The value at the end of a block. */
  #end(block: Block): Value {
    if (block === this.#first.block) return this.#first;
    return block === this.#at ? this.#second : this.#start(block);
  }

  /** The value at the start of a block. */
  #start(block: Block): Value {
    const known = this.#starts.get(block);
    if (known !== undefined) return known;
    const [only, ...others] = block.predecessors;
    if (only !== undefined && others.length === 0) {
      const value = this.#end(only);
      this.#starts.set(block, value);
      return value;
    }
    const { type, location } = this.#first;
    const phi = new Instruction(this.#target.nextId++, { kind: 'phi' }, type, [], block, location);
    this.#starts.set(block, phi);
    this.#made.add(phi);
    block.phis.push(phi);
    phi.operands = block.predecessors.map((from) => this.#end(from));
    return phi;
  }

  /** Phis that came out as one value are that value. */
  #dropTrivial(): void {
    for (let changed = true; changed; ) {
      const rewriter = new Rewriter();
      for (const phi of this.#made) {
        const [only, ...others] = new Set(phi.operands.filter((operand) => operand !== phi));
        if (only === undefined || others.length > 0) continue;
        rewriter.replace(phi, only);
        this.#made.delete(phi);
        break;
      }
      rewriter.apply(this.#target);
      changed = rewriter.changed;
    }
  }
}
