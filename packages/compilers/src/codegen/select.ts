import { Alu, Class } from '@skep/core/isa';
import {
  type Block,
  type Instruction,
  type IrFunction,
  reversePostorder,
  successors,
  type Terminator,
  type Value,
} from '../ir/index.ts';
import { loopDepths } from './loops.ts';
import { type MachineBlock, type MachineCode, machine, move } from './machine.ts';
import { emitPhiCopies } from './phi-copies.ts';
import { selectBinary, selectByteSwap, selectExtend, selectNegate, selectPointerAdd } from './select-arithmetic.ts';
import { selectCondition } from './select-branch.ts';
import { selectCall } from './select-call.ts';
import { selectAtomic, selectCopy, selectLoad, selectStore, selectZero } from './select-memory.ts';
import { type Cpu, isMadeAnew, Selection } from './selection.ts';

/** Turns the operations of a function into instructions on virtual registers. Phis become moves. */
export function select(target: IrFunction, cpu: Cpu): MachineCode {
  const order = reversePostorder(target);
  const depths = loopDepths(order);
  const selection = new Selection(target, cpu, depths);
  const driver = new Driver(selection, order);
  driver.run();
  return selection.code;
}

class Driver {
  readonly #selection: Selection;
  readonly #order: readonly Block[];
  readonly #starts = new Map<Block, MachineBlock>();
  readonly #made: MachineBlock[][] = [];
  readonly #needed: ReadonlySet<Value>;

  constructor(selection: Selection, order: readonly Block[]) {
    this.#selection = selection;
    this.#order = order;
    this.#needed = neededPhis(order);
    for (const block of order) this.#starts.set(block, this.#newBlock(block));
  }

  run(): void {
    for (let index = this.#order.length - 1; index >= 0; index -= 1) {
      const block = this.#order[index];
      if (block !== undefined) this.#selectBlock(block, index === 0);
    }
    this.#selection.code.blocks = this.#made.reverse().flat();
  }

  #newBlock(block: Block): MachineBlock {
    return this.#selection.code.block(this.#selection.depths.get(block) ?? 0);
  }
  #startOf(block: Block): MachineBlock {
    const start = this.#starts.get(block);
    if (start === undefined) throw new Error(`block ${block.name} is not in its function`);
    return start;
  }

  #selectBlock(block: Block, entry: boolean): void {
    const selection = this.#selection;
    const parts: MachineBlock[] = [];
    this.#made.push(parts);
    const start = this.#startOf(block);
    selection.source = block;
    // The last part is filled first; comparisons that give a number split the block in front of themselves.
    selection.start(start);
    parts.push(start);
    if (block.terminator !== undefined) this.#selectEnd(block, block.terminator, parts);
    for (let index = block.instructions.length - 1; index >= 0; index -= 1) {
      const instruction = block.instructions[index];
      if (instruction === undefined || !this.#isNeeded(instruction)) continue;
      selection.location = instruction.location ?? block.terminator?.location;
      if (instruction.operation.kind === 'compare') this.#selectBoolean(instruction, block, parts);
      else selectInstruction(selection, instruction);
      selection.next();
    }
    if (entry) this.#receiveParameters();
    selection.finishBlock();
  }

  #isNeeded(instruction: Instruction): boolean {
    if (instruction.operation.kind === 'parameter' || isMadeAnew(instruction)) return false;
    return hasEffect(instruction) || this.#selection.isUsed(instruction);
  }

  #receiveParameters(): void {
    const selection = this.#selection;
    selection.location = selection.function.location ?? this.#order[0]?.instructions[0]?.location;
    for (const [index, register] of [...selection.parameters].sort(([a], [b]) => a - b)) {
      selection.emit(move(register, index + 1, selection.location));
    }
    selection.next();
  }

  #selectEnd(block: Block, end: Terminator, parts: MachineBlock[]): void {
    const selection = this.#selection;
    const { head } = selection;
    selection.location = end.location;
    switch (end.kind) {
      case 'jump':
        head.end = { kind: 'jump', target: this.#startOf(end.target), location: end.location };
        this.#copyPhis(block, end.target, 0);
        break;
      case 'return':
        if (end.value === undefined) selection.constant(0, 0n);
        else selection.into(end.value, 0);
        head.end = { kind: 'exit', location: end.location };
        break;
      case 'unreachable':
        selection.constant(0, 0n);
        head.end = { kind: 'exit', location: end.location };
        break;
      case 'branch': {
        const then = this.#edge(block, end.then, 0, parts);
        const otherwise = this.#edge(block, end.otherwise, 1, parts);
        const { test, taken } = selectCondition(selection, end.condition, ...end.operands);
        head.end = { kind: 'branch', test, taken: taken ? then : otherwise, otherwise: taken ? otherwise : then };
      }
    }
    selection.next();
  }

  /** The block that one way of a branch leads to: a new one where phis need moves on the way. */
  #edge(block: Block, target: Block, side: 0 | 1, parts: MachineBlock[]): MachineBlock {
    const needed = target.phis.some((phi) => this.#needed.has(phi));
    if (!needed) return this.#startOf(target);
    const selection = this.#selection;
    const { head } = selection;
    const edge = this.#newBlock(block);
    edge.end = { kind: 'jump', target: this.#startOf(target), location: selection.location };
    parts.push(edge);
    selection.start(edge);
    this.#copyPhis(block, target, side);
    selection.next();
    selection.finishBlock();
    selection.start(head);
    return edge;
  }

  #copyPhis(block: Block, target: Block, side: number): void {
    const edges = [...target.predecessors.keys()].filter((index) => target.predecessors[index] === block);
    const sameTarget = successors(block).every((other) => other === target);
    const edge = edges[sameTarget ? side : 0] ?? edges[0];
    const copies = target.phis.flatMap((phi) => {
      const value = edge === undefined ? undefined : phi.operands[edge];
      return value === undefined || !this.#needed.has(phi) ? [] : [{ phi, value }];
    });
    emitPhiCopies(this.#selection, copies);
  }

  /** `value = condition ? 1 : 0`, by a jump over `value = 0`. */
  #selectBoolean(value: Instruction, block: Block, parts: MachineBlock[]): void {
    const { operation, operands } = value;
    const [left, right] = operands;
    if (operation.kind !== 'compare' || left === undefined || right === undefined) return;
    const selection = this.#selection;
    const { location, head } = selection;
    const dst = selection.result(value);
    const tail = this.#newBlock(block);
    tail.end = head.end;
    selection.head = tail;
    selection.finishBlock();
    const zero = this.#newBlock(block);
    zero.instructions = [machine(Class.ALU | Alu.MOV, location, { dst })];
    zero.end = { kind: 'jump', target: tail, location };
    parts.splice(1, 0, zero, tail);
    selection.start(head);
    const { test, taken } = selectCondition(selection, operation, left, right);
    selection.emit(machine(Class.ALU | Alu.MOV, location, { dst, imm: taken ? 1 : 0 }));
    if (!taken) zero.instructions = [machine(Class.ALU | Alu.MOV, location, { dst, imm: 1 })];
    head.end = { kind: 'branch', test, taken: tail, otherwise: zero };
  }
}

function selectInstruction(selection: Selection, value: Instruction): void {
  const { operation, operands } = value;
  const [first, second] = operands;
  switch (operation.kind) {
    case 'binary':
      selectBinary(selection, value, operation.operator, operation.width);
      return;
    case 'pointer-add':
      selectPointerAdd(selection, value);
      return;
    case 'helper':
    case 'call':
      selectCall(selection, value, operation);
      return;
    case 'load':
      selectLoad(selection, value, operation.size, operation.signed, operation.offset);
      return;
    case 'atomic':
      selectAtomic(selection, value, operation.operator, operation.size, operation.offset, operation.fetch);
      return;
    default:
  }
  if (first === undefined) return;
  if (operation.kind === 'negate') selectNegate(selection, value, first, operation.width);
  else if (operation.kind === 'extend') selectExtend(selection, value, first, operation.bits, operation.signed);
  else if (operation.kind === 'byte-swap') selectByteSwap(selection, value, first, operation.bits);
  else if (operation.kind === 'zero') selectZero(selection, first, operation.offset, operation.size);
  else if (second === undefined) return;
  else if (operation.kind === 'store') selectStore(selection, first, second, operation.size, operation.offset);
  else if (operation.kind === 'copy') {
    selectCopy(selection, [first, operation.targetOffset], [second, operation.sourceOffset], operation.size);
  }
}

/** Whether an instruction does more than give its value. */
function hasEffect({ operation: { kind } }: Value): boolean {
  return (
    kind === 'store' || kind === 'copy' || kind === 'zero' || kind === 'atomic' || kind === 'helper' || kind === 'call'
  );
}

/** The phis that something with an effect depends on. */
function neededPhis(blocks: readonly Block[]): Set<Value> {
  const needed = new Set<Value>();
  for (const { instructions, terminator } of blocks) {
    for (const instruction of instructions) if (hasEffect(instruction)) needed.add(instruction);
    if (terminator?.kind === 'branch') for (const operand of terminator.operands) needed.add(operand);
    if (terminator?.kind === 'return' && terminator.value !== undefined) needed.add(terminator.value);
  }
  for (const value of needed) for (const operand of value.operands) needed.add(operand);
  return needed;
}
