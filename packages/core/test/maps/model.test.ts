import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelled } from './support/definitions.ts';
import { Model } from './support/model.ts';
import { operations } from './support/operation.ts';
import { definition, machine, VmSubject } from './support/vm-subject.ts';

const CPUS = 3;

describe.each(modelled)('%s', (_, map) => {
  test('behaves as its model under any operations', () => {
    fc.assert(
      fc.property(fc.array(operations(map, CPUS, CPUS), { maxLength: 120 }), (list) => {
        const { memory, create } = machine({ cpus: CPUS });
        const subject = new VmSubject(create(map), memory);
        const model = new Model(map, CPUS);
        for (const operation of list) {
          const expected = model.apply(operation);
          const found = subject.apply(operation);
          if (expected !== 'unordered') expect(found, JSON.stringify(operation)).toBe(expected);
        }
        if (map.keySize > 0) expect(subject.dump()).toEqual(model.dump());
      }),
      { numRuns: 60 },
    );
  });

  test('gives its memory back', () => {
    const { memory, create } = machine({ cpus: CPUS });
    const before = memory.used;
    const made = create(definition(map));
    for (const operation of fc.sample(operations(map, CPUS, CPUS), { numRuns: 200, seed: 1 })) {
      if (operation.kind === 'set') made.set(operation.key, operation.value, operation.flags);
    }
    expect(memory.used).toBeGreaterThan(before);
    made.dispose();
    expect(memory.used).toBe(before);
  });
});
