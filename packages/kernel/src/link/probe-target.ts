import type { AttachFields } from '@skep/core/host';
import type { ProgramSpec } from '@skep/core/object';

/** Where a probe goes: what the options say, else what the section says. */
export interface ProbePlace {
  readonly path?: string;
  readonly symbol?: string;
  readonly offset: number;
}

/** The first part of a section's name: `uretprobe.multi` of `uretprobe.multi//bin/sh:main`. */
export function probeKind(spec: ProgramSpec): string {
  return spec.section.replace(/^\?/, '').split('/')[0] ?? '';
}

/**
 * Reads `symbol+offset` (kernel probes) or `path:symbol+offset` (user probes) behind a section's slash, overridden by
 * options.
 */
export function probePlace(spec: ProgramSpec, options: AttachFields, user: boolean): ProbePlace {
  const target = spec.attachTarget ?? '';
  const colon = user ? target.lastIndexOf(':') : -1;
  const path = options.path ?? (colon > 0 ? target.slice(0, colon) : undefined);
  const rest = user && colon < 0 ? '' : target.slice(colon + 1);
  const [, name, number] = /^([^+]*)(?:\+(0x[0-9a-f]+|\d+))?$/i.exec(rest) ?? [];
  const bare = name !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(name);
  const symbol = options.symbol ?? (bare ? undefined : name);
  const offset = options.offset ?? (options.symbol === undefined ? Number(number ?? (bare ? name : 0)) : 0);
  return { ...(path === undefined ? {} : { path }), ...(symbol ? { symbol } : {}), offset };
}
