import { release } from 'node:os';
import { type HelperName, helpers, type MapType, mapTypes, type ProgramType, programTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { Host } from '@skep/core/host';
import { kernel } from '@skep/kernel';

/** One thing that the kernel has, or lacks and why. */
export interface FeatureRow {
  readonly name: string;
  readonly supported: boolean;
  readonly reason?: string;
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
}

/**
 * Tries every program type and map type on the kernel of this machine, and every helper with every type if asked.
 * @throws SKEP_NOT_SUPPORTED where there is no Linux or no bpf(2), SKEP_NOT_PERMITTED where it may not be used.
 */
export function probeFeatures(options: { readonly helpers: boolean }): Features {
  const host = kernel();
  try {
    checkPermission(host);
    return {
      kernel: release(),
      programTypes: names(programTypes).map((name) => programType(host, name, options.helpers)),
      mapTypes: names(mapTypes).map((name) => ({ name, ...host.probe({ kind: 'map-type', name }) })),
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
  if (!withHelpers) return { name, ...answer };
  const known = answer.supported ? names(helpers).filter((helper) => hasHelper(host, helper, name)) : [];
  return { name, ...answer, helpers: known };
}

function hasHelper(host: Host, name: HelperName, programType: ProgramType): boolean {
  return host.probe({ kind: 'helper', name, programType }).supported;
}

/** The names of a table that are features: `unspec` is not. */
function names<T extends string>(table: Readonly<Record<T, number>>): T[] {
  return (Object.keys(table) as T[]).filter((name) => name !== 'unspec');
}
