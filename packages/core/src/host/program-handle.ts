import type { ProgramType } from '../abi/program-types.gen.ts';
import { SkepError } from '../base/errors.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import type { AttachFields, AttachTarget } from './attach-target.ts';
import type { HostProgram, Link, RunOptions, RunResult } from './host.ts';
import type { ProgramInfo } from './info.ts';

/** Bytes of a packet, or something that builds them. */
export type Packet = Uint8Array | { bytes(): Uint8Array };

const noPacket: Packet = new Uint8Array(0);

/** A program of a collection, as userland sees it. */
export class ProgramHandle {
  readonly spec: ProgramSpec;
  /** The program on its host. */
  readonly program: HostProgram;
  readonly #ran: () => void;
  readonly #links = new Set<Link>();

  /** @param ran called after each test run. */
  constructor(program: HostProgram, ran: () => void) {
    this.spec = program.spec;
    this.program = program;
    this.#ran = ran;
  }

  get name(): string {
    return this.spec.name;
  }
  get type(): ProgramType {
    return this.spec.type;
  }
  /** What the verifier of the kernel printed, where the collection was loaded with `logLevel`. */
  get verifierLog(): string | undefined {
    return this.program.verifierLog;
  }

  /**
   * Runs it once on a packet, from its link layer header on; programs of other kinds take no packet, but a `context`.
   * @throws SKEP_FAULT where the program does something wrong, SKEP_BAD_PACKET for a packet its host would not take.
   */
  run(packet: Packet = noPacket, options?: RunOptions): RunResult {
    try {
      return this.program.run(packet instanceof Uint8Array ? packet : packet.bytes(), options);
    } finally {
      this.#ran();
    }
  }

  /**
   * Attaches it to what goes with its type: a network interface by name or index, a cgroup by its path, a socket by its
   * descriptor, or a record of all that is to be said; `options` may say the rest. Disposing the link, or the
   * collection, detaches.
   * @throws SKEP_BUSY, SKEP_NO_SUCH_NAME, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED where the host cannot attach it.
   */
  attach(target: string | number | AttachTarget = {}, options: AttachFields = {}): Link {
    const place = typeof target === 'object' ? target : placeOf(this.type, target);
    const link = this.program.attach({ ...place, ...options });
    this.#links.add(link);
    return link;
  }

  /**
   * Keeps the program after its collection, under a path: a file of a bpf file system, whose folders are made.
   * @throws SKEP_BUSY where the path is taken, SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED.
   */
  pin(path: string): void {
    if (this.program.pin === undefined) throw this.#lacks('pin');
    this.program.pin(path);
  }

  /** What the host tells of it. @throws SKEP_NOT_SUPPORTED where it tells nothing. */
  info(): ProgramInfo {
    const info = this.program.info?.();
    if (info === undefined) throw this.#lacks('info');
    return info;
  }

  #lacks(operation: string): SkepError {
    return new SkepError('SKEP_NOT_SUPPORTED', `program ${this.name} has no ${operation} on this host`, {
      remedy: 'load it into a kernel',
    });
  }

  /** Detaches what is attached. Called when its collection ends. */
  close(): void {
    for (const link of this.#links) link[Symbol.dispose]();
    this.#links.clear();
  }
}

/** The place that a single name or number means for a type of program. */
function placeOf(type: ProgramType, target: string | number): AttachTarget {
  if (typeof target === 'number' && (type === 'socket_filter' || type === 'sk_reuseport')) return { socket: target };
  const isCgroup = type.startsWith('cgroup_') || type === 'sock_ops';
  return isCgroup && typeof target === 'string' ? { cgroup: target } : { device: target };
}
