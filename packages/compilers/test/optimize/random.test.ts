import { readCollection } from '@skep/core/object';
import { BytecodeRunner } from '@skep/core/vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../test/oracle/kernel.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { seeded } from '../../../core/test/vm/random-program.ts';
import { type Module, validateModule } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { optimize } from '../../src/optimize/index.ts';
import { randomModule } from '../codegen/random-function.ts';
import { interpret } from '../ir/interpret.ts';

/** A `struct __sk_buff` of zeroes. */
const context = new Uint8Array(192);

function random(seed: number): Module {
  return randomModule(seeded(seed), 5 + (seed % 25));
}

function resultOf({ functions: [main] }: Module): bigint {
  if (main === undefined) throw new Error('no program');
  return interpret(main, [{ memory: context, offset: 0 }]);
}

function optimized(seed: number): Module {
  const module = random(seed);
  optimize(module);
  expect(validateModule(module), `seed ${seed}`).toEqual([]);
  return module;
}

function codeOf(module: Module): Uint8Array {
  const program = readCollection(emitObject(module, { cpu: 3 })).programs.get('main');
  if (program === undefined) throw new Error('no program');
  return program.code;
}

describe('random functions mean the same when they are optimised', () => {
  const runner = new BytecodeRunner();

  test('in the IR', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      expect(resultOf(optimized(seed)), `seed ${seed}`).toBe(resultOf(random(seed)));
    }
  });

  test('as machine code, which gets shorter', () => {
    let [before, after] = [0, 0];
    for (let seed = 1000; seed < 1040; seed += 1) {
      const code = codeOf(optimized(seed));
      expect(runner.run(code, context).result, `seed ${seed}`).toBe(resultOf(random(seed)));
      before += codeOf(random(seed)).length;
      after += code.length;
    }
    expect(after).toBeLessThan(before);
  });
});

const bpf = needsBpf('gcc');
bpf.describe('optimised random functions in the kernel', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  test('load and give what the IR means', async () => {
    for (let seed = 2000; seed < 2030; seed += 1) {
      const program = await kernel.load({ type: 'socket_filter', code: codeOf(optimized(seed)) });
      if ('errno' in program) throw new Error(`seed ${seed}: ${program.log}`);
      const run = await kernel.testRun(program, new Uint8Array(64));
      await kernel.close(program);
      expect(BigInt(run.retval >>> 0), `seed ${seed}`).toBe(resultOf(random(seed)) & 0xffffffffn);
    }
  });
});
