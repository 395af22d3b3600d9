import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attachable, programId } from '../link/attachable.ts';
import type { Route } from '../netlink/route.ts';
import type { Direction } from '../netlink/traffic-control.ts';
import { type ProcessIdentity, thisProcess } from './process-identity.ts';
import { runDirectory } from './run-directory.ts';

/** An attachment without a bpf_link: enough to find it again and to undo it. */
export type Attachment =
  /** Filter of clsact; `qdisc`: the qdisc was made for it. */
  | {
      readonly kind: 'clsact';
      readonly ifindex: number;
      readonly device: string;
      readonly direction: Direction;
      readonly qdisc: boolean;
    }
  /** By rtnetlink; `mode` are flags of {@link xdpFlags}. */
  | { readonly kind: 'xdp'; readonly ifindex: number; readonly device: string; readonly mode: number }
  | { readonly kind: 'cgroup'; readonly path: string; readonly attachType: number }
  | { readonly kind: 'sockmap'; readonly map: number; readonly attachType: number }
  /** Map of a struct of functions that was registered by writing it. */
  | { readonly kind: 'struct_ops'; readonly map: number; readonly name: string }
  /** Route with a program. */
  | { readonly kind: 'route'; readonly destination: string; readonly route: Route };

/** What stands in the run directory for each attachment without a bpf_link while it is there. */
export interface AttachmentRecord {
  readonly process: ProcessIdentity;
  /** Network namespace, as /proc shows it: `net:[4026531840]`. */
  readonly netns: string;
  /** The program's id, which no other program of this boot gets, and its name in the object. */
  readonly program: { readonly id: number; readonly name: string };
  readonly attachment: Attachment;
}

/**
 * Notes an attachment that outlives a process that is killed, before it is made. The function that it gives takes the
 * note away. Where no directory can be written to there is no note, and attaching goes on without.
 */
export function noteAttachment({ bpf, spec, descriptor }: Attachable, attachment: Attachment): () => void {
  return writeRecord({ id: programId(bpf, descriptor), name: spec.name }, attachment);
}

/** The same for what is no program, such as a registered map. */
export function writeRecord(program: AttachmentRecord['program'], attachment: Attachment): () => void {
  const folder = runDirectory();
  if (folder === undefined) return () => undefined;
  try {
    const process = thisProcess();
    const netns = readlinkSync('/proc/thread-self/ns/net');
    const record: AttachmentRecord = { process, netns, program, attachment };
    // Threads of one process write here side by side.
    const file = join(folder, `${process.pid}-${process.started}-${randomBytes(8).toString('hex')}.json`);
    writeFileSync(file, JSON.stringify(record, bytesAsNumbers), { mode: 0o600, flag: 'wx' });
    return () => rmSync(file, { force: true });
  } catch {
    return () => undefined;
  }
}

function bytesAsNumbers(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

/** Addresses come back from JSON as lists of numbers. */
function bytesFromNumbers(key: string, value: unknown): unknown {
  return Array.isArray(value) && (key === 'destination' || key === 'gateway') ? Uint8Array.from(value) : value;
}

/** A record and where it lies. */
export interface FoundRecord {
  readonly file: string;
  readonly record: AttachmentRecord;
}

/** All records of this user; a file that holds something else is passed over. */
export function readRecords(): FoundRecord[] {
  const folder = runDirectory();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+-\d+-[0-9a-f]{16}\.json$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const record = parseRecord(file);
      return record === undefined ? [] : [{ file, record }];
    });
}

function parseRecord(file: string): AttachmentRecord | undefined {
  try {
    const record: AttachmentRecord = JSON.parse(readFileSync(file, 'utf8'), bytesFromNumbers);
    const whole = [record.process.pid, record.program.id].every(Number.isInteger);
    return whole && typeof record.attachment.kind === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}
