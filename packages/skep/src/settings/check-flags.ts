import { SkepError } from '@skep/core/base';
import { STDIN } from '../files/read-file.ts';
import type { AttachFlags, RunFlags } from './run-flags.ts';

/** All options of `skep run`, as given. */
export type GivenFlags = Partial<RunFlags & AttachFlags>;

/** What `skep run` is to do: run over a capture, or attach and wait for the kernel's own events. */
export type RunMode =
  | { readonly kind: 'capture'; readonly flags: RunFlags }
  | { readonly kind: 'attach'; readonly flags: AttachFlags };

/** Options that say where to attach. */
const attachOptions = ['iface', 'mode', 'direction', 'cgroup', 'netns', 'hook', 'pid', 'seconds', 'pin'] as const;
/** Options that a capture gives a meaning. */
const captureOptions = ['out', 'limit', 'print', 'keepGoing', 'asTestRun', 'ifindex'] as const;
/** Options that set up the VM. */
const machineOptions = ['memory', 'budget', 'seed', 'cpus'] as const;

/** Says which way of running the options ask for. @throws SKEP_USAGE where they contradict each other. */
export function checkFlags(file: string, given: GivenFlags): RunMode {
  const flags = { ...given, cpus: given.cpus ?? 1, rows: given.rows ?? 20 };
  const attach = attachOptions.find((name) => given[name] !== undefined);
  if (given.kernel === true) refuseMachineOptions(given);
  else if (attach !== undefined) throw needsKernel(attach);
  else if (given.log !== undefined) throw needsKernel('log');
  if (given.pcap !== undefined) {
    if (attach !== undefined) throw eitherOr(attach);
    if (given.pcap === STDIN && file === STDIN) throw bothFromStdin();
    return { kind: 'capture', flags: { ...flags, pcap: given.pcap } };
  }
  if (given.kernel !== true) throw noPackets();
  const capture = captureOptions.find((name) => given[name] !== undefined);
  if (capture !== undefined) throw needsCapture(capture);
  return { kind: 'attach', flags };
}

/** The kernel has its own memory, CPUs and random numbers. */
function refuseMachineOptions(given: GivenFlags): void {
  const name = machineOptions.find((one) => given[one] !== undefined && !(one === 'cpus' && given.cpus === 1));
  if (name === undefined) return;
  const option = optionName(name);
  throw new SkepError('SKEP_USAGE', `${option} does not go with --kernel`, {
    reason: 'it sets up the VM',
    remedy: `leave out ${option} or --kernel`,
  });
}

function needsKernel(name: string): SkepError {
  return new SkepError('SKEP_USAGE', `${optionName(name)} goes with --kernel only`, {
    reason: 'the VM attaches to nothing',
    remedy: 'add --kernel',
  });
}

function needsCapture(name: string): SkepError {
  const option = optionName(name);
  return new SkepError('SKEP_USAGE', `${option} goes with --pcap only`, {
    remedy: `name a capture, --pcap FILE, or leave out ${option} to attach the program`,
  });
}

function eitherOr(name: string): SkepError {
  const option = optionName(name);
  return new SkepError('SKEP_USAGE', `--pcap does not go with ${option}`, {
    reason: 'a program runs over a capture, or is attached',
    remedy: `leave out --pcap or ${option}`,
  });
}

function bothFromStdin(): SkepError {
  return new SkepError('SKEP_USAGE', 'program and capture cannot both come from standard input', {
    remedy: 'put one of them into a file',
  });
}

function noPackets(): SkepError {
  return new SkepError('SKEP_USAGE', 'there are no packets to run over', {
    remedy: 'name a capture: --pcap FILE; or attach the program in Linux: --kernel',
  });
}

/** `keepGoing` as it is typed: `--keep-going`. */
function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
