import { SkepError } from '../base/errors.ts';
import type { Value } from '../btf/value.ts';
import type { VariableSpec } from '../object/collection-spec.ts';
import type { Codec, Input } from './codec.ts';
import type { HostMap } from './host.ts';

/** Key of the only entry of a data section. */
const FIRST: Uint8Array = new Uint8Array(4);

/**
 * A variable of a program, in one of its data sections (Linux 5.2). Where the section lies in memory shared with the
 * kernel (Linux 5.5), it is read and written there alone; otherwise `set` writes the whole section, and what a program
 * writes to its neighbours at that moment is lost.
 */
export class GlobalHandle {
  readonly spec: VariableSpec;
  readonly #map: HostMap;
  readonly #codec: Codec;

  constructor(spec: VariableSpec, map: HostMap, codec: Codec) {
    this.spec = spec;
    this.#map = map;
    this.#codec = codec;
  }

  get(): Value {
    const { offset, size } = this.spec;
    const shared = this.#map.shared?.();
    if (shared !== undefined) return this.#codec.decode(shared.read(0, offset, size));
    return this.#codec.decode(this.#section().slice(offset, offset + size));
  }

  /** @throws SKEP_MAP_REFUSED for a constant: it is fixed once loaded, and set with `config` before. */
  set(value: Input): void {
    const { name, offset, constant } = this.spec;
    if (constant) {
      throw new SkepError('SKEP_MAP_REFUSED', `variable ${name} is a constant`, {
        reason: 'constants are fixed once the program is loaded',
        remedy: `give it when you load: { config: { ${name}: ... } }`,
      });
    }
    const bytes = this.#codec.encode(value);
    const shared = this.#map.shared?.();
    if (shared?.writable) {
      shared.write(0, offset, bytes);
      return;
    }
    const section = this.#section();
    section.set(bytes, offset);
    this.#map.update(FIRST, section);
  }

  /** Reads, applies `change`, writes back. Not atomic against a running program. */
  update(change: (value: Value) => Value): void {
    this.set(change(this.get()));
  }

  #section(): Uint8Array {
    const bytes = this.#map.lookup(FIRST);
    if (bytes === undefined) throw new SkepError('SKEP_MAP_NO_ENTRY', `section ${this.spec.map} is gone`);
    return bytes;
  }
}
