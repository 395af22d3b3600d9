import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SkepError } from '@skep/core/base';
import { Btf, findCandidates, type KindName, type TypeId } from '@skep/core/btf';
import type { Bpf } from '../bpf/bpf.ts';
import { moduleDescriptor } from './module-descriptor.ts';
import { parseKernelTypes, VMLINUX, vmlinux } from './vmlinux.ts';

/** A type of the kernel or, with `module`, of a module of it. */
export interface KernelType {
  readonly id: TypeId;
  /** The BTF that has it. */
  readonly btf: Btf;
  readonly module?: string;
}

/** What {@link KernelTypes} reads instead of the files of the running kernel. */
export interface TypeSources {
  /** Types for CO-RE relocations. */
  readonly btf?: string | Uint8Array;
  /** Folder with the types of modules, `/sys/kernel/btf` unless said otherwise. */
  readonly folder?: string;
}

/**
 * The types that programs are fitted to: those of the kernel, then those of its modules (split BTF, Linux 5.11). A
 * module whose types are missing or broken is passed over. All is read when first needed.
 */
export class KernelTypes {
  readonly #bpf: Bpf | undefined;
  readonly #sources: TypeSources;
  readonly #modules = new Map<string, Btf | undefined>();
  readonly #descriptors = new Map<string, number | undefined>();
  #own: Btf | undefined;

  constructor(bpf: Bpf | undefined, sources: TypeSources = {}) {
    this.#bpf = bpf;
    this.#sources = sources;
  }

  /**
   * What the CO-RE relocations of a program are resolved against: the types given instead of the kernel's, or the
   * kernel's, with those of modules where it lacks one of `roots`.
   * @throws SKEP_NOT_SUPPORTED where the kernel has no types, SKEP_BAD_BTF, SKEP_NO_FILE.
   */
  targets(local: Btf, roots: readonly TypeId[]): readonly Btf[] {
    if (this.#sources.btf !== undefined) return [this.#given(this.#sources.btf)];
    const kernel = vmlinux();
    const missing = new Set(roots.filter((root) => findCandidates(local, root, [kernel]).length === 0));
    if (missing.size === 0) return [kernel];
    const modules = [...this.#split()].map(([, btf]) => btf);
    return [
      kernel,
      ...modules.filter((btf) => [...missing].some((root) => findCandidates(local, root, [btf]).length > 0)),
    ];
  }

  /** The first type of that name and kind, of the running kernel or a module. @throws SKEP_NOT_SUPPORTED, SKEP_BAD_BTF. */
  find(name: string, kind: KindName): KernelType | undefined {
    const kernel = vmlinux();
    const id = kernel.findByName(name, kind);
    if (id !== undefined) return { id, btf: kernel };
    for (const [module, btf] of this.#split()) {
      const own = btf.findAll(name).find((one) => one >= btf.firstId && btf.kind(one) === kind);
      if (own !== undefined) return { id: own, btf, module };
    }
    return undefined;
  }

  /** Descriptor of a module's types, by which the kernel is told of them. @throws SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED. */
  descriptor(module: string): number {
    const known = this.#descriptors.get(module);
    if (known !== undefined) return known;
    if (this.#bpf === undefined) throw new SkepError('SKEP_NOT_SUPPORTED', `there is no kernel with module ${module}`);
    const found = moduleDescriptor(this.#bpf, module);
    this.#descriptors.set(module, found);
    return found;
  }

  dispose(): void {
    for (const descriptor of this.#descriptors.values()) if (descriptor !== undefined) this.#bpf?.close(descriptor);
    this.#descriptors.clear();
  }

  #given(btf: string | Uint8Array): Btf {
    this.#own ??=
      typeof btf === 'string'
        ? parseKernelTypes(readTypes(btf), btf)
        : parseKernelTypes(btf, 'the types of the kernel');
    return this.#own;
  }

  /** Modules by name with their types; names are asked anew, as modules come and go. */
  *#split(): Generator<readonly [name: string, btf: Btf]> {
    for (const name of moduleNames(this.#folder)) {
      if (!this.#modules.has(name)) this.#modules.set(name, readModule(join(this.#folder, name)));
      const btf = this.#modules.get(name);
      if (btf !== undefined) yield [name, btf];
    }
  }

  get #folder(): string {
    return this.#sources.folder ?? dirname(VMLINUX);
  }
}

function moduleNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name !== 'vmlinux')
      .sort();
  } catch {
    return [];
  }
}

/** The types of a module, or undefined where they cannot be read: no reason not to load what does without them. */
function readModule(path: string): Btf | undefined {
  try {
    const btf = Btf.parse(readFileSync(path), vmlinux());
    // Whatever is wrong with a type shows when it is decoded.
    for (let id = btf.firstId; id < btf.count; id += 1) btf.type(id);
    return btf;
  } catch {
    return undefined;
  }
}

function readTypes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SkepError('SKEP_NO_FILE', `cannot read the types in ${path}`, { place: { file: path }, cause: error });
  }
}
