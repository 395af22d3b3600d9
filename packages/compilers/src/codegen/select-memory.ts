import { Atomic, Class, Mode, Size } from '@skep/core/isa';
import type { AccessSize, AtomicOperator, Type, Value } from '../ir/index.ts';
import { slotAlign } from './frame.ts';
import { machine } from './machine.ts';
import { fits32, signExtend } from './select-arithmetic.ts';
import type { Address, Selection } from './selection.ts';

const sizes = { 1: Size.B, 2: Size.H, 4: Size.W, 8: Size.DW } as const;

export function loadOpcode(size: AccessSize): number {
  return Class.LDX | Mode.MEM | sizes[size];
}
export function storeOpcode(size: AccessSize): number {
  return Class.STX | Mode.MEM | sizes[size];
}

/** Offset and slot of an address, as they stand in an instruction. */
function place({ offset, slot }: Address): { offset: number; slot?: NonNullable<Address['slot']> } {
  return slot === undefined ? { offset } : { offset, slot };
}

export function selectLoad(selection: Selection, value: Value, size: AccessSize, signed: boolean, at: number): void {
  const [pointer] = value.operands;
  if (pointer === undefined) return;
  const dst = selection.result(value);
  const address = selection.address(pointer, at);
  const extended = signed && size < 8 && selection.cpu >= 4;
  const opcode = extended ? Class.LDX | Mode.MEMSX | sizes[size] : loadOpcode(size);
  selection.emit(machine(opcode, selection.location, { dst, src: address.base, ...place(address) }));
  if (signed && !extended && size !== 8) signExtend(selection, dst, dst, (size * 8) as 8 | 16 | 32);
}

export function selectStore(selection: Selection, pointer: Value, value: Value, size: AccessSize, at: number): void {
  const constant = selection.constantOf(value);
  const cut = constant === undefined ? undefined : BigInt.asIntN(size * 8, constant);
  const address = selection.address(pointer, at);
  if (cut !== undefined && fits32(cut) && takesImmediates(selection.rootOf(pointer, at).root.type)) {
    selection.emit(storeImmediate(selection, address, size, 0, Number(cut)));
    return;
  }
  const src = selection.use(size === 8 ? value : selection.low(value, size * 8));
  selection.emit(machine(storeOpcode(size), selection.location, { dst: address.base, src, ...place(address) }));
}

/** Kernels before 6.5 refuse immediates that are stored to a context; other kernel memory takes none. */
function takesImmediates(type: Type): boolean {
  return type === 'packet' || type === 'packet_meta' || type === 'stack' || type === 'map_value' || type === 'memory';
}

function storeImmediate(selection: Selection, address: Address, size: AccessSize, at: number, imm: number) {
  const { offset, ...slot } = place(address);
  const opcode = Class.ST | Mode.MEM | sizes[size];
  return machine(opcode, selection.location, { dst: address.base, offset: offset + at, imm, ...slot });
}

/** Pieces of `size` bytes that an access may move at once, the widest first, and where they start. */
export function pieces(size: number, aligned: (at: number, width: AccessSize) => boolean): [number, AccessSize][] {
  const parts: [number, AccessSize][] = [];
  for (let at = 0; at < size; ) {
    const width = ([8, 4, 2, 1] as const).find((width) => width <= size - at && aligned(at, width)) ?? 1;
    parts.push([at, width]);
    at += width;
  }
  return parts;
}

/** The verifier refuses accesses to the stack that are not aligned to their size; all other memory takes them. */
function isAligned({ slot, offset }: Address, type: Type, at: number, width: AccessSize): boolean {
  if (slot !== undefined) return slotAlign(slot) >= width && (offset + at) % width === 0;
  return type !== 'stack' || width === 1;
}

export function selectZero(selection: Selection, pointer: Value, offset: number, size: number): void {
  const address = selection.address(pointer, offset);
  for (const [at, width] of pieces(size, (at, width) => isAligned(address, pointer.type, at, width))) {
    selection.emit(storeImmediate(selection, address, width, at, 0));
  }
}

export function selectCopy(
  selection: Selection,
  [target, targetOffset]: [Value, number],
  [source, sourceOffset]: [Value, number],
  size: number,
): void {
  const to = selection.address(target, targetOffset);
  const from = selection.address(source, sourceOffset);
  const aligned = (at: number, width: AccessSize): boolean =>
    isAligned(to, target.type, at, width) && isAligned(from, source.type, at, width);
  for (const [at, width] of pieces(size, aligned)) {
    const through = selection.code.register();
    const load = { dst: through, src: from.base, ...place(from) };
    const store = { dst: to.base, src: through, ...place(to) };
    selection.emit(machine(loadOpcode(width), selection.location, { ...load, offset: from.offset + at }));
    selection.emit(machine(storeOpcode(width), selection.location, { ...store, offset: to.offset + at }));
  }
}

const atomics = {
  add: Atomic.ADD,
  and: Atomic.AND,
  or: Atomic.OR,
  xor: Atomic.XOR,
  exchange: Atomic.XCHG,
  'compare-exchange': Atomic.CMPXCHG,
} as const;

export function selectAtomic(
  selection: Selection,
  value: Value,
  operator: AtomicOperator,
  size: 4 | 8,
  at: number,
  fetch: boolean,
): void {
  const [pointer, first, replacement] = value.operands;
  if (pointer === undefined || first === undefined) return;
  const opcode = Class.STX | Mode.ATOMIC | sizes[size];
  const emit = (src: number, imm: number): void => {
    const address = selection.address(pointer, at);
    selection.emit(machine(opcode, selection.location, { dst: address.base, src, imm, ...place(address) }));
  };
  if (operator === 'compare-exchange' && replacement !== undefined) {
    const used = selection.isUsed(value);
    const next = selection.use(replacement);
    selection.into(first, 0);
    emit(next, atomics[operator]);
    if (used) selection.move(selection.result(value), 0);
    return;
  }
  // The result of a fetch that nothing reads costs only time, except with exchange, which has no other form.
  const fetches = operator === 'exchange' || (fetch && selection.isUsed(value));
  if (!fetches) {
    emit(selection.use(first), atomics[operator]);
    return;
  }
  const register = selection.result(value);
  selection.into(first, register);
  emit(register, atomics[operator] | Atomic.FETCH);
}
