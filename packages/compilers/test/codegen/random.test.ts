import { readCollection } from '@skep/core/object';
import { BytecodeRunner } from '@skep/core/vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { seeded } from '../../../core/test/vm/random-program.ts';
import { type Module, validateModule } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { interpret } from '../ir/interpret.ts';
import { randomModule } from './random-function.ts';

/** A `struct __sk_buff` of zeroes. */
const context = new Uint8Array(192);

function moduleOf(seed: number): Module {
  // Every tenth has more variables than there are registers.
  return randomModule(seeded(seed), 3 + (seed % 12), seed % 10 === 0 ? 18 : undefined);
}

function expected(seed: number): bigint {
  const [main] = moduleOf(seed).functions;
  if (main === undefined) throw new Error('no program');
  return interpret(main, [{ memory: context, offset: 0 }]);
}

function compiled(seed: number, cpu: 2 | 3 | 4): Uint8Array {
  const program = readCollection(emitObject(moduleOf(seed), { cpu })).programs.get('main');
  if (program === undefined) throw new Error('no program');
  return program.code;
}

describe('random functions', () => {
  const runner = new BytecodeRunner();
  test('are well-formed', () => {
    for (let seed = 0; seed < 50; seed += 1) expect(validateModule(moduleOf(seed))).toEqual([]);
  });
  test.each([2, 3, 4] as const)('give what the IR means in the interpreter, cpu v%i', (cpu) => {
    for (let seed = cpu; seed < 200; seed += 3) {
      expect(runner.run(compiled(seed, cpu), context).result, `seed ${seed}`).toBe(expected(seed));
    }
  });
});

const bpf = needsBpf('gcc');
bpf.describe('random functions in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  test('load and give what the IR means', async () => {
    for (let seed = 500; seed < 520; seed += 1) {
      const program = await kernel.load({ type: 'socket_filter', code: compiled(seed, 3) });
      if ('errno' in program) throw new Error(`seed ${seed}: ${program.log}`);
      const run = await kernel.testRun(program, new Uint8Array(64));
      await kernel.close(program);
      expect(BigInt(run.retval >>> 0), `seed ${seed}`).toBe(expected(seed));
    }
  });
});
