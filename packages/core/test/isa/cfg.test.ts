import { describe, expect, test } from 'vitest';
import { assemble, buildCfg, type Cfg, decode } from '../../src/isa/index.ts';

const build = (text: string): Cfg => buildCfg(decode(assemble(text)));

/** `0-2 -> 1 3` for each block: its slots, what follows, `!` where nothing leads to it. */
function shown({ blocks }: Cfg): string[] {
  return blocks.map(({ start, end, successors, reachable }) => {
    const range = end - start === 1 ? `${start}` : `${start}-${end - 1}`;
    return `${range}${successors.length === 0 ? '' : ` -> ${successors.join(' ')}`}${reachable ? '' : ' !'}`;
  });
}

describe('basic blocks', () => {
  test.each([
    ['one block', 'r0 = 0\nexit', ['0-1']],
    ['a condition', 'if r1 == 0 goto a\nr0 = 1\nexit\na: r0 = 2\nexit', ['0 -> 1 2', '1-2', '3-4']],
    ['a loop', 'r0 = 0\na: r0 += 1\nif r0 < 9 goto a\nexit', ['0 -> 1', '1-2 -> 2 1', '3']],
    ['a jump to the next instruction', 'if r0 == 0 goto +0\nexit', ['0 -> 1', '1']],
    ['a goto over dead code', 'goto a\nr0 = 1\na: exit', ['0 -> 2', '1 -> 2 !', '2']],
    ['a long goto', 'gotol a\na: exit', ['0 -> 1', '1']],
    ['may_goto', 'a: may_goto b\ngoto a\nb: exit', ['0 -> 1 2', '1 -> 0', '2']],
    [
      'a 64-bit load before a jump target',
      'r1 = 5 ll\na: r0 = 0\nif r0 == 1 goto a\nexit',
      ['0-1 -> 1', '2-3 -> 2 1', '4'],
    ],
    ['calls, which do not end a block', 'call 1\ncall f\nexit\nf: exit', ['0-2', '3']],
    ['a 64-bit load at the end of a block', 'if r0 == 0 goto a\nr1 = 1 ll\na: exit', ['0 -> 1 2', '1-2 -> 2', '3']],
  ])('of %s', (_name, text, expected) => {
    expect(shown(build(text))).toEqual(expected);
  });

  test('know what comes before them', () => {
    const { blocks } = build('if r1 == 0 goto a\nif r1 == 1 goto a\nr0 = 1\na: exit');
    expect(blocks.map(({ predecessors }) => predecessors)).toEqual([[], [0], [1], [0, 1, 2]]);
  });

  test('are found by slot', () => {
    expect([...build('r0 = 1 ll\nif r0 == 0 goto a\nr0 = 0\na: exit').blockOf]).toEqual([0, 0, 0, 1, 2]);
  });
});

describe('functions', () => {
  test('begin where calls and callbacks lead', () => {
    const cfg = build('call f\nld_pseudo r2, 4, 4\nexit\nf: if r0 == 0 goto g\ng: exit\nexit');
    expect(cfg.functions).toEqual([
      { entry: 0, end: 4, blocks: [0] },
      { entry: 4, end: 6, blocks: [1, 2] },
      { entry: 6, end: 7, blocks: [3] },
    ]);
    expect(cfg.calls).toEqual([
      { slot: 0, callee: 1, kind: 'call' },
      { slot: 1, callee: 2, kind: 'callback' },
    ]);
    expect(cfg.blocks.map((block) => block.function)).toEqual([0, 1, 1, 2]);
  });
});

test('a long program is cut in linear time', () => {
  const line = (index: number): string => `if r${index % 10} == 0 goto +${index % 7}\n`;
  const text = `${Array.from({ length: 100_000 }, (_, index) => line(index)).join('')}${'r0 = 0\n'.repeat(8)}exit`;
  expect(build(text).blocks.length).toBeGreaterThan(100_000);
});
