import type { TaskMeta } from 'vitest';
import type { SkepError } from '../../../../core/src/base/index.ts';
import type { Link } from '../../../../core/src/host/index.ts';
import { BpfLink, LinkGroup } from '../../../src/link/index.ts';
import type { Counter } from './counter.ts';

/** Row of docs/attach-matrix.md, which scripts/attach-matrix.ts writes from a test run. */
export interface MatrixRow {
  /** Section, with what tells rows of one section apart. */
  readonly name: string;
  readonly type: string;
  /** How it is attached. */
  readonly through: string;
  /** Why it cannot be attached on the kernel of the test run; absent where it can. */
  readonly refusal?: string;
}

declare module 'vitest' {
  interface TaskMeta {
    attach?: MatrixRow;
  }
}

/** Notes for the matrix that a program was attached. */
export function noteAttached(task: { meta: TaskMeta }, name: string, counter: Counter, link: Link): void {
  noteAttachedAs(task, name, counter.type, link);
}

/** The same for what is not a {@link Counter}. */
export function noteAttachedAs(task: { meta: TaskMeta }, name: string, type: string, link: Link | undefined): void {
  const through = link instanceof BpfLink || link instanceof LinkGroup ? 'bpf_link' : 'no bpf_link';
  task.meta.attach = { name, type, through };
}

/** Notes for the matrix why a program cannot be attached. */
export function noteRefused(task: { meta: TaskMeta }, name: string, type: string, refusal: string): void {
  task.meta.attach = { name, type, through: 'bpf_link', refusal };
}

/** What the last line of a reason says, without the kernel's release. */
export function refusalOf(error: SkepError): string {
  return `${error.errno ?? error.code}: ${(error.reason ?? error.message).split(' (bpf')[0]}`;
}
