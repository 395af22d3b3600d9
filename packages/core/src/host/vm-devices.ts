import type { ProgramType } from '../abi/program-types.gen.ts';
import { SkepError } from '../base/errors.ts';
import type { ProgramSpec } from '../object/program-spec.ts';
import type { Interface } from './attach-target.ts';
import type { HostProgram, Link } from './host.ts';
import type { LinkInfo } from './link-info.ts';

/** Where a packet that arrives meets programs, in this order: the driver (XDP), then traffic control's ingress. */
const hooks: readonly ProgramType[] = ['xdp', 'sched_cls'];

/** A virtual network interface: one program per hook. */
interface Device<Program> {
  readonly ifindex: number;
  readonly programs: Map<ProgramType, Program>;
}

/** The virtual network interfaces of a VM. One comes into being when something is attached to its name. */
export class VmDevices<Program extends { readonly spec: ProgramSpec; readonly number: number }> {
  readonly #devices = new Map<string, Device<Program>>();
  #lastLink = 0;

  /** Attaches a program to the hook of its type. @throws SKEP_BUSY, SKEP_NOT_SUPPORTED, SKEP_USAGE. */
  attach(name: Interface | undefined, program: Program): Link {
    const { type } = program.spec;
    if (!hooks.includes(type)) {
      throw new SkepError('SKEP_NOT_SUPPORTED', `the VM cannot attach programs of type ${type}`, {
        reason: `packets that arrive at its devices meet programs of type ${hooks.join(' and ')}`,
        remedy: 'run the program on single packets',
      });
    }
    if (typeof name !== 'string') {
      throw new SkepError('SKEP_USAGE', `program ${program.spec.name} needs the name of a device to be attached to`, {
        remedy: "attach('eth0') or attach({ device: 'eth0' })",
      });
    }
    const { programs } = this.#open(name);
    const other = programs.get(type);
    if (other !== undefined) {
      throw new SkepError('SKEP_BUSY', `device ${name} has a program of type ${type} already: ${other.spec.name}`, {
        remedy: 'dispose of its link first',
        errno: 'EBUSY',
      });
    }
    programs.set(type, program);
    this.#lastLink += 1;
    return new VmLink(this.#lastLink, type, programs, program);
  }

  /** Detaches a program wherever it is attached. */
  detach(program: Program): void {
    for (const { programs } of this.#devices.values()) {
      if (programs.get(program.spec.type) === program) programs.delete(program.spec.type);
    }
  }

  /** Programs that a packet meets at a device, in order, and the device's number. */
  programsAt(name: string): { readonly ifindex: number; readonly programs: readonly Program[] } {
    const device = this.#devices.get(name);
    const programs = hooks.map((type) => device?.programs.get(type)).filter((program) => program !== undefined);
    return { ifindex: device?.ifindex ?? 1, programs };
  }

  #open(name: string): Device<Program> {
    const device: Device<Program> = this.#devices.get(name) ?? { ifindex: this.#devices.size + 1, programs: new Map() };
    this.#devices.set(name, device);
    return device;
  }
}

/** The attachment of a program to a hook of a device. */
class VmLink<Program extends { readonly spec: ProgramSpec; readonly number: number }> implements Link {
  readonly id: number;
  readonly #type: ProgramType;
  readonly #programs: Map<ProgramType, Program>;
  #program: Program;

  constructor(id: number, type: ProgramType, programs: Map<ProgramType, Program>, program: Program) {
    this.id = id;
    this.#type = type;
    this.#programs = programs;
    this.#program = program;
  }

  pin(): void {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'a link of the VM cannot be pinned: it ends with its process');
  }

  update(next: HostProgram | { readonly program: HostProgram }): void {
    const program = 'program' in next ? next.program : next;
    if (this.#programs.get(this.#type) !== this.#program) {
      throw new SkepError('SKEP_USAGE', 'the link was disposed of before it was updated');
    }
    if (!this.#isAlike(program)) {
      throw new SkepError('SKEP_NOT_SUPPORTED', `program ${program.spec.name} cannot take the place of another`, {
        reason: `the link is for programs of type ${this.#type} of this VM`,
      });
    }
    this.#program = program;
    this.#programs.set(this.#type, program);
  }

  #isAlike(program: HostProgram): program is HostProgram & Program {
    return program.spec.type === this.#type && program.constructor === this.#program.constructor;
  }

  info(): LinkInfo {
    return { id: this.id, type: this.#type, programId: this.#program.number, details: {} };
  }

  detach(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#programs.get(this.#type) === this.#program) this.#programs.delete(this.#type);
  }
}
