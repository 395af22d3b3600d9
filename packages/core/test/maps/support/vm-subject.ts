import { createMap } from '../../../src/maps/create-map.ts';
import type { MapDefinition } from '../../../src/maps/definition.ts';
import { Errno } from '../../../src/maps/errno.ts';
import type { BpfMap, PushPopMap } from '../../../src/maps/map.ts';
import { WasmMemory } from '../../../src/vm/memory.ts';
import { hex, type Operation, type Outcome, type Subject } from './operation.ts';

/** A definition with what a test leaves out. */
export function definition(parts: Partial<MapDefinition> & Pick<MapDefinition, 'type'>): MapDefinition {
  return { name: 'm', keySize: 4, valueSize: 8, maxEntries: 4, flags: 0, mapExtra: 0n, ...parts };
}

/** A memory with the maps in it, by handle. */
export function machine(options: { readonly limit?: number; readonly cpus?: number } = {}) {
  const memory = new WasmMemory({ limit: options.limit ?? 64 << 20 });
  const maps = new Map<number, BpfMap>();
  const create = (parts: Partial<MapDefinition> & Pick<MapDefinition, 'type'>, inner?: BpfMap): BpfMap => {
    const map = createMap(definition(parts), {
      memory,
      cpus: options.cpus ?? 2,
      inner,
      mapByHandle: (handle) => maps.get(handle),
      released: (released) => maps.delete(released.handle),
    });
    maps.set(map.handle, map);
    return map;
  };
  return { memory, maps, create };
}

/** A map of the VM, used by address from the side of programs. */
export class VmSubject implements Subject {
  readonly map: BpfMap;
  readonly #memory: WasmMemory;
  readonly #key: number;
  readonly #value: number;

  constructor(map: BpfMap, memory: WasmMemory) {
    this.map = map;
    this.#memory = memory;
    // Odd addresses: programs may have keys and values anywhere on their stack.
    this.#key = memory.allocate(map.definition.keySize + 8, 'key') + 3;
    this.#value = memory.allocate(map.definition.valueSize + 8, 'value') + 5;
  }

  dump(): string[] {
    const entries: string[] = [];
    for (let key = this.map.nextKey(undefined); key !== undefined; key = this.map.nextKey(key)) {
      entries.push(`${hex(key)}=${hex(this.map.get(key) ?? new Uint8Array(0))}`);
    }
    return entries.sort();
  }

  apply(operation: Operation): Outcome {
    const { map } = this;
    switch (operation.kind) {
      case 'get':
        return bytesOr(map.get(operation.key));
      case 'set':
        return map.set(operation.key, operation.value, operation.flags);
      case 'remove':
        return map.remove(operation.key);
      case 'next':
        return bytesOr(map.nextKey(operation.key));
      case 'take':
        return bytesOr(this.#queue.take());
      case 'lookup': {
        const address = map.lookup(this.#put(this.#key, operation.key), operation.cpu);
        return address === 0 ? Errno.ENOENT : this.#bytes(address);
      }
      case 'update': {
        const key = this.#put(this.#key, operation.key);
        return map.update(key, this.#put(this.#value, operation.value), operation.flags, operation.cpu);
      }
      case 'delete':
        return map.delete(this.#put(this.#key, operation.key));
      case 'push':
        return this.#queue.push(this.#put(this.#value, operation.value), operation.flags);
      case 'pop':
        return this.#queue.pop(this.#value) || this.#bytes(this.#value);
      case 'peek':
        return this.#queue.peek(this.#value) || this.#bytes(this.#value);
    }
  }

  get #queue(): PushPopMap {
    return this.map as PushPopMap;
  }
  #put(address: number, bytes: Uint8Array): number {
    this.#memory.u8.set(bytes, address);
    return address;
  }
  #bytes(address: number): string {
    return hex(this.#memory.u8.slice(address, address + this.map.definition.valueSize));
  }
}

function bytesOr(bytes: Uint8Array | undefined): Outcome {
  return bytes === undefined ? Errno.ENOENT : hex(bytes);
}
