import { release } from 'node:os';
import {
  attachTypes,
  type HelperName,
  helpers,
  type MapType,
  mapTypes,
  type ProgramType,
  programTypes,
} from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { Host, ProbeResult } from '@skep/core/host';
import { kernel } from '@skep/kernel';

/** One thing that the kernel has, or lacks and why. */
export interface FeatureRow {
  readonly name: string;
  readonly supported: boolean;
  readonly reason?: string;
  /** First Linux that has it, where it is known. */
  readonly since?: string;
  /** What would give it. */
  readonly remedy?: string;
}

/** A program type, with the helpers it may call where they were asked for. */
export interface ProgramTypeRow extends FeatureRow {
  readonly helpers?: readonly string[];
}

/** What `skep feature probe` prints. */
export interface Features {
  /** Release of the kernel, as `uname -r` gives it. */
  readonly kernel: string;
  readonly programTypes: readonly ProgramTypeRow[];
  readonly mapTypes: readonly FeatureRow[];
  readonly attachTypes: readonly FeatureRow[];
}

/** What is asked. */
export interface ProbeOptions {
  /** Every helper with each program type as well. */
  readonly helpers: boolean;
  /** Only features with this word in their name. */
  readonly filter?: string;
}

/**
 * Tries every program type, map type and attach type on the kernel of this machine, and every helper with every program
 * type if asked.
 * @throws SKEP_NOT_SUPPORTED where there is no Linux or no bpf(2), SKEP_NOT_PERMITTED where it may not be used.
 */
export function probeFeatures(options: ProbeOptions): Features {
  const host = kernel();
  try {
    checkPermission(host);
    const { filter = '' } = options;
    return {
      kernel: release(),
      programTypes: names(programTypes, filter).map((name) => programType(host, name, options.helpers)),
      mapTypes: names(mapTypes, filter).map((name) => row(name, host.probe({ kind: 'map-type', name }))),
      attachTypes: names(attachTypes, filter).map((name) => row(name, host.probe({ kind: 'attach-type', name }))),
    };
  } finally {
    host.dispose();
  }
}

/** Without permission every answer would be no: an array map, which every kernel has, must be there. */
function checkPermission(host: Host): void {
  const answer = host.probe({ kind: 'map-type', name: 'array' satisfies MapType });
  if (answer.supported) return;
  const missing = answer.reason.includes('ENOSYS');
  throw new SkepError(missing ? 'SKEP_NOT_SUPPORTED' : 'SKEP_NOT_PERMITTED', 'the kernel cannot be asked', {
    reason: answer.reason,
    remedy: missing
      ? 'use a kernel built with CONFIG_BPF_SYSCALL'
      : 'run as root or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON',
  });
}

function programType(host: Host, name: ProgramType, withHelpers: boolean): ProgramTypeRow {
  const answer = host.probe({ kind: 'program-type', name });
  if (!withHelpers) return row(name, answer);
  const known = answer.supported ? names(helpers, '').filter((helper) => hasHelper(host, helper, name)) : [];
  return { ...row(name, answer), helpers: known };
}

function hasHelper(host: Host, name: HelperName, programType: ProgramType): boolean {
  return host.probe({ kind: 'helper', name, programType }).supported;
}

function row(name: string, answer: ProbeResult): FeatureRow {
  if (answer.supported || answer.since === undefined) return { name, ...answer };
  const older = isOlder(release(), answer.since);
  return {
    name,
    ...answer,
    remedy: older ? `use Linux ${answer.since} or newer` : 'use a kernel that has it and permits it',
  };
}

/** True where Linux `running` (`6.1.0-13-amd64`) is older than `since` (`6.6`). */
function isOlder(running: string, since: string): boolean {
  const [major = 0, minor = 0] = running.split(/[.-]/).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = since.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/** The names of a table that are features and hold `filter`: `unspec` is none. */
function names<T extends string>(table: Readonly<Record<T, number>>, filter: string): T[] {
  return (Object.keys(table) as T[]).filter((name) => name !== 'unspec' && name.includes(filter));
}
