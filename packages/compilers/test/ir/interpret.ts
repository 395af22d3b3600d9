import type { Block, IrFunction, StackSlot, Value } from '../../src/ir/index.ts';

/** What a value is while a function is interpreted. */
export type Content = bigint | { readonly memory: Uint8Array; readonly offset: number };

const STEPS = 2_000_000;

/**
 * Runs a function of the IR by its definition, with integers as unsigned 64-bit bigints: the oracle that generated code
 * is compared with.
 */
export function interpret(target: IrFunction, parameters: readonly Content[]): bigint {
  const slots = new Map<StackSlot, Uint8Array>(target.slots.map((slot) => [slot, new Uint8Array(slot.size)]));
  const values = new Map<Value, Content>();
  const get = (value: Value): Content => {
    const found = values.get(value);
    if (found === undefined) throw new Error(`%${value.id} has no value`);
    return found;
  };
  let [block]: (Block | undefined)[] = target.blocks;
  let from: Block | undefined;
  let side = 0;
  for (let steps = 0; block !== undefined && steps < STEPS; steps += 1) {
    const current: Block = block;
    const edges = [...current.predecessors.keys()].filter((at) => current.predecessors[at] === from);
    const edge = edges[edges.length > 1 ? side : 0] ?? 0;
    const incoming = current.phis.map((phi) => {
      const operand = phi.operands[edge];
      return operand === undefined ? 0n : get(operand);
    });
    for (const [at, phi] of current.phis.entries()) values.set(phi, incoming[at] ?? 0n);
    for (const instruction of current.instructions) {
      values.set(instruction, evaluate(instruction, get, slots, parameters));
    }
    const end: Block['terminator'] = current.terminator;
    from = current;
    if (end?.kind === 'jump') block = end.target;
    else if (end?.kind === 'branch') {
      const [left, right] = end.operands.map((operand) => integer(get(operand)));
      if (end.condition.kind !== 'compare') throw new Error('packets are not interpreted');
      const { operator, width } = end.condition;
      side = compare(operator, left ?? 0n, right ?? 0n, width) ? 0 : 1;
      block = side === 0 ? end.then : end.otherwise;
    } else return end?.kind === 'return' && end.value !== undefined ? integer(get(end.value)) : 0n;
  }
  throw new Error('too many steps');
}

function integer(content: Content): bigint {
  if (typeof content === 'bigint') return content;
  throw new Error('a pointer is used as a number');
}

function evaluate(
  { operation, operands }: Value,
  get: (value: Value) => Content,
  slots: ReadonlyMap<StackSlot, Uint8Array>,
  parameters: readonly Content[],
): Content {
  const contents = operands.map(get);
  const at = (index: number): bigint => integer(contents[index] ?? 0n);
  const place = (index: number, offset: number, size: number): Uint8Array => {
    const pointer = contents[index];
    if (typeof pointer !== 'object') throw new Error('a number is used as a pointer');
    return pointer.memory.subarray(pointer.offset + offset, pointer.offset + offset + size);
  };
  switch (operation.kind) {
    case 'constant':
      return BigInt.asUintN(64, operation.value);
    case 'parameter':
      return parameters[operation.index] ?? 0n;
    case 'slot':
      return { memory: slots.get(operation.slot) ?? new Uint8Array(0), offset: 0 };
    case 'pointer-add': {
      const [pointer] = contents;
      if (typeof pointer !== 'object') throw new Error('a number is used as a pointer');
      return { memory: pointer.memory, offset: pointer.offset + Number(BigInt.asIntN(64, at(1))) };
    }
    case 'binary':
      return binary(operation.operator, at(0), at(1), operation.width);
    case 'negate':
      return BigInt.asUintN(operation.width, -at(0));
    case 'extend': {
      const low = BigInt.asUintN(operation.bits, at(0));
      return operation.signed ? BigInt.asUintN(64, BigInt.asIntN(operation.bits, low)) : low;
    }
    case 'byte-swap': {
      let swapped = 0n;
      for (let bit = 0; bit < operation.bits; bit += 8) swapped = (swapped << 8n) | ((at(0) >> BigInt(bit)) & 0xffn);
      return swapped;
    }
    case 'compare':
      return compare(operation.operator, at(0), at(1), operation.width) ? 1n : 0n;
    case 'load': {
      const value = read(place(0, operation.offset, operation.size));
      const bits = operation.size * 8;
      return operation.signed ? BigInt.asUintN(64, BigInt.asIntN(bits, value)) : value;
    }
    case 'store':
      write(place(0, operation.offset, operation.size), at(1));
      return 0n;
    case 'zero':
      place(0, operation.offset, operation.size).fill(0);
      return 0n;
    case 'copy':
      place(0, operation.targetOffset, operation.size).set(place(1, operation.sourceOffset, operation.size));
      return 0n;
    case 'atomic': {
      const bytes = place(0, operation.offset, operation.size);
      const bits = operation.size * 8;
      const old = read(bytes);
      const value = BigInt.asUintN(bits, at(1));
      const results = {
        add: old + value,
        and: old & value,
        or: old | value,
        xor: old ^ value,
        exchange: value,
        'compare-exchange': old === value ? (operands.length > 2 ? at(2) : 0n) : old,
      };
      write(bytes, results[operation.operator]);
      return old;
    }
    case 'call':
      return interpret(operation.function as IrFunction, contents);
    default:
      throw new Error(`${operation.kind} is not interpreted`);
  }
}

function read(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
function write(bytes: Uint8Array, value: bigint): void {
  for (const at of bytes.keys()) bytes[at] = Number((value >> BigInt(at * 8)) & 0xffn);
}

function binary(operator: string, a: bigint, b: bigint, width: 32 | 64): bigint {
  const [left, right] = [BigInt.asUintN(width, a), BigInt.asUintN(width, b)];
  const [signedLeft, signedRight] = [BigInt.asIntN(width, a), BigInt.asIntN(width, b)];
  const amount = right % BigInt(width);
  const results: Readonly<Record<string, () => bigint>> = {
    add: () => left + right,
    sub: () => left - right,
    mul: () => left * right,
    udiv: () => left / right,
    umod: () => left % right,
    sdiv: () => signedLeft / signedRight,
    smod: () => signedLeft % signedRight,
    and: () => left & right,
    or: () => left | right,
    xor: () => left ^ right,
    shl: () => left << amount,
    lshr: () => left >> amount,
    ashr: () => signedLeft >> amount,
  };
  return BigInt.asUintN(width, results[operator]?.() ?? 0n);
}

function compare(operator: string, a: bigint, b: bigint, width: 32 | 64): boolean {
  const signed = operator.startsWith('s');
  const left = signed ? BigInt.asIntN(width, a) : BigInt.asUintN(width, a);
  const right = signed ? BigInt.asIntN(width, b) : BigInt.asUintN(width, b);
  if (operator === 'eq') return left === right;
  if (operator === 'ne') return left !== right;
  const ordered = operator.slice(1);
  if (ordered === 'lt') return left < right;
  if (ordered === 'le') return left <= right;
  return ordered === 'gt' ? left > right : left >= right;
}
