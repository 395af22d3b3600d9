import { mapFlags } from '../abi/map-metadata.ts';
import { SkepError } from '../base/errors.ts';
import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { Errno } from './errno.ts';
import { UpdateFlag } from './flags.ts';
import { allocateHeader, Header } from './header.ts';
import type { BpfMap } from './map.ts';
import type { Memory, RegionLayout } from './memory.ts';

/** Where the elements of a region and the parts of them that programs reach are. */
export type RegionParts = Pick<RegionLayout, 'count' | 'stride' | 'offset' | 'size'> & Partial<RegionLayout>;

/**
 * What all map types share: the header, the rights of user space, and owners. A map type says where the value of a
 * key is (`locate`) and where a new one goes (`place`); user space's copies in and out follow from that.
 */
export abstract class MapBase implements BpfMap {
  readonly definition: MapDefinition;
  readonly handle: number;
  readonly userValueSize: number;
  protected readonly memory: Memory;
  protected readonly environment: MapEnvironment;
  readonly #owned: number[] = [];
  #owners = 1;
  #frozen = false;

  constructor(definition: MapDefinition, environment: MapEnvironment, userValueSize: number = definition.valueSize) {
    this.definition = definition;
    this.environment = environment;
    this.memory = environment.memory;
    this.userValueSize = userValueSize;
    this.handle = allocateHeader(environment.memory, definition);
    this.#owned.push(this.handle);
  }

  abstract readonly entries: number;

  lookup(_key: number, _cpu: number): number {
    return 0;
  }
  update(_key: number, _value: number, _flags: number, _cpu: number): number {
    return Errno.EINVAL;
  }
  delete(_key: number): number {
    return Errno.EINVAL;
  }
  forEach(_cpu: number, _visit: (key: number, value: number) => boolean): number {
    return Errno.EINVAL;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.checkReadable();
    const at = this.locate(this.keyAddress(key));
    return at === 0 ? undefined : this.memory.u8.slice(at, at + this.userValueSize);
  }

  set(key: Uint8Array, value: Uint8Array, flags: number): number {
    this.checkValue(value);
    const address = this.keyAddress(key);
    if (!this.mayWrite) return Errno.EPERM;
    if ((flags & UpdateFlag.LOCK) !== 0) return Errno.EINVAL;
    const at = this.place(address, flags);
    if (at < 0) return at;
    this.memory.u8.set(value, at);
    return 0;
  }

  remove(key: Uint8Array): number {
    const address = this.keyAddress(key);
    return this.mayWrite ? this.delete(address) : Errno.EPERM;
  }

  nextKey(key: Uint8Array | undefined): Uint8Array | undefined {
    this.checkReadable();
    const next = this.following(key === undefined ? 0 : this.keyAddress(key));
    return next === 0 ? undefined : this.memory.u8.slice(next, next + this.definition.keySize);
  }

  freeze(): number {
    if (!this.mayWrite) return Errno.EPERM;
    this.#frozen = true;
    return 0;
  }

  retain(): void {
    this.#owners += 1;
  }

  dispose(): void {
    if (this.#owners === 0) return;
    this.#owners -= 1;
    if (this.#owners > 0) return;
    this.clear();
    this.environment.released?.(this);
    for (const address of this.#owned.splice(0)) this.memory.free(address);
  }

  /** Address of all CPUs' values of a key, or 0. */
  protected locate(_key: number): number {
    return 0;
  }
  /** Address where the value of a key is to be written, or a negative error number. */
  protected place(_key: number, _flags: number): number {
    return Errno.EINVAL;
  }
  /** Address of the key after `key` (0: the first), or 0 at the end. */
  protected following(_key: number): number {
    return 0;
  }
  /** Lets go of other maps and of memory beyond {@link owned} when the map ends. */
  protected clear(): void {}

  /** Whether user space may change the map. */
  protected get mayWrite(): boolean {
    return !this.#frozen && (this.definition.flags & mapFlags.BPF_F_RDONLY) === 0;
  }

  protected checkReadable(): void {
    if ((this.definition.flags & mapFlags.BPF_F_WRONLY) === 0) return;
    throw new SkepError('SKEP_MAP_REFUSED', `map ${this.definition.name} cannot be read from user space`, {
      reason: 'it was made with BPF_F_WRONLY',
      errno: 'EPERM',
    });
  }

  protected checkValue(value: Uint8Array): void {
    this.#check('value', value, this.userValueSize);
  }

  /** Copies a key of user space into the header and gives its address. */
  protected keyAddress(key: Uint8Array): number {
    this.#check('key', key, this.definition.keySize);
    const address = this.handle + Header.SCRATCH_KEY;
    this.memory.u8.set(key, address);
    return address;
  }

  /** For constructors: address of zeroed memory that programs cannot reach, given back when the map ends. */
  protected allocate(size: number): number {
    return this.#orRelease(() => this.memory.allocate(size, `map ${this.definition.name}`));
  }

  /**
   * For constructors: address of the start of a region, given back when the map ends. Programs reach it with the
   * rights of the map's flags unless `parts` says otherwise.
   */
  protected allocateRegion(parts: RegionParts): number {
    return this.#orRelease(() => this.memory.allocateRegion(this.#layout(parts)).start);
  }

  /** Like {@link allocateRegion} for a map that is in use: 0 where there is no memory. */
  protected growRegion(parts: RegionParts): number {
    try {
      return this.#own(this.memory.allocateRegion(this.#layout(parts)).start);
    } catch (error) {
      if (error instanceof SkepError && error.code === 'SKEP_MEMORY_LIMIT') return 0;
      throw error;
    }
  }

  #layout(parts: RegionParts): RegionLayout {
    const { name, flags } = this.definition;
    return {
      kind: 'map-value',
      name: `map ${name}`,
      writable: (flags & mapFlags.BPF_F_RDONLY_PROG) === 0,
      readable: (flags & mapFlags.BPF_F_WRONLY_PROG) === 0,
      ...parts,
    };
  }

  #own(address: number): number {
    this.#owned.push(address);
    return address;
  }

  /** A map that cannot be made whole leaves nothing behind. */
  #orRelease(allocate: () => number): number {
    try {
      return this.#own(allocate());
    } catch (error) {
      for (const address of this.#owned.splice(0)) this.memory.free(address);
      throw error;
    }
  }

  protected setHeader(field: number, value: number): void {
    this.memory.view.setUint32(this.handle + field, value, true);
  }

  #check(part: 'key' | 'value', bytes: Uint8Array, size: number): void {
    if (bytes.length === size) return;
    const { name } = this.definition;
    throw new SkepError('SKEP_BAD_VALUE', `the ${part} for map ${name} has ${bytes.length} bytes`, {
      reason: `a ${part} of this map has ${size} bytes`,
      remedy: `give exactly ${size} bytes`,
    });
  }
}
