import { alignUp, SkepError } from '@skep/core/base';
import type { HostMap, HostProgram } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import type { Command } from '../bpf/commands.gen.ts';
import { kernelError } from '../bpf/errors.ts';
import { RingBufferReader } from '../events/ring-buffer.ts';
import { possibleCpus } from './possible-cpus.ts';

const updateFlags = { any: 0, noexist: 1, exist: 2 } as const;
const perCpuTypes = new Set(['percpu_hash', 'percpu_array', 'lru_percpu_hash', 'percpu_cgroup_storage']);

const ENOENT = -2;
/** Milliseconds between looks for records. */
const WATCH_INTERVAL = 5;

/** Bytes of one value as bpf(2) moves it: per-CPU values stand side by side, each rounded up to 8 bytes. */
function transferSize(spec: MapSpec, cpus: number): number {
  return perCpuTypes.has(spec.type) ? alignUp(spec.valueSize, 8) * cpus : spec.valueSize;
}

/** A map in the kernel, by its descriptor. One element operation is one system call with reused attributes. */
export class KernelMap implements HostMap {
  readonly spec: MapSpec;
  readonly descriptor: number;
  readonly cpus: number;
  readonly #bpf: Bpf;
  readonly #key: Uint8Array;
  readonly #value: Uint8Array;
  /** Key and value: look-ups and updates. */
  readonly #element: Attr<'map_element'>;
  /** Key alone: the kernel refuses a value where it deletes. */
  readonly #entry: Attr<'map_element'>;
  #frozen = false;
  #reader: RingBufferReader | undefined;

  constructor(bpf: Bpf, spec: MapSpec, descriptor: number) {
    this.spec = spec;
    this.descriptor = descriptor;
    this.cpus = perCpuTypes.has(spec.type) ? possibleCpus() : 1;
    this.#bpf = bpf;
    this.#key = new Uint8Array(spec.keySize);
    this.#value = new Uint8Array(transferSize(spec, this.cpus));
    this.#element = bpf.attr('map_element', { map_fd: descriptor, key: this.#key, value: this.#value });
    this.#entry = bpf.attr('map_element', { map_fd: descriptor, key: this.#key });
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    return this.#read('map_lookup_elem', key);
  }

  update(key: Uint8Array, value: Uint8Array, mode: keyof typeof updateFlags = 'any'): void {
    this.#write(key, value, updateFlags[mode]);
  }

  delete(key: Uint8Array): boolean {
    this.#fill(this.#key, key, 'key');
    const result = this.#bpf.call('map_delete_elem', this.#entry);
    if (result < 0 && result !== ENOENT) throw this.#error('map_delete_elem', result, 'delete from');
    return result === 0;
  }

  nextKey(key: Uint8Array | undefined): Uint8Array | undefined {
    const next = new Uint8Array(this.spec.keySize);
    const attr = this.#bpf.attr('map_element', { map_fd: this.descriptor, key, next_key: next });
    const result = this.#bpf.call('map_get_next_key', attr);
    if (result === ENOENT) return undefined;
    if (result < 0) throw this.#error('map_get_next_key', result, 'iterate over');
    return next;
  }

  updateReference(key: Uint8Array, target: HostMap | HostProgram): void {
    if (!('descriptor' in target) || typeof target.descriptor !== 'number') {
      throw new SkepError('SKEP_BAD_VALUE', `what goes into map ${this.spec.name} lives on another host`);
    }
    const value = new Uint8Array(4);
    new DataView(value.buffer).setUint32(0, target.descriptor, true);
    this.#write(key, value, updateFlags.any);
  }

  push(value: Uint8Array): void {
    this.#write(new Uint8Array(0), value, updateFlags.any);
  }
  pop(): Uint8Array | undefined {
    return this.#read('map_lookup_and_delete_elem', new Uint8Array(0));
  }
  peek(): Uint8Array | undefined {
    return this.#read('map_lookup_elem', new Uint8Array(0));
  }

  drain(): Uint8Array[] {
    if (this.spec.type !== 'ringbuf') {
      throw new SkepError(
        'SKEP_NOT_SUPPORTED',
        `map ${this.spec.name} of type ${this.spec.type} has no records to read`,
      );
    }
    return this.#records().drain();
  }

  /** Looks for records every few milliseconds: no thread, no descriptor. */
  watch(wake: () => void): () => void {
    const records = this.#records();
    const timer = setInterval(() => {
      if (records.pending) wake();
    }, WATCH_INTERVAL);
    return () => clearInterval(timer);
  }

  #records(): RingBufferReader {
    this.#reader ??= new RingBufferReader(this.#bpf.ffi, this.descriptor, this.spec);
    return this.#reader;
  }

  freeze(): void {
    const result = this.#bpf.call('map_freeze', this.#bpf.attr('map_element', { map_fd: this.descriptor }));
    if (result < 0) throw this.#error('map_freeze', result, 'freeze');
    this.#frozen = true;
  }

  dispose(): void {
    this.#reader?.dispose();
    this.#bpf.close(this.descriptor);
  }

  #fill(buffer: Uint8Array, bytes: Uint8Array, what: string): void {
    if (bytes.length !== buffer.length) {
      throw new SkepError('SKEP_BAD_VALUE', `the ${what} for map ${this.spec.name} has ${bytes.length} bytes`, {
        reason: `it takes ${buffer.length}`,
      });
    }
    buffer.set(bytes);
  }

  #read(command: 'map_lookup_elem' | 'map_lookup_and_delete_elem', key: Uint8Array): Uint8Array | undefined {
    this.#fill(this.#key, key, 'key');
    this.#element.set('flags', 0);
    const result = this.#bpf.call(command, this.#element);
    if (result === ENOENT) return undefined;
    if (result < 0) throw this.#error(command, result, 'look up in');
    return this.#value.slice();
  }

  #write(key: Uint8Array, value: Uint8Array, flags: number): void {
    this.#fill(this.#key, key, 'key');
    this.#fill(this.#value, value, 'value');
    this.#element.set('flags', flags);
    const result = this.#bpf.call('map_update_elem', this.#element);
    if (result < 0) throw this.#error('map_update_elem', result, 'write to');
  }

  #error(command: Command, errno: number, verb: string): SkepError {
    const { name, type, maxEntries } = this.spec;
    const what = `cannot ${verb} map ${name} (${type}, ${maxEntries} entries)`;
    if (!this.#frozen) return kernelError(command, errno, what);
    const reason = 'the map is frozen: its contents are constants once the program is loaded';
    return kernelError(command, errno, what, {
      code: 'SKEP_MAP_REFUSED',
      reason,
      remedy: 'set the value before loading',
    });
  }
}
