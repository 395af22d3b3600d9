import type { KernelMap, KernelOracle, KernelProgram } from '../../../../../test/oracle/kernel.ts';
import type { MapDefinition } from '../../../src/maps/definition.ts';
import { MAP_SLOT, mapProgram, type ProgramOperation, packetLayout } from './map-programs.ts';
import { hex, type Operation, type Outcome } from './operation.ts';

/** A map in the kernel, used by user space and by a program for each thing that programs do. */
export class KernelSubject {
  readonly map: KernelMap;
  readonly #kernel: KernelOracle;
  readonly #programs = new Map<ProgramOperation, KernelProgram>();

  private constructor(kernel: KernelOracle, map: KernelMap) {
    this.#kernel = kernel;
    this.map = map;
  }

  static async create(kernel: KernelOracle, definition: MapDefinition): Promise<KernelSubject> {
    const map = await kernel.createMap(definition);
    const subject = new KernelSubject(kernel, map);
    const kinds =
      definition.keySize === 0 ? (['push', 'pop', 'peek'] as const) : (['lookup', 'update', 'delete'] as const);
    for (const kind of kinds) {
      const maps = [{ slot: MAP_SLOT, map }];
      subject.#programs.set(kind, await kernel.loadOrThrow({ type: 'xdp', code: mapProgram(definition, kind), maps }));
    }
    return subject;
  }

  async dump(): Promise<string[]> {
    const entries = await this.#kernel.dump(this.map);
    return entries.map(({ key, value }) => `${hex(key)}=${hex(value)}`).sort();
  }

  async apply(operation: Operation): Promise<Outcome> {
    switch (operation.kind) {
      case 'get':
        return outcome(await this.#kernel.lookup(this.map, operation.key));
      case 'set':
        return this.#kernel.update(this.map, operation.key, operation.value, operation.flags);
      case 'remove':
        return this.#kernel.delete(this.map, operation.key);
      case 'next':
        return outcome(await this.#kernel.nextKey(this.map, operation.key));
      case 'take':
        return outcome(await this.#kernel.take(this.map));
      default:
        return this.#run(operation);
    }
  }

  async close(): Promise<void> {
    for (const program of this.#programs.values()) await this.#kernel.close(program);
    await this.#kernel.close(this.map);
  }

  async #run(operation: Extract<Operation, { kind: ProgramOperation }>): Promise<Outcome> {
    const { definition } = this.map;
    const at = packetLayout(definition);
    const packet = new Uint8Array(at.size);
    if ('key' in operation) packet.set(operation.key, at.key);
    if ('value' in operation) packet.set(operation.value, at.value);
    if ('flags' in operation) new DataView(packet.buffer).setUint32(at.flags, operation.flags, true);
    const program = this.#programs.get(operation.kind);
    if (program === undefined) throw new Error(`no program for ${operation.kind}`);
    const { errno, retval, data } = await this.#kernel.testRun(program, packet);
    if (errno !== 0) throw new Error(`the test run fails: ${errno}`);
    const reads = operation.kind === 'lookup' || operation.kind === 'pop' || operation.kind === 'peek';
    return (retval | 0) === 0 && reads ? hex(data.subarray(at.value, at.value + definition.valueSize)) : retval | 0;
  }
}

function outcome(answer: Uint8Array | number): Outcome {
  return typeof answer === 'number' ? answer : hex(answer);
}
