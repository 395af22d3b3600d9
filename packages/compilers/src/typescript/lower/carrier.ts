import type { FunctionBuilder } from '../../ir/index.ts';
import { type Interval, join, type Value, type Variable } from '../../ir/index.ts';
import type { Operand, OptionalOperand, Place, RefOperand, ViewOperand } from './operand.ts';

/** Registers that hold one operand on whatever path control came: what `let` variables and merged values are. */
export interface Carrier {
  /** Writes in the current block. False where the operand has another shape. */
  write(operand: Operand): boolean;
  read(): Operand;
}

/**
 * A carrier of everything in `operands`, or undefined where their shapes differ. `payloadOf` gives the values of the
 * optional ones, which are known at the ends of their own paths only.
 */
export function carrierOf(
  builder: FunctionBuilder,
  operands: readonly Operand[],
  name: string,
  payloadOf: (operand: OptionalOperand) => Operand = (operand) => operand.payload(),
): Carrier | undefined {
  const present = operands.filter(({ kind }) => kind !== 'undefined');
  const [first] = present;
  if (first === undefined) return operands.length === 0 ? undefined : fixed(operands[0] as Operand);
  if (present.length < operands.length || present.some(({ kind }) => kind === 'optional')) {
    return optionalCarrier(builder, operands, name, payloadOf);
  }
  if (first.kind === 'int') return intCarrier(builder, first.big, rangeOf(present), name);
  if (first.kind === 'bool') return boolCarrier(builder, name);
  if (first.kind === 'view' || first.kind === 'ref') return placeCarrier(builder, first, name);
  return operands.every((operand) => operand === first || operand.kind === first.kind) ? fixed(first) : undefined;
}

function rangeOf(operands: readonly Operand[]): Interval {
  return operands.flatMap((operand) => (operand.kind === 'int' ? [operand.range] : [])).reduce(join);
}

/** Nothing that a program computes. */
function fixed(operand: Operand): Carrier {
  return { write: (other) => other.kind === operand.kind, read: () => operand };
}

export function intCarrier(builder: FunctionBuilder, big: boolean, range: Interval, name: string): Carrier {
  const variable: Variable = { name, type: 'i64' };
  return {
    write(operand) {
      if (operand.kind !== 'int' || operand.big !== big) return false;
      builder.write(variable, operand.value);
      return true;
    },
    read: () => ({ kind: 'int', value: builder.read(variable), big, range }),
  };
}

export function boolCarrier(builder: FunctionBuilder, name: string): Carrier {
  const variable: Variable = { name, type: 'i64' };
  return {
    write(operand) {
      if (operand.kind !== 'bool') return false;
      builder.write(variable, operand.value);
      return true;
    },
    read: () => ({ kind: 'bool', value: builder.read(variable) }),
  };
}

/** Views of one schema and one kind of memory; the offset goes into the pointer. */
function placeCarrier(builder: FunctionBuilder, like: ViewOperand | RefOperand, name: string): Carrier {
  const { place } = like;
  const pointer: Variable = { name, type: place.pointer.type };
  const epoch: Variable = { name: `${name}.epoch`, type: 'i64' };
  const sameOffset = place.offset;
  return {
    write(operand) {
      if (operand.kind !== like.kind || operand.schema !== like.schema) return false;
      const { operation, type } = operand.place.pointer;
      if (type !== pointer.type && operation.kind !== 'constant') return false;
      builder.write(pointer, moved(builder, operand.place, sameOffset));
      if (operand.place.epoch) builder.write(epoch, operand.place.epoch);
      return true;
    },
    read() {
      const moved: Place = { ...place, pointer: builder.read(pointer) };
      return { ...like, place: place.epoch ? { ...moved, epoch: builder.read(epoch) } : moved };
    },
  };
}

function moved(builder: FunctionBuilder, place: Place, offset: number): Value {
  if (place.offset === offset) return place.pointer;
  return builder.pointerAdd(place.pointer, builder.constant(place.offset - offset));
}

function optionalCarrier(
  builder: FunctionBuilder,
  operands: readonly Operand[],
  name: string,
  payloadOf: (operand: OptionalOperand) => Operand,
): Carrier | undefined {
  const first = operands.find(({ kind }) => kind !== 'undefined');
  const nullables = operands.flatMap((operand) => (operand.kind === 'optional' && operand.nullable ? [operand] : []));
  const payloads = nullables.map(payloadOf);
  const rest = operands.filter(({ kind }) => kind !== 'undefined');
  const [payload] = payloads;
  if (payload?.kind === 'view' && nullables.length === rest.length)
    return nullCarrier(builder, payload, name, nullables[0]?.of);
  return first === undefined ? undefined : flagCarrier(builder, first, name, payloadOf);
}

/** A pointer that is null where there is no value. */
function nullCarrier(builder: FunctionBuilder, like: ViewOperand, name: string, of = 'object'): Carrier {
  const pointer: Variable = { name, type: like.place.pointer.type };
  return {
    write(operand) {
      if (operand.kind === 'undefined') builder.write(pointer, builder.constant(0));
      else if (operand.kind === 'optional' && operand.nullable) builder.write(pointer, operand.nullable);
      else if (operand.kind === 'view' && operand.place.offset === 0) builder.write(pointer, operand.place.pointer);
      else return false;
      return true;
    },
    read() {
      const value = builder.read(pointer);
      return nullablePointer(builder, value, of, () => ({ ...like, place: { ...like.place, pointer: value } }));
    },
  };
}

/** An optional value that is there where `pointer` is not null. */
export function nullablePointer(
  builder: FunctionBuilder,
  pointer: Value,
  of: string,
  payload: () => Operand,
): OptionalOperand {
  return {
    kind: 'optional',
    of,
    nullable: pointer,
    payload,
    test: (then, otherwise) =>
      builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, pointer, builder.constant(0), then, otherwise),
  };
}

/** A flag beside the value. */
function flagCarrier(
  builder: FunctionBuilder,
  first: Operand,
  name: string,
  payloadOf: (operand: OptionalOperand) => Operand,
): Carrier | undefined {
  const payload = first.kind === 'optional' ? payloadOf(first) : first;
  const inner = carrierOf(builder, [payload], name);
  if (inner === undefined) return undefined;
  const present: Variable = { name: `${name}.present`, type: 'i64' };
  const blank = () => blankOf(builder, payload);
  return {
    write(operand) {
      if (operand.kind === 'undefined') {
        builder.write(present, builder.constant(0));
        return inner.write(blank());
      }
      if (operand.kind !== 'optional') {
        builder.write(present, builder.constant(1));
        return inner.write(operand);
      }
      return writeOptional(builder, operand, present, inner, blank);
    },
    read: () => flagged(builder, present, () => inner.read(), first.kind === 'optional' ? first.of : 'object'),
  };
}

function writeOptional(
  builder: FunctionBuilder,
  operand: OptionalOperand,
  present: Variable,
  inner: Carrier,
  blank: () => Operand,
): boolean {
  const [some, none, after] = [builder.block('some'), builder.block('none'), builder.block('after')];
  operand.test(some, none);
  builder.seal(some);
  builder.seal(none);
  builder.enter(none);
  builder.write(present, builder.constant(0));
  const first = inner.write(blank());
  builder.jump(after);
  builder.enter(some);
  builder.write(present, builder.constant(1));
  const second = inner.write(operand.payload());
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
  return first && second;
}

/** An optional value whose presence is a variable. */
export function flagged(
  builder: FunctionBuilder,
  present: Variable,
  payload: () => Operand,
  of: string,
): OptionalOperand {
  return {
    kind: 'optional',
    of,
    payload,
    test(then, otherwise) {
      const value = builder.read(present);
      if (value.operation.kind === 'constant') builder.jump(value.operation.value === 0n ? otherwise : then);
      else {
        const condition = { kind: 'compare', operator: 'ne', width: 64 } as const;
        builder.branch(condition, value, builder.constant(0), then, otherwise);
      }
    },
  };
}

/** What the registers of an absent value hold: zero. */
function blankOf(builder: FunctionBuilder, like: Operand): Operand {
  const zero = builder.constant(0);
  if (like.kind === 'int' || like.kind === 'bool') return { ...like, value: zero };
  if (like.kind !== 'view' && like.kind !== 'ref') return like;
  return { ...like, place: { ...like.place, pointer: zero } };
}
