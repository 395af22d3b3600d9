import { rmSync } from 'node:fs';
import { platform } from 'node:process';
import { SkepError } from '@skep/core/base';
import { Bpf } from '../bpf/bpf.ts';
import { errnoName } from '../bpf/errors.ts';
import { KoffiDriver } from '../ffi/koffi.ts';
import { hasNetns, inNetns } from './network-namespace.ts';
import { stateOf } from './process-identity.ts';
import { type Attachment, type FoundRecord, readRecords } from './record.ts';
import { type Undo, undoOf } from './undo.ts';

/** An attachment without a bpf_link whose process ended without taking it away. */
export interface Leftover {
  readonly kind: Attachment['kind'];
  /** Name of the program, as its object has it. */
  readonly program: string;
  /** The kernel's id of the program. */
  readonly id: number;
  /** Process that attached it. */
  readonly pid: number;
  /** Where it is: `device eth0, ingress, as a filter of clsact`. */
  readonly place: string;
  /**
   * Takes the attachment away, and the note of it.
   * @throws SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED where the kernel refuses it.
   */
  remove(): void;
}

/**
 * What processes of this user attached through skep, and left behind when they were killed: attachments that are no
 * bpf_link. They are known by the notes that skep writes before it attaches. What a running process holds is never
 * among them; notes of what is gone are thrown away. Nothing native is loaded where there are no notes.
 */
export function leftovers(bpf?: Bpf): Leftover[] {
  const records = platform === 'linux' ? readRecords() : [];
  if (records.length === 0) return [];
  const calls = bpf ?? new Bpf(new KoffiDriver());
  return records.flatMap((found) => {
    const { process } = found.record;
    if (stateOf(process) !== 'ended') return [];
    const undo = undoOf(found.record);
    const present = undo === undefined ? false : isPresent(calls, found, undo);
    if (undo !== undefined && present === true) return [leftover(calls, found, undo)];
    // A namespace that this process may not enter says nothing: the note stays for one that may.
    if (present === false || !hasNetns(found.record.netns)) rmSync(found.file, { force: true });
    return [];
  });
}

/** Undefined where its network namespace cannot be entered. */
function isPresent(bpf: Bpf, { record }: FoundRecord, undo: Undo): boolean | undefined {
  const { attachment, netns, program } = record;
  return inNetns(bpf.ffi, netns, () => undo.present(bpf, attachment, program.id));
}

function leftover(bpf: Bpf, { file, record }: FoundRecord, undo: Undo): Leftover {
  const { attachment, netns, process, program } = record;
  const place = undo.place(attachment);
  return {
    kind: attachment.kind,
    program: program.name,
    id: program.id,
    pid: process.pid,
    place,
    remove() {
      const errno = inNetns(bpf.ffi, netns, () => undo.remove(bpf, attachment, program.id, program.name)) ?? 0;
      if (errno < 0) throw removeError(`cannot detach program ${program.name} from ${place}`, errno);
      rmSync(file, { force: true });
    },
  };
}

function removeError(what: string, errno: number): SkepError {
  const name = errnoName(errno);
  const permitted = name !== 'EPERM' && name !== 'EACCES';
  return new SkepError(permitted ? 'SKEP_NOT_SUPPORTED' : 'SKEP_NOT_PERMITTED', what, {
    reason: permitted ? `the kernel refuses it (${name})` : 'this process may not do it',
    ...(permitted ? {} : { remedy: 'run as root' }),
    errno: name,
  });
}
