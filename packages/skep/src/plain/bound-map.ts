import type { BoundMap, Space } from '@skep/bpf/runtime';
import { SkepError } from '@skep/core/base';
import type { BpfMap, PushPopMap, RingBuffer } from '@skep/core/maps';
import type { VirtualMachine } from '@skep/core/vm';

const EINVAL = -22;

/** What a map asks of the run that works with it. */
export interface MapUser {
  readonly machine: VirtualMachine;
  readonly cpu: number;
  /** Records that the program has reserved and not given back. */
  readonly records: Map<number, RingBuffer>;
  allocate(size: number): number;
  bind(map: BpfMap): BoundMap;
  redirect(map: string, key: number): number;
}

/** A map of the VM's memory as a program in plain TypeScript works with it: the same storage, the same answers. */
export class VmBoundMap implements BoundMap {
  readonly space: Space;
  readonly key: number;
  readonly value: number;
  readonly #map: BpfMap;
  readonly #run: MapUser;

  constructor(map: BpfMap, run: MapUser) {
    const { keySize, valueSize } = map.definition;
    this.#map = map;
    this.#run = run;
    this.space = run.machine.memory;
    this.key = run.allocate(keySize);
    this.value = run.allocate(valueSize);
  }

  lookup(): number {
    return this.#map.lookup(this.key, this.#run.cpu);
  }
  update(mode: number): number {
    return this.#map.update(this.key, this.value, mode, this.#run.cpu);
  }
  delete(): number {
    return this.#map.delete(this.key);
  }
  walk(visit: (key: number, value: number) => boolean): number {
    const visited = this.#map.forEach(this.#run.cpu, visit);
    return visited < 0 ? this.#refuse('be walked over') : visited;
  }

  push(): number {
    return 'push' in this.#map ? (this.#map as PushPopMap).push(this.value, 0) : EINVAL;
  }
  pop(): number {
    return 'pop' in this.#map ? (this.#map as PushPopMap).pop(this.value) : EINVAL;
  }
  peek(): number {
    return 'peek' in this.#map ? (this.#map as PushPopMap).peek(this.value) : EINVAL;
  }

  reserve(size: number): number {
    const ring = this.#ring();
    const at = ring.reserve(size, 0);
    if (at !== 0) this.#run.records.set(at, ring);
    return at;
  }
  submit(record: number): void {
    this.#finish(record, 'submit');
  }
  discard(record: number): void {
    this.#finish(record, 'discard');
  }

  inner(): BoundMap | undefined {
    const at = this.lookup();
    const map = at === 0 ? undefined : this.#run.machine.mapByHandle(at);
    return map === undefined ? undefined : this.#run.bind(map);
  }

  redirect(index: number, otherwise: number): number {
    this.space.view.setUint32(this.key, index, true);
    return this.lookup() === 0 ? otherwise : this.#run.redirect(this.#map.definition.name, index);
  }

  #ring(): RingBuffer {
    return 'reserve' in this.#map ? (this.#map as RingBuffer) : this.#refuse('hold records');
  }

  #finish(record: number, how: 'submit' | 'discard'): void {
    if (!this.#run.records.delete(record)) {
      throw new SkepError('SKEP_FAULT', 'a record was submitted or discarded before', {
        remedy: 'submit or discard what reserve gave once, on every path',
      });
    }
    this.#ring()[how](record, 0);
  }

  #refuse(what: string): never {
    const { name, type } = this.#map.definition;
    throw new SkepError('SKEP_NOT_SUPPORTED', `map ${name} of type ${type} cannot ${what}`);
  }
}
