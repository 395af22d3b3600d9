import type { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import type { MapDefinition } from '../../../src/maps/definition.ts';
import { KernelSubject } from './kernel-subject.ts';
import type { Operation, Outcome } from './operation.ts';
import { machine, VmSubject } from './vm-subject.ts';

/** An outcome in which the kernel and the VM differ. */
export interface Difference {
  readonly what: string;
  readonly kernel: Outcome | readonly string[];
  readonly vm: Outcome | readonly string[];
}

/** Does the operations to a map in the kernel and to one in the VM; programs must run on CPU 0. */
export async function compare(
  kernel: KernelOracle,
  definition: MapDefinition,
  list: readonly Operation[],
): Promise<Difference[]> {
  const subject = await KernelSubject.create(kernel, definition);
  const { memory, create } = machine({ cpus: kernel.cpus });
  const vm = new VmSubject(create(definition), memory);
  const plain = (outcome: Outcome) => withoutPadding(definition, outcome);
  const theirs = await Promise.all(list.map((operation) => subject.apply(operation)));
  const differences: Difference[] = [];
  const hashed = definition.type.includes('hash');
  for (const [at, operation] of list.entries()) {
    const strip = operation.kind === 'next' ? (outcome: Outcome) => outcome : plain;
    const ours = strip(vm.apply(operation));
    const expected = strip(theirs[at] ?? 'nothing');
    // The order of a hash is its own; that there is a next key or none is not.
    const unordered = hashed && operation.kind === 'next';
    if (ours !== expected && !unordered) {
      differences.push({ what: `operation ${at}: ${JSON.stringify(operation)}`, kernel: expected, vm: ours });
    }
  }
  if (definition.keySize > 0) {
    const kernelEntries = (await subject.dump()).map(plain).map(String);
    const vmEntries = vm.dump().map(plain).map(String);
    if (kernelEntries.join() !== vmEntries.join()) {
      differences.push({ what: 'entries at the end', kernel: kernelEntries, vm: vmEntries });
    }
  }
  await subject.close();
  return differences;
}

/** Per-CPU values without the bytes between them, in which the kernel leaves what was there before. */
function withoutPadding({ type, valueSize }: MapDefinition, outcome: Outcome): Outcome {
  if (typeof outcome === 'number' || !type.includes('percpu')) return outcome;
  const [key = '', value = key] = outcome.split('=');
  const stride = Math.ceil(valueSize / 8) * 8 * 2;
  const values = Array.from({ length: Math.ceil(value.length / stride) }, (_, cpu) =>
    value.slice(cpu * stride, cpu * stride + valueSize * 2),
  );
  return [...(outcome.includes('=') ? [key] : []), values.join()].join('=');
}
