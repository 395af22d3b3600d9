import type { MapDefinition } from './definition.ts';
import type { MapEnvironment } from './environment.ts';
import { HashBase } from './hash-base.ts';

/** Offsets in an element; +8 is the address of per-CPU values. */
const USED = 12;
const NEWER = 16;
const OLDER = 20;
const KEY_OFFSET = 24;

/**
 * What the hashes that evict share. Entries stand in a list by age, newest first. When a new entry finds the map
 * full, the oldest entry goes that no program has looked up since its last turn; those that were looked up get
 * another turn as the newest (second chance).
 *
 *     element   +0     +4     +8       +12    +16     +20     +24
 *               +------+------+--------+------+-------+-------+-----+-------+
 *               | next | hash | values | used | newer | older | key | value |
 *               +------+------+--------+------+-------+-------+-----+-------+
 *
 * The kernel only comes near this order: it keeps active and inactive lists, hands out free elements to CPUs in
 * batches, and so evicts before a small map is full and sometimes even on the update of an existing key; with
 * `BPF_F_NO_COMMON_LRU` it splits the elements among the CPUs. Here a map always holds `max_entries` entries, and the
 * flag changes nothing. Never compare which entries a kernel and a VM evict.
 */
export abstract class LruBase extends HashBase {
  #newest = 0;
  #oldest = 0;

  constructor(definition: MapDefinition, environment: MapEnvironment, perCpu: boolean) {
    super(definition, environment, { keyOffset: KEY_OFFSET, perCpu });
  }

  protected override makeRoom(): number {
    if (this.entries < this.definition.maxEntries) return 0;
    const view = this.memory.view;
    while (view.getUint32(this.#oldest + USED, true) !== 0) {
      const spared = this.#oldest;
      this.left(spared);
      this.entered(spared);
    }
    this.removeElement(this.#oldest);
    return 0;
  }

  protected override touched(element: number): void {
    this.memory.view.setUint32(element + USED, 1, true);
  }

  protected override entered(element: number): void {
    const view = this.memory.view;
    view.setUint32(element + USED, 0, true);
    view.setUint32(element + NEWER, 0, true);
    view.setUint32(element + OLDER, this.#newest, true);
    if (this.#newest === 0) this.#oldest = element;
    else view.setUint32(this.#newest + NEWER, element, true);
    this.#newest = element;
  }

  protected override left(element: number): void {
    const view = this.memory.view;
    const newer = view.getUint32(element + NEWER, true);
    const older = view.getUint32(element + OLDER, true);
    if (newer === 0) this.#newest = older;
    else view.setUint32(newer + OLDER, older, true);
    if (older === 0) this.#oldest = newer;
    else view.setUint32(older + NEWER, newer, true);
  }
}
