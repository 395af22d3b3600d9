import { disassembleInstruction } from '@skep/core/isa';
import { describe, expect, test } from 'vitest';
import { type Cpu, generate } from '../../src/codegen/index.ts';
import { type CompareOperator, type DataType, FunctionBuilder, IrFunction, type Value } from '../../src/ir/index.ts';

const u64: DataType = { kind: 'int', name: 'unsigned long', size: 8, encoding: 'unsigned' };
const names = ['a', 'b', 'p'];

/** The text of a function of two numbers and a pointer to packet bytes. */
function asm(body: (builder: FunctionBuilder, a: Value, b: Value, p: Value) => Value, cpu: Cpu = 3): string[] {
  const builder = new FunctionBuilder(
    new IrFunction({
      name: 'f',
      linkage: 'static',
      parameters: names.map((name) => ({ name, type: name === 'p' ? 'packet' : 'i64', declared: u64 })),
      result: { type: 'i64', declared: u64 },
    }),
  );
  const [a, b, p] = [builder.parameter(0), builder.parameter(1), builder.parameter(2)];
  builder.return(body(builder, a, b, p));
  const { instructions } = generate(builder.finish(), { cpu });
  return instructions.map(({ instruction }, slot) => disassembleInstruction(instruction, { alu32: true }, slot));
}

/** 1 where the comparison holds, else 2, as a branch. */
function decide(
  builder: FunctionBuilder,
  operator: CompareOperator,
  left: Value,
  right: Value,
  width: 32 | 64 = 64,
): Value {
  const [yes, no] = [builder.block('yes'), builder.block('no')];
  builder.branch({ kind: 'compare', operator, width }, left, right, yes, no);
  builder.seal(yes);
  builder.seal(no);
  builder.enter(yes);
  builder.return(builder.constant(1));
  builder.enter(no);
  return builder.constant(2);
}

type Row = readonly [
  name: string,
  body: (builder: FunctionBuilder, a: Value, b: Value, p: Value) => Value,
  text: string[],
];

const rows: readonly Row[] = [
  ['a constant in arithmetic', (f, a) => f.binary('add', a, f.constant(5)), ['r0 = r1', 'r0 += 0x5', 'exit']],
  ['a constant to the left', (f, a) => f.binary('mul', f.constant(3), a, 32), ['r0 = r1', 'w0 *= 0x3', 'exit']],
  ['a constant of 64 bits', (f) => f.constant(0x123456789an), ['r0 = 0x123456789a ll', 'exit']],
  ['an unsigned constant of 32 bits', (f) => f.constant(0xffffffffn), ['w0 = -0x1', 'exit']],
  ['a division by a power of two', (f, a) => f.binary('udiv', a, f.constant(8)), ['r0 = r1', 'r0 >>= 0x3', 'exit']],
  ['a remainder of a power of two', (f, a) => f.binary('umod', a, f.constant(8)), ['r0 = r1', 'w0 &= 0x7', 'exit']],
  [
    'a mask that the load guarantees',
    (f, _a, _b, p) => f.binary('and', f.load(p, 1, 9), f.constant(0xff)),
    ['w0 = *(u8 *)(r3 + 0x9)', 'exit'],
  ],
  [
    'an extension that the load guarantees',
    (f, _a, _b, p) => f.extend(f.load(p, 2, 0), 32, false),
    ['w0 = *(u16 *)(r3 + 0x0)', 'exit'],
  ],
  ['the low half', (f, a) => f.extend(a, 32, false), ['w0 = w1', 'exit']],
  ['a sign by shifts', (f, a) => f.extend(a, 16, true), ['r0 = r1', 'r0 <<= 0x30', 'r0 s>>= 0x30', 'exit']],
  [
    'reversed bytes',
    (f, _a, _b, p) => f.byteSwap(f.load(p, 2, 12), 16),
    ['w0 = *(u16 *)(r3 + 0xc)', 'r0 = be16 r0', 'exit'],
  ],
  [
    'constants added to a pointer',
    (f, _a, _b, p) => f.load(f.pointerAdd(f.pointerAdd(p, f.constant(14)), f.constant(20)), 4, 2),
    ['w0 = *(u32 *)(r3 + 0x24)', 'exit'],
  ],
];

describe('instructions for operations', () => {
  test.each(rows)('%s', (_, body, text) => expect(asm(body)).toEqual(text));

  test('a sign in one instruction of cpu v4', () => {
    expect(asm((f, a) => f.extend(a, 16, true), 4)).toEqual(['r0 = (s16)r1', 'exit']);
    expect(asm((f, _a, _b, p) => f.load(p, 1, 0, { signed: true }), 4)).toEqual(['r0 = *(s8 *)(r3 + 0x0)', 'exit']);
  });

  test('a constant stored to a packet, in one instruction', () => {
    const text = asm((f, _a, _b, p) => {
      f.store(p, 2, 12, f.constant(8));
      return f.constant(0);
    });
    expect(text).toEqual(['*(u16 *)(r3 + 0xc) = 0x8', 'w0 = 0x0', 'exit']);
  });

  test('a constant is not stored to a context, which kernels before 6.5 refuse', () => {
    const target = new IrFunction({
      name: 'f',
      linkage: 'static',
      parameters: [{ name: 'ctx', type: 'context', declared: u64 }],
      result: { type: 'i64', declared: u64 },
    });
    const builder = new FunctionBuilder(target);
    builder.store(builder.parameter(0), 4, 8, builder.constant(7));
    builder.return(builder.constant(0));
    const texts = generate(builder.finish(), { cpu: 3 }).instructions.map(({ instruction }) =>
      disassembleInstruction(instruction),
    );
    expect(texts[1]).toMatch(/^\*\(u32 \*\)\(r1 \+ 0x8\) = r\d$/);
  });

  test('six bytes are copied by two accesses', () => {
    const text = asm((f, _a, _b, p) => {
      f.copy(p, 0, p, 6, 6);
      return f.constant(0);
    });
    expect(text.filter((line) => line.includes('*('))).toHaveLength(4);
  });
});

describe('branches', () => {
  test('compare with an immediate, in reverse where the way falls through', () => {
    const text = asm((f, a) => decide(f, 'ult', a, f.constant(10)));
    expect(text).toEqual(['w0 = 0x1', 'if r1 < 0xa goto +0x1', 'w0 = 0x2', 'exit']);
  });
  test('compare reversed bytes with a reversed constant', () => {
    const text = asm((f, _a, _b, p) => decide(f, 'eq', f.byteSwap(f.load(p, 2, 12), 16), f.constant(0x0800)));
    expect(text[0]).toBe('w1 = *(u16 *)(r3 + 0xc)');
    expect(text).toContain('if r1 == 0x8 goto +0x1');
  });
  test('test bits in one instruction', () => {
    const text = asm((f, a) => decide(f, 'ne', f.binary('and', a, f.constant(4)), f.constant(0)));
    expect(text).toContain('if r1 & 0x4 goto +0x1');
  });
  test('compare an unsigned constant of 32 bits in 32 bits', () => {
    const text = asm((f, _a, _b, p) => decide(f, 'ugt', f.load(p, 4, 0), f.constant(0xc0a80000n)));
    expect(text).toContain('if w1 > -0x3f580000 goto +0x1');
  });
  test('have no 32-bit jumps before cpu v3', () => {
    const text = asm((f, a, b) => decide(f, 'slt', a, b, 32), 2);
    expect(text.join()).not.toMatch(/if w/);
    expect(text).toContain('r1 s>>= 0x20');
  });
});

test('a frame of more than 512 bytes is refused with what takes it', () => {
  const body = (f: FunctionBuilder): Value => {
    const slot = f.slot('packet copy', 600);
    f.store(f.slotAddress(slot), 8, 0, f.constant(1));
    return f.load(f.slotAddress(slot), 8, 0);
  };
  expect(() => asm(body)).toThrow('function f needs 600 bytes of stack');
});
