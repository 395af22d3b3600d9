import { platform } from 'node:process';
import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { Feature, Host, HostMap, HostProgram, LoadEnvironment, Pins, ProbeResult } from '@skep/core/host';
import type { MapSpec, ProgramSpec } from '@skep/core/object';
import { Bpf } from './bpf/bpf.ts';
import { KernelTypes } from './btf/kernel-types.ts';
import { LoadedBtf } from './btf/loaded-btf.ts';
import { KoffiDriver } from './ffi/koffi.ts';
import { kernelConfig } from './kernel-config.ts';
import { KernelPins } from './kernel-pins.ts';
import { createStructOps } from './link/struct-ops.ts';
import type { Made } from './made.ts';
import { createMap, type MapTypes } from './map/create-map.ts';
import { KernelMap } from './map/kernel-map.ts';
import { probe } from './probe/index.ts';
import { loadProgram } from './program/load-program.ts';
import { enableStatistics } from './program/run-statistics.ts';

/** How the kernel is used. */
export interface KernelOptions {
  /**
   * BTF of this kernel for CO-RE relocations, a file or its bytes, instead of /sys/kernel/btf: for kernels that do not
   * show their types. Functions and variables of the kernel need the kernel's own.
   */
  readonly btf?: string | Uint8Array;
}

/** The Linux kernel as a host: maps and programs live in it, test runs are its own. */
class KernelHost implements Host {
  readonly name = 'kernel';
  readonly #bpf: Bpf;
  readonly #btf: LoadedBtf;
  readonly #types: KernelTypes;
  readonly #made = new Set<Made>();
  readonly pins: Pins;

  constructor(bpf: Bpf, { btf }: KernelOptions) {
    this.#bpf = bpf;
    this.#btf = new LoadedBtf(bpf);
    this.#types = new KernelTypes(bpf, btf === undefined ? {} : { btf });
    this.pins = new KernelPins(bpf, (made) => this.#keep(made));
  }

  probe(feature: Feature): ProbeResult {
    return probe(this.#bpf, feature);
  }

  createMap(spec: MapSpec, inner?: HostMap, btf?: Btf): HostMap {
    if (inner !== undefined && !(inner instanceof KernelMap)) {
      throw new SkepError('SKEP_BAD_MAP', `the inner map of ${spec.name} lives on another host`);
    }
    if (spec.type === 'struct_ops') {
      return this.#keep(createStructOps(this.#bpf, spec, btf, btf && this.#btf.descriptor(btf)));
    }
    return this.#keep(createMap(this.#bpf, spec, inner, btf === undefined ? undefined : this.#mapTypes(spec, btf)));
  }

  /** Types of a map as the kernel takes them: both, or of the map of a data section the section alone. */
  #mapTypes({ keyType, valueType }: MapSpec, btf: Btf): MapTypes | undefined {
    if (valueType === undefined) return undefined;
    const key = keyType ?? (btf.kind(valueType) === 'datasec' ? 0 : undefined);
    const descriptor = key === undefined ? undefined : this.#btf.descriptor(btf);
    return key === undefined || descriptor === undefined ? undefined : { descriptor, key, value: valueType };
  }

  loadProgram(spec: ProgramSpec, environment: LoadEnvironment): HostProgram {
    return this.#keep(loadProgram(this.#bpf, spec, environment, { loaded: this.#btf, kernel: this.#types }));
  }

  kernelConfig(name: string): string | bigint | undefined {
    return kernelConfig(name);
  }

  enableStatistics(): Disposable {
    return enableStatistics(this.#bpf);
  }

  forgetTypes(btf: Btf): void {
    this.#btf.forget(btf);
  }

  /** Takes what is to be freed with the host, until it is freed before. */
  #keep<T extends Made>(made: T): T {
    this.#made.add(made);
    made.onDispose = () => this.#made.delete(made);
    return made;
  }

  dispose(): void {
    for (const made of this.#made) made.dispose();
    this.#made.clear();
    this.#btf.dispose();
    this.#types.dispose();
  }
}

/**
 * The Linux kernel of this machine. Nothing native is loaded before this is called.
 *
 * Where the kernel has no types of its own (built without CONFIG_DEBUG_INFO_BTF), `kernel({ btf: 'types.btf' })` adapts
 * programs with CO-RE relocations to those of a file.
 * @throws SKEP_NOT_SUPPORTED on other systems, on machines whose system calls are not known, and where the native
 *   library cannot be loaded.
 */
export function kernel(options: KernelOptions = {}): Host {
  if (platform !== 'linux') {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'there is no Linux kernel to run in', {
      reason: `this is ${platform}`,
      remedy: 'use the VM, which runs everywhere',
    });
  }
  return new KernelHost(new Bpf(driver()), options);
}

function driver(): KoffiDriver {
  try {
    return new KoffiDriver();
  } catch (error) {
    if (error instanceof SkepError) throw error;
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the library for system calls, koffi, cannot be loaded', {
      reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      remedy: 'install it anew on this machine, or use the VM',
      cause: error,
    });
  }
}
