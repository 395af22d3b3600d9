import { expect, test } from 'vitest';
import {
  type Block,
  type DataType,
  FunctionBuilder,
  Instruction,
  IrFunction,
  printFunction,
  type Value,
  validateFunction,
} from '../../src/ir/index.ts';

const u64: DataType = { kind: 'int', name: 'unsigned long', size: 8, encoding: 'unsigned' };
const file = { name: 'count.bpf.ts', lines: [] };

/** Counts from 0 to its parameter. */
function counting(): IrFunction {
  const target = new IrFunction({
    name: 'count',
    linkage: 'static',
    parameters: [{ name: 'limit', type: 'i64', declared: u64 }],
    result: { type: 'i64', declared: u64 },
  });
  const builder = new FunctionBuilder(target);
  builder.location = { file, line: 2, column: 5 };
  const limit = builder.parameter(0);
  const counter = { name: 'i', type: 'i64' } as const;
  builder.write(counter, builder.constant(0));
  const [head, body, after] = [builder.block('head'), builder.block('body'), builder.block('after')];
  builder.jump(head);
  builder.enter(head);
  builder.branch({ kind: 'compare', operator: 'ult', width: 64 }, builder.read(counter), limit, body, after);
  builder.seal(body);
  builder.enter(body);
  builder.location = { file, line: 3, column: 7 };
  builder.write(counter, builder.binary('add', builder.read(counter), builder.constant(1)));
  builder.jump(head);
  builder.seal(head);
  builder.enter(after);
  builder.return(builder.read(counter));
  return builder.finish();
}

test('a function as text', () => {
  expect(printFunction(counting())).toBe(
    `static function count(limit: i64): i64
entry.0:
  %0 = parameter 0                                             ; 2:5
  jump head.1
head.1: from entry.0, body.2
  %2 = phi entry.0: 0, body.2: %4
  branch ult64 %2, %0, body.2, after.3
body.2: from head.1
  %4 = add64 %2, 1                                             ; 3:7
  jump head.1
after.3: from head.1
  return %2`,
  );
});

test('a function by the builder is well-formed', () => {
  expect(validateFunction(counting())).toEqual([]);
});

/** Ways to break the function, and what is said of it. */
const mistakes: readonly [name: string, harm: (target: IrFunction) => void, text: RegExp][] = [
  [
    'a phi that lacks an operand',
    ({ blocks }) => void blocks[1]?.phis[0]?.operands.pop(),
    /has 1 operands for 2 predecessors/,
  ],
  [
    'a predecessor that does not jump',
    ({ blocks }) => void blocks[3]?.predecessors.push(blocks[2] ?? block()),
    /lists other predecessors/,
  ],
  ['a block without end', ({ blocks }) => dropEnd(blocks[3]), /after\.3 has no end/],
  [
    'a use before the definition',
    ({ blocks }) => swapInto(blocks[0]?.instructions, blocks[2]?.instructions[1]),
    /before it is made|another block/,
  ],
  [
    'a pointer operation on a number',
    ({ blocks }) => loadFrom(blocks[0]?.instructions[0]),
    /takes a number \(%0\) as a pointer/,
  ],
];

function dropEnd(target: Block | undefined): void {
  if (target !== undefined) target.terminator = undefined;
}
function block(): never {
  throw new Error('no such block');
}
function swapInto(target: Instruction[] | undefined, value: Value | undefined): void {
  if (target !== undefined && value !== undefined) target.push(value);
}
function loadFrom(value: Value | undefined): void {
  if (value?.block === undefined) return;
  const operation = { kind: 'load', size: 4, signed: false, offset: 0 } as const;
  value.block.instructions.push(new Instruction(99, operation, 'i64', [value], value.block, undefined));
}

test.each(mistakes)('%s is found', (_, harm, text) => {
  const target = counting();
  harm(target);
  expect(validateFunction(target).join('\n')).toMatch(text);
});
