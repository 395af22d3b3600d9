import { type AttachType, attachTypes, type ProgramType, programFlags, programTypes } from '@skep/core/abi';
import type { KindName } from '@skep/core/btf';
import type { Bpf } from '../bpf/bpf.ts';
import { vmlinux } from '../btf/vmlinux.ts';

const GPL = new TextEncoder().encode('GPL\0');
const LOG_SIZE = 16384;

/** r0 = 0; exit */
export const NOTHING: Uint8Array = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** A program type as it is tried: with the attach type and the target that it needs to be loaded at all. */
export interface Variant {
  readonly type: ProgramType;
  readonly attachType?: AttachType;
  readonly sleepable?: boolean;
}

/** Attach types without which a program of the type does not load. */
export const defaultAttachType: Readonly<Partial<Record<ProgramType, AttachType>>> = {
  cgroup_sock_addr: 'cgroup_inet4_connect',
  cgroup_sockopt: 'cgroup_getsockopt',
  sk_lookup: 'sk_lookup',
  netfilter: 'netfilter',
  tracing: 'trace_raw_tp',
  lsm: 'lsm_mac',
};

/** Types of the kernel that programs are tried on: functions made for tests, or what every kernel has. */
const targets: Readonly<Partial<Record<AttachType, readonly [name: string, kind: KindName]>>> = {
  trace_raw_tp: ['btf_trace_task_newtask', 'typedef'],
  trace_fentry: ['bpf_fentry_test1', 'func'],
  trace_fexit: ['bpf_fentry_test1', 'func'],
  trace_fsession: ['bpf_fentry_test1', 'func'],
  modify_return: ['security_file_open', 'func'],
  trace_iter: ['bpf_iter_task', 'func'],
  lsm_mac: ['bpf_lsm_file_open', 'func'],
  lsm_cgroup: ['bpf_lsm_socket_bind', 'func'],
};

/** The structure whose first function programs of type struct_ops are tried as. */
const STRUCT_OPS = 'tcp_congestion_ops';

/** Id of the kernel's type that a variant is loaded for; undefined for variants without, and without the kernel's BTF. */
function targetOf({ type, attachType }: Variant): number | undefined {
  try {
    if (type === 'struct_ops') return vmlinux().findByName(STRUCT_OPS, 'struct');
    const target = targets[attachType ?? defaultAttachType[type] ?? 'xdp'];
    return target === undefined ? undefined : vmlinux().findByName(...target);
  } catch {
    return undefined;
  }
}

/** What came of loading: a descriptor or a negative error number, and what the verifier said. */
export interface TrialResult {
  readonly result: number;
  readonly log: string;
}

const decoder = new TextDecoder();

/** Loads programs and closes them at once. Buffers are used again from trial to trial. */
export class Trials {
  readonly bpf: Bpf;
  readonly #log = new Uint8Array(LOG_SIZE);
  readonly #targets = new Map<string, number | undefined>();

  constructor(bpf: Bpf) {
    this.bpf = bpf;
  }

  /** Descriptor of the loaded program, which the caller closes, or a negative error number. */
  open(variant: Variant, code: Uint8Array = NOTHING, logLevel = 0): number {
    const { type, sleepable = type === 'syscall' } = variant;
    const attachType = variant.attachType ?? defaultAttachType[type];
    const attr = this.bpf.attr('prog_load', {
      prog_type: programTypes[type],
      insn_cnt: code.length / 8,
      insns: code,
      license: GPL,
      expected_attach_type: attachType === undefined ? 0 : attachTypes[attachType],
      attach_btf_id: this.#target(variant),
      prog_flags: sleepable ? programFlags.BPF_F_SLEEPABLE : 0,
      ...(logLevel === 0 ? {} : { log_level: logLevel, log_size: LOG_SIZE, log_buf: this.#log }),
    });
    this.#log[0] = 0;
    return this.bpf.call('prog_load', attr);
  }

  /** True where the kernel takes the program. */
  loads(variant: Variant, code: Uint8Array): boolean {
    const descriptor = this.open(variant, code);
    if (descriptor >= 0) this.bpf.close(descriptor);
    return descriptor >= 0;
  }

  /** What the kernel says of the program, word for word. */
  explain(variant: Variant, code: Uint8Array = NOTHING, logLevel = 1): TrialResult {
    const result = this.open(variant, code, logLevel);
    if (result >= 0) this.bpf.close(result);
    const end = this.#log.indexOf(0);
    return { result, log: decoder.decode(this.#log.subarray(0, Math.max(0, end))) };
  }

  #target(variant: Variant): number | undefined {
    const key = `${variant.type}/${variant.attachType ?? ''}`;
    if (!this.#targets.has(key)) this.#targets.set(key, targetOf(variant));
    return this.#targets.get(key);
  }
}
