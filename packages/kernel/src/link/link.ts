import { closeSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { HostProgram, Link, LinkInfo } from '@skep/core/host';
import type { Bpf } from '../bpf/bpf.ts';
import type { Command } from '../bpf/commands.gen.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';
import { pin, unpin } from '../map/bpf-file-system.ts';
import { descriptorOf } from './attachable.ts';
import { linkInfo } from './link-info.ts';

/** A bpf_link (Linux 5.7): the attachment lives as long as its descriptor, or as long as it is pinned. */
export class BpfLink implements Link {
  readonly descriptor: number;
  readonly #bpf: Bpf;
  /** Descriptors that belong to the link, such as its perf event. */
  readonly #others: readonly number[];
  #id: number | undefined;
  #disposed = false;

  constructor(bpf: Bpf, descriptor: number, others: readonly number[] = []) {
    this.#bpf = bpf;
    this.descriptor = descriptor;
    this.#others = others;
  }

  /** True once it was disposed of: its descriptor may be another's by now. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** The kernel's id (Linux 5.8), as `bpftool link` shows it; 0 where the kernel does not tell. */
  get id(): number {
    if (!this.#disposed) this.#id ??= this.#readId();
    return this.#id ?? 0;
  }

  #readId(): number {
    const info = this.#bpf.attr('link_info');
    const attr = this.#bpf.attr('info', { bpf_fd: this.descriptor, info: info.bytes, info_len: info.bytes.length });
    return this.#bpf.call('obj_get_info_by_fd', attr) < 0 ? 0 : info.u32('id');
  }

  pin(path: string): void {
    if (this.#disposed) throw new SkepError('SKEP_USAGE', `the link was disposed of before it was pinned at ${path}`);
    pin(this.#bpf, this.descriptor, path, 'the link');
  }

  update(program: HostProgram | { readonly program: HostProgram }): void {
    const next = descriptorOf(program);
    const { name } = ('program' in program ? program.program : program).spec;
    const what = `cannot put program ${name} in the place of another`;
    if (next === undefined || this.#disposed) {
      const reason = this.#disposed ? 'the link was disposed of' : 'it lives on another host';
      throw new SkepError('SKEP_USAGE', what, { reason });
    }
    const attr = this.#bpf.attr('link_update', { link_fd: this.descriptor, new_prog_fd: next });
    const result = this.#bpf.call('link_update', attr);
    if (result < 0) throw unable('link_update', result, what, 'its type is another, or links of this kind keep theirs');
  }

  info(): LinkInfo {
    if (this.#disposed) throw new SkepError('SKEP_USAGE', 'the link was disposed of before it was asked');
    return linkInfo(this.#bpf, this.descriptor);
  }

  detach(): void {
    if (this.#disposed) return;
    const result = this.#bpf.call('link_detach', this.#bpf.attr('link_detach', { link_fd: this.descriptor }));
    if (result < 0) {
      throw unable('link_detach', result, 'cannot detach the link', 'links of this kind end with their last holder');
    }
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#bpf.close(this.descriptor);
    for (const other of this.#others) this.#bpf.close(other);
  }
}

/** The error of a command that some kinds of links do not have. */
function unable(command: Command, errno: number, what: string, reason: string): SkepError {
  const known = ['EINVAL', 'EOPNOTSUPP', 'ENOTSUPP'].includes(errnoName(errno));
  return kernelError(command, errno, what, known ? { code: 'SKEP_NOT_SUPPORTED', reason } : {});
}

/** An attachment without a bpf_link: ended by undoing it. It outlives a process that is killed. */
export class PlainLink implements Link {
  readonly id = 0;
  readonly #undo: () => void;
  readonly #why: string;
  #disposed = false;

  /** @param why what kind of attachment it is, for the refusal to pin it. */
  constructor(why: string, undo: () => void) {
    this.#why = why;
    this.#undo = undo;
  }

  pin(path: string): void {
    throw new SkepError('SKEP_NOT_SUPPORTED', `cannot pin the link at ${path}`, {
      reason: `${this.#why} has no bpf_link`,
    });
  }

  update(): void {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'cannot put a program in the place of another', {
      reason: `${this.#why} has no bpf_link`,
      remedy: 'attach the other program, then dispose of this link',
    });
  }

  info(): LinkInfo {
    return { id: 0, type: 'none', programId: 0, details: {} };
  }

  detach(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#undo();
  }
}

/** Several links that come and go together, such as one event per CPU. */
export class LinkGroup implements Link {
  readonly #links: readonly Link[];

  constructor(links: readonly Link[]) {
    this.#links = links;
  }

  /** Id of the first. */
  get id(): number {
    return this.#links[0]?.id ?? 0;
  }

  /** One link is pinned at the path itself, several at `path_0`, `path_1`, ...: all of them or none. */
  pin(path: string): void {
    const paths = this.#links.map((_, index) => (this.#links.length === 1 ? path : `${path}_${index}`));
    const pinned: string[] = [];
    try {
      for (const [index, one] of paths.entries()) {
        this.#links[index]?.pin(one);
        pinned.push(one);
      }
    } catch (error) {
      for (const one of pinned) unpin(one);
      throw error;
    }
  }

  update(program: HostProgram | { readonly program: HostProgram }): void {
    for (const link of this.#links) link.update(program);
  }

  /** What the kernel tells of the first. */
  info(): LinkInfo {
    return this.#links[0]?.info() ?? { id: 0, type: 'none', programId: 0, details: {} };
  }

  detach(): void {
    for (const link of this.#links) link.detach();
  }

  [Symbol.dispose](): void {
    for (const link of this.#links) link[Symbol.dispose]();
  }
}

/** Runs `use` with a descriptor that is closed afterwards. */
export function withDescriptor<T>(descriptor: number, use: (descriptor: number) => T): T {
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
