import { hexBytes } from '../base/bytes.ts';
import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { Input } from './codec.ts';
import { MapHandle } from './map-handle.ts';
import { ProgramHandle } from './program-handle.ts';

/** A program array: where tail calls go (Linux 4.2). */
export class ProgramTable extends MapHandle {
  readonly #programs = new Map<string, { readonly key: Value; readonly program: ProgramHandle }>();

  override get(key: Input): ProgramHandle | undefined {
    return this.#programs.get(hexBytes(this.codecs.key.encode(key)))?.program;
  }

  override has(key: Input): boolean {
    return this.get(key) !== undefined;
  }

  override set(key: Input, program: unknown): void {
    if (!(program instanceof ProgramHandle)) {
      throw new SkepError('SKEP_BAD_VALUE', `map ${this.name} holds programs`, {
        remedy: 'give a program of this collection',
      });
    }
    this.setBytes(this.codecs.key.encode(key), program);
  }

  /** Puts a program under a key given as bytes. */
  setBytes(key: Uint8Array, program: ProgramHandle): void {
    this.map.updateReference(key, program.program);
    this.#programs.set(hexBytes(key), { key: this.codecs.key.decode(key), program });
  }

  override delete(key: Input): boolean {
    const bytes = this.codecs.key.encode(key);
    this.#programs.delete(hexBytes(bytes));
    return this.map.delete(bytes);
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
  override entries(): IterableIterator<[key: Value, value: ProgramHandle]> {
    return this[Symbol.iterator]();
  }
  override *keys(): Generator<Value> {
    for (const { key } of this.#programs.values()) yield key;
  }
  override *values(): Generator<ProgramHandle> {
    for (const { program } of this.#programs.values()) yield program;
  }
  override *[Symbol.iterator](): Generator<[key: Value, value: ProgramHandle]> {
    for (const { key, program } of this.#programs.values()) yield [key, program];
  }
}
