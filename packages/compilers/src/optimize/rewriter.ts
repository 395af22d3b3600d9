import type { Instruction, IrFunction, Value } from '../ir/index.ts';

/** Collects which values take the place of others, and puts them there in one walk. */
export class Rewriter {
  readonly #replacements = new Map<Instruction, Value>();

  /** True where anything was replaced. */
  get changed(): boolean {
    return this.#replacements.size > 0;
  }

  replace(instruction: Instruction, value: Value): void {
    if (this.resolve(value) !== instruction) this.#replacements.set(instruction, value);
  }

  /** What stands for `value` now. */
  resolve(value: Value): Value {
    let found = value;
    for (let next = this.#replacements.get(found); next !== undefined; next = this.#replacements.get(found)) {
      found = next;
    }
    return found;
  }

  /** Puts the new values into every operand, and drops the instructions that were replaced. */
  apply(target: IrFunction): void {
    if (!this.changed) return;
    for (const block of target.blocks) {
      for (const list of [block.phis, block.instructions]) {
        const kept = list.filter((instruction) => !this.#replacements.has(instruction));
        for (const instruction of kept) {
          instruction.operands = instruction.operands.map((operand) => this.resolve(operand));
        }
        list.splice(0, list.length, ...kept);
      }
      const { terminator } = block;
      if (terminator?.kind === 'return' && terminator.value !== undefined) {
        terminator.value = this.resolve(terminator.value);
      }
      if (terminator?.kind === 'branch') {
        const [left, right] = terminator.operands;
        terminator.operands = [this.resolve(left), this.resolve(right)];
      }
    }
  }
}
