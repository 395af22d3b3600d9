import { existsSync, readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import { attachError } from './errors.ts';

const pmuFolder = '/sys/bus/event_source/devices';

/**
 * Number of the kernel's probes among the sources of events (Linux 4.17).
 * @throws SKEP_NOT_SUPPORTED where the kernel has none.
 */
export function pmuType(name: 'kprobe' | 'uprobe'): number {
  const file = `${pmuFolder}/${name}/type`;
  if (existsSync(file)) return Number(readFileSync(file, 'utf8'));
  throw new SkepError('SKEP_NOT_SUPPORTED', `this kernel has no ${name}s`, {
    reason: `${file} does not exist`,
    remedy: `use a kernel of Linux 4.17 or later with CONFIG_${name === 'kprobe' ? 'KPROBE' : 'UPROBE'}_EVENTS`,
  });
}

/** Bit of `config` that asks for the return, as the kernel names it: `config:0`. */
export function returnBit(name: 'kprobe' | 'uprobe'): number {
  const file = `${pmuFolder}/${name}/format/retprobe`;
  return existsSync(file) ? Number(/config:(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) : 0;
}

/** The error of a probe that the kernel does not open. */
export function probeError(errno: number, what: string, name: 'kprobe' | 'uprobe'): SkepError {
  const invalid = `the ${name} cannot be put there: no such place, or not the start of an instruction`;
  return attachError(errno, { kind: 'perf event link', what, invalid });
}
