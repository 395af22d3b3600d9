import { verdictName } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { AttachTarget, HostProgram, Link, ProgramInfo, RunOptions, RunResult } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';
import { attach } from '../link/index.ts';
import { pin } from '../map/bpf-file-system.ts';
import { programInfo } from './program-info.ts';
import { testContext } from './test-context.ts';

const ENODEV = -19;
const EINVAL = -22;
const ENOTSUPP = -524;
/** Room for what a program adds in front and behind. */
const GROWTH = 4096;

/** A program in the kernel, by its descriptor. */
export class KernelProgram implements HostProgram {
  readonly spec: ProgramSpec;
  readonly #descriptor: number;
  readonly #bpf: Bpf;
  readonly #links = new Set<Link>();
  #disposed = false;

  constructor(bpf: Bpf, spec: ProgramSpec, descriptor: number) {
    this.spec = spec;
    this.#descriptor = descriptor;
    this.#bpf = bpf;
  }

  /** @throws SKEP_USAGE once it was disposed of: the number may be another file's by then. */
  get descriptor(): number {
    if (!this.#disposed) return this.#descriptor;
    throw new SkepError('SKEP_USAGE', `program ${this.spec.name} was disposed of`);
  }

  /** One BPF_PROG_TEST_RUN (Linux 4.12). */
  run(packet: Uint8Array, options: RunOptions = {}): RunResult {
    const output = new Uint8Array(packet.length + GROWTH);
    const context = testContext(this.spec.type, packet.length, options);
    const attr = this.#bpf.attr('test', {
      prog_fd: this.descriptor,
      data_in: packet,
      data_size_in: packet.length,
      data_out: output,
      data_size_out: output.length,
      repeat: options.repeat ?? 1,
      ctx_in: context,
      ctx_size_in: context?.length,
    });
    const result = this.#bpf.call('prog_test_run', attr);
    if (result < 0) throw this.#runError(result, packet);
    const code = attr.u32('retval');
    return {
      verdict: verdictName(this.spec.type, code) ?? String(code),
      code,
      data: output.slice(0, attr.u32('data_size_out')),
      duration: attr.u32('duration'),
      printk: [],
      copies: [],
    };
  }

  attach(target: AttachTarget): Link {
    const link = attach({ bpf: this.#bpf, spec: this.spec, descriptor: this.descriptor }, target);
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
  }

  #runError(errno: number, packet: Uint8Array): SkepError {
    const what = `cannot run program ${this.spec.name} on a packet of ${packet.length} bytes`;
    if (errno === ENOTSUPP) {
      return kernelError('prog_test_run', errno, what, {
        code: 'SKEP_NOT_SUPPORTED',
        reason: `the kernel has no test runs for programs of type ${this.spec.type}`,
        remedy: 'attach the program instead',
      });
    }
    if (errno === ENODEV) {
      return kernelError('prog_test_run', errno, what, {
        code: 'SKEP_NO_SUCH_NAME',
        reason: 'no interface of this network namespace has that number',
        remedy: '`ip link` lists the interfaces with their numbers',
      });
    }
    if (errno !== EINVAL) return kernelError('prog_test_run', errno, what);
    return kernelError('prog_test_run', errno, what, {
      code: 'SKEP_BAD_PACKET',
      reason: 'test runs take XDP packets from 14 bytes and socket buffers from 15 bytes, up to about 4000',
    });
  }
}
