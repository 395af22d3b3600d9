import { type Block, Dominators, type Instruction, type IrFunction, type Operation, type Value } from '../ir/index.ts';
import { Rewriter } from './rewriter.ts';

/** Objects that operations name, numbered so that keys are text. */
class Names {
  readonly #numbers = new Map<object, number>();
  of(named: object): number {
    let number = this.#numbers.get(named);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(named, number);
    }
    return number;
  }
}

/** Text that is equal for operations which give the same value for the same operands; undefined where none do. */
function keyOf(operation: Operation, names: Names): string | undefined {
  switch (operation.kind) {
    case 'constant':
      return `c${operation.value}`;
    case 'parameter':
      return `p${operation.index}`;
    case 'binary':
      return `${operation.operator}${operation.width}`;
    case 'negate':
      return `neg${operation.width}`;
    case 'extend':
      return `x${operation.bits}${operation.signed}`;
    case 'byte-swap':
      return `swap${operation.bits}`;
    case 'compare':
      return `?${operation.operator}${operation.width}`;
    case 'pointer-add':
      return 'at';
    case 'slot':
      return `s${names.of(operation.slot)}`;
    case 'map':
      return `m${names.of(operation.map)}`;
    case 'variable':
      return `v${names.of(operation.variable)}+${operation.offset}`;
    case 'function':
      return `f${names.of(operation.function)}`;
    default:
      return undefined;
  }
}

/** Computes each value once: where one that dominates it is equal, that one is taken. */
export function numberValues(target: IrFunction): void {
  const dominators = new Dominators(target);
  const rewriter = new Rewriter();
  const names = new Names();
  const [entry] = target.blocks;
  const known = new Map<string, Value>();
  if (entry !== undefined) visit(entry);
  rewriter.apply(target);

  function visit(block: Block): void {
    const added: string[] = [];
    for (const phi of block.phis) take(phi, added, phiKey(phi, block));
    for (const instruction of block.instructions) {
      const key = keyOf(instruction.operation, names);
      if (key !== undefined) take(instruction, added, `${key}(${operandKey(instruction)})`);
    }
    for (const child of dominators.children(block)) visit(child);
    for (const key of added) known.delete(key);
  }

  /** `added` collects what is known in this block and those below it only. */
  function take(instruction: Instruction, added: string[], key: string): void {
    const typed = `${instruction.type}:${key}`;
    const equal = known.get(typed);
    if (equal !== undefined) {
      rewriter.replace(instruction, equal);
      return;
    }
    known.set(typed, instruction);
    added.push(typed);
  }

  function operandKey({ operands }: Instruction): string {
    return operands.map((operand) => rewriter.resolve(operand).id).join();
  }

  function phiKey(phi: Instruction, block: Block): string {
    return `phi${block.id}(${operandKey(phi)})`;
  }
}
