import { arch } from 'node:process';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { functionOffset } from './elf-symbols.ts';
import { attachKprobeMulti } from './kprobe-multi.ts';
import { linkPerfEvent, openPerfEvent, type PerfEvent } from './perf-event.ts';
import { pmuType, probeError, returnBit } from './probe-pmu.ts';
import { probeKind, probePlace } from './probe-target.ts';
import { attachUprobeMulti } from './uprobe-multi.ts';
import { attachUsdt } from './usdt.ts';

/** Prefix of the functions that system calls are. */
const syscallPrefix: Readonly<Record<string, string>> = { x64: '__x64_sys_', arm64: '__arm64_sys_' };

/**
 * Attaches a program to a function of the kernel or of a file, at its entry or its return, as its section says.
 * @throws SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED.
 */
export function attachProbe(program: Attachable, options: AttachFields): Link {
  const { spec } = program;
  const kind = probeKind(spec);
  if (spec.attachType?.startsWith('trace_kprobe')) return attachKprobeMulti(program, options);
  if (spec.attachType?.startsWith('trace_uprobe')) return attachUprobeMulti(program, options);
  if (kind.startsWith('usdt')) return attachUsdt(program, options);
  const user = /^uprobe|^uretprobe/.test(kind) || options.path !== undefined;
  const name = user ? 'uprobe' : 'kprobe';
  const { place, what } = user
    ? userProbe(program, options)
    : kernelProbe(program, options, kind.startsWith('k') && kind.endsWith('syscall'));
  const returns = kind.includes('ret');
  const event = openPerfEvent(program, { type: pmuType(name), config: returns ? 1 << returnBit(name) : 0, ...place });
  if (event < 0) throw probeError(event, what, name);
  return linkPerfEvent(program, event, what, options.cookie);
}

function kernelProbe(
  program: Attachable,
  options: AttachFields,
  syscall: boolean,
): { place: Partial<PerfEvent>; what: string } {
  const { symbol, offset } = probePlace(program.spec, options, false);
  if (symbol === undefined) throw missingTarget(program, "{ symbol: 'do_exit' }");
  const name = syscall ? `${syscallPrefix[arch] ?? 'sys_'}${symbol}` : symbol;
  return {
    place: { name, config2: offset },
    what: `cannot attach program ${program.spec.name} to kernel function ${name}`,
  };
}

function userProbe(program: Attachable, options: AttachFields): { place: Partial<PerfEvent>; what: string } {
  const { path, symbol, offset } = probePlace(program.spec, options, true);
  if (path === undefined) throw missingTarget(program, "{ path: '/usr/bin/node', symbol: 'main' }");
  const base = symbol === undefined ? 0 : functionOffset(path, symbol);
  return {
    place: { name: path, config2: base + offset, ...(options.pid === undefined ? {} : { pid: options.pid }) },
    what: `cannot attach program ${program.spec.name} to ${path}:${symbol ?? offset}`,
  };
}
