import { closeSync, readFileSync } from 'node:fs';
import { attachTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';
import { type Attachable, descriptorOf, missingTarget } from './attachable.ts';
import { attachCgroup, openDirectory } from './cgroup.ts';
import { attachError } from './errors.ts';
import { BpfLink } from './link.ts';
import { openRawTracepoint } from './raw-tracepoint.ts';

const EBADF = -9;

/**
 * Attaches a program whose target was fixed when it was loaded: tp_btf, fentry, fexit, fmod_ret, LSM (Linux 5.5 to
 * 5.7), and iterators (Linux 5.8).
 */
export function attachTracing(program: Attachable, target: AttachFields): Link {
  const { attachType, attachTarget = '' } = program.spec;
  if (attachType === 'trace_iter') return attachIterator(program, target);
  if (attachType === 'lsm_cgroup') return attachCgroup(program, target);
  return openRawTracepoint(program, undefined, attachTarget, 'tracing link');
}

/** The link of an iterator: each read walks once over everything. */
export class IteratorLink extends BpfLink {
  readonly #bpf: Bpf;
  readonly #name: string;

  constructor(bpf: Bpf, descriptor: number, name: string) {
    super(bpf, descriptor);
    this.#bpf = bpf;
    this.#name = name;
  }

  /** Runs the iterator from its beginning to its end and gives what the program wrote. */
  read(): Uint8Array {
    if (this.disposed) throw new SkepError('SKEP_USAGE', `the link of iterator ${this.#name} was disposed of`);
    const attr = this.#bpf.attr('iter_create', { link_fd: this.descriptor });
    const iterator = this.#bpf.call('iter_create', attr);
    if (iterator < 0) throw kernelError('iter_create', iterator, `cannot run iterator ${this.#name}`);
    try {
      return new Uint8Array(readFileSync(iterator));
    } finally {
      closeSync(iterator);
    }
  }
}

function attachIterator(program: Attachable, target: AttachFields): IteratorLink {
  const { bpf, spec, descriptor } = program;
  const { map, cgroup } = target;
  const directory = cgroup === undefined ? undefined : openDirectory(cgroup);
  try {
    const info = iteratorInfo(spec.name, target, directory);
    const attr = bpf.attr('link_create', {
      prog_fd: descriptor,
      attach_type: attachTypes.trace_iter,
      ...(info === undefined ? {} : { iter_info: info, iter_info_len: info.length }),
    });
    const result = bpf.call('link_create', attr);
    if (result >= 0) return new IteratorLink(bpf, result, spec.name);
    if (result === EBADF && map === undefined) throw missingTarget(program, '{ map }, the map to walk over');
    throw attachError(result, {
      kind: 'iterator',
      what: `cannot attach iterator ${spec.name} (${spec.attachTarget ?? ''})`,
      invalid: 'the iterator needs a map, does not take this target, or takes none',
    });
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

/** BPF_CGROUP_ITER_*. */
const orders = { self: 1, descendants: 2, descendants_post: 3, ancestors: 4 } as const;

/** `union bpf_iter_link_info`: a map, or order and cgroup, or thread and process. */
function iteratorInfo(
  name: string,
  { map, pid, tid, order = 'self' }: AttachFields,
  directory: number | undefined,
): Uint8Array | undefined {
  const view = new DataView(new ArrayBuffer(16));
  if (map !== undefined) {
    const descriptor = descriptorOf(map);
    if (descriptor === undefined) {
      throw new SkepError('SKEP_USAGE', `the map that iterator ${name} walks over is not one of this host`);
    }
    view.setUint32(0, descriptor, true);
  } else if (directory !== undefined) {
    view.setUint32(0, orders[order], true);
    view.setUint32(4, directory, true);
  } else if (pid !== undefined || tid !== undefined) {
    view.setUint32(0, tid ?? 0, true);
    view.setUint32(4, pid ?? 0, true);
  } else return undefined;
  return new Uint8Array(view.buffer);
}
