import { readFileSync, readlinkSync } from 'node:fs';
import { pid } from 'node:process';

/** What tells a process from all others, past and present: numbers of processes come again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the boot to its start (proc_pid_stat(5), field 22). */
  readonly started: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly boot: string;
  /** The namespace that `pid` counts in, as /proc shows it. */
  readonly pidNamespace: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid, started: startOf(pid) ?? '', boot: bootId(), pidNamespace: pidNamespace() };
}

/** Whether a process still runs; `unknown` where its number is of another namespace. */
export function stateOf(process: ProcessIdentity): 'running' | 'ended' | 'unknown' {
  if (process.boot !== bootId()) return 'ended';
  if (process.pidNamespace !== pidNamespace()) return 'unknown';
  return startOf(process.pid) === process.started ? 'running' : 'ended';
}

/** The running boot's id. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid');
}

/** Start time of a process that runs; a zombie does not. */
function startOf(number: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${number}/stat`, 'latin1');
    // The name in parentheses may hold anything: the state and what follows stand behind the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
