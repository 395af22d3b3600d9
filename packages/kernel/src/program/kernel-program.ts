import { SkepError } from '@skep/core/base';
import type {
  AttachTarget,
  HostProgram,
  Link,
  LoadEnvironment,
  ProgramInfo,
  RunOptions,
  RunResult,
} from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { attach } from '../link/index.ts';
import { pin } from '../map/bpf-file-system.ts';
import { programInfo } from './program-info.ts';
import { testRun } from './test-run.ts';

/** A program in the kernel, by its descriptor. */
export class KernelProgram implements HostProgram {
  readonly spec: ProgramSpec;
  readonly verifierLog: string | undefined;
  onDispose: () => void = () => {};
  readonly #descriptor: number;
  readonly #bpf: Bpf;
  readonly #environment: LoadEnvironment | undefined;
  readonly #links = new Set<Link>();
  #disposed = false;

  /**
   * @param verifierLog what the verifier printed, where it was asked for.
   * @param environment what it was loaded with: its maps and types, which some kinds of attaching need.
   */
  constructor(bpf: Bpf, spec: ProgramSpec, descriptor: number, verifierLog?: string, environment?: LoadEnvironment) {
    this.#environment = environment;
    this.spec = spec;
    this.#descriptor = descriptor;
    this.verifierLog = verifierLog;
    this.#bpf = bpf;
  }

  /** @throws SKEP_USAGE once it was disposed of: the number may be another file's by then. */
  get descriptor(): number {
    if (!this.#disposed) return this.#descriptor;
    throw new SkepError('SKEP_USAGE', `program ${this.spec.name} was disposed of`);
  }

  /** One BPF_PROG_TEST_RUN (Linux 4.12). */
  run(packet: Uint8Array, options: RunOptions = {}): RunResult {
    return testRun(this.#bpf, this.spec, this.descriptor, packet, options);
  }

  attach(target: AttachTarget): Link {
    const link = attach({ ...this.#environment, bpf: this.#bpf, spec: this.spec, descriptor: this.descriptor }, target);
    this.#links.add(link);
    return link;
  }

  pin(path: string): void {
    pin(this.#bpf, this.descriptor, path, `program ${this.spec.name}`);
  }

  info(): ProgramInfo {
    return programInfo(this.#bpf, this.descriptor);
  }

  /** Detaches it where it is attached, and frees it. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const link of this.#links) link[Symbol.dispose]();
    this.#bpf.close(this.#descriptor);
    this.onDispose();
  }
}
