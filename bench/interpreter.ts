import { assemble } from '../packages/core/src/isa/assemble.ts';
import { BytecodeRunner } from '../packages/core/src/vm/run-bytecode.ts';
import { type Bench, type Figure, median } from './figure.ts';

const ROUNDS = 5;
const LOOPS = 3_000_000;
const TARGET = 100;

/** Loops over registers (`alu`) and over memory; each ends with a result that keeps nothing from being computed. */
const loops = [
  {
    group: 'alu',
    figure: 'sum',
    text: `
      r0 = 0
      r1 = ${LOOPS}
    loop:
      r0 += r1
      r1 += -1
      if r1 != 0 goto loop
      exit`,
  },
  {
    group: 'alu',
    figure: 'xorshift64',
    text: `
      r0 = 88172645463325252 ll
      r1 = ${LOOPS}
    loop:
      r2 = r0
      r2 <<= 13
      r0 ^= r2
      r2 = r0
      r2 >>= 7
      r0 ^= r2
      r2 = r0
      r2 <<= 17
      r0 ^= r2
      r1 += -1
      if r1 != 0 goto loop
      exit`,
  },
  {
    group: 'alu',
    figure: 'mixed 32 and 64 bits',
    text: `
      r0 = 1
      r1 = ${LOOPS}
      r3 = 0x1234567
    loop:
      r0 *= 6364135
      r0 += r3
      w2 = w0
      w2 >>= 5
      r3 |= r2
      r3 &= 0xffffff
      if r2 > r3 goto skip
      r0 += 1
    skip:
      w1 += -1
      if w1 != 0 goto loop
      exit`,
  },
  {
    group: 'alu',
    figure: 'division',
    text: `
      r0 = 0
      r1 = ${LOOPS}
      r4 = 0x123456789abcd ll
    loop:
      r2 = r4
      r2 /= r1
      r0 += r2
      r3 = r4
      r3 %= r1
      r0 ^= r3
      r1 += -1
      if r1 != 0 goto loop
      exit`,
  },
  {
    group: 'memory',
    figure: 'stack',
    text: `
      r1 = ${LOOPS}
      r0 = 0
    loop:
      r2 = *(u64 *)(r10 - 8)
      r2 += r1
      *(u64 *)(r10 - 8) = r2
      *(u32 *)(r10 - 16) = r2
      r3 = *(u32 *)(r10 - 16)
      r0 += r3
      r1 += -1
      if r1 != 0 goto loop
      exit`,
  },
  {
    group: 'memory',
    figure: 'checksum of 1400 bytes',
    text: `
      r6 = ${Math.round(LOOPS / 350)}
      r0 = 0
    packet:
      r2 = r1
      r3 = r1
      r3 += 1400
    loop:
      r4 = *(u32 *)(r2 + 0)
      r0 += r4
      r2 += 4
      if r2 < r3 goto loop
      r6 += -1
      if r6 != 0 goto packet
      exit`,
  },
  {
    group: 'calls',
    figure: 'local function',
    text: `
      r6 = ${Math.round(LOOPS / 3)}
      r7 = 0
    loop:
      r1 = r6
      call callee
      r7 += r0
      r6 += -1
      if r6 != 0 goto loop
      r0 = r7
      exit
    callee:
      r0 = r1
      r0 += 1
      exit`,
  },
] as const;

/** Millions of instructions in a second, the median of rounds after one to warm up. */
function speedOf(text: string): number {
  const code = assemble(text);
  const runner = new BytecodeRunner();
  const memory = new Uint8Array(1400);
  const round = () => {
    const start = performance.now();
    const { executed } = runner.run(code, memory);
    return executed / (performance.now() - start) / 1000;
  };
  round();
  return median(Array.from({ length: ROUNDS }, round));
}

function figureOf({ group, figure, text }: (typeof loops)[number]): Figure {
  const ours = Math.round(speedOf(text));
  const result = { group, figure, ours, unit: 'M instructions/s' };
  return group === 'alu' && figure !== 'division' ? { ...result, target: `>= ${TARGET}`, met: ours >= TARGET } : result;
}

/** Claim: the interpreter executes at least 100 M instructions a second on arithmetic loops, every access checked. */
export const bench: Bench = {
  name: 'interpreter',
  run: () => Promise.resolve(loops.map(figureOf)),
};
