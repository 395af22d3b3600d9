import { cString } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { Bpf } from '../bpf/bpf.ts';
import { btfFeatures, sanitizeBtf } from './sanitize.ts';

const EPERM = -1;

/** BTF that was handed to the kernel, once for each object. A kernel that refuses it does without. */
export class LoadedBtf {
  readonly #bpf: Bpf;
  readonly #descriptors = new Map<Btf, number | undefined>();
  readonly #strings = new WeakMap<Btf, ReadonlyMap<string, number>>();

  constructor(bpf: Bpf) {
    this.#bpf = bpf;
  }

  /** Descriptor of the BTF in the kernel, or undefined where the kernel refuses it. */
  descriptor(btf: Btf): number | undefined {
    if (!this.#descriptors.has(btf)) this.#descriptors.set(btf, this.#load(btf));
    return this.#descriptors.get(btf);
  }

  /**
   * Where the kernel refuses it, again without what only newer kernels have: the newest first. Each object starts with
   * all: one that was refused for another reason must not cost the next its types.
   */
  #load(btf: Btf): number | undefined {
    for (let count = 0; count <= btfFeatures.length; count += 1) {
      const bytes = sanitizeBtf(btf, new Set(btfFeatures.slice(0, count).map(({ name }) => name)));
      const result = this.#bpf.call('btf_load', this.#bpf.attr('btf_load', { btf: bytes, btf_size: bytes.length }));
      if (result >= 0) return result;
      if (result === EPERM) return undefined;
    }
    return undefined;
  }

  /** Offset of each string in the string section. */
  strings(btf: Btf): ReadonlyMap<string, number> {
    const known = this.#strings.get(btf) ?? stringOffsets(btf);
    this.#strings.set(btf, known);
    return known;
  }

  /** Closes the descriptor of one: maps and programs made with it keep their types. */
  forget(btf: Btf): void {
    const descriptor = this.#descriptors.get(btf);
    if (descriptor !== undefined) this.#bpf.close(descriptor);
    this.#descriptors.delete(btf);
  }

  dispose(): void {
    for (const descriptor of this.#descriptors.values()) if (descriptor !== undefined) this.#bpf.close(descriptor);
    this.#descriptors.clear();
  }
}

/** Reads the string section of the BTF header (btf.rst, section 2): its offset and length are the last two words. */
function stringOffsets(btf: Btf): ReadonlyMap<string, number> {
  const view = new DataView(btf.bytes.buffer, btf.bytes.byteOffset, btf.bytes.byteLength);
  const start = view.getUint32(4, true) + view.getUint32(16, true);
  const section = btf.bytes.subarray(start, start + view.getUint32(20, true));
  const offsets = new Map<string, number>();
  for (let at = 0; at < section.length; at = section.indexOf(0, at) + 1) {
    const text = cString(section, at);
    if (text === undefined) break;
    offsets.set(text, at);
  }
  return offsets;
}
