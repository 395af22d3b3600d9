import { arch } from 'node:process';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { LinkGroup } from './link.ts';
import { parseUsdtArguments, type UsdtMachine } from './usdt-arguments.ts';
import { findUsdt } from './usdt-notes.ts';
import { addSpec, SPECS_MAP } from './usdt-specs.ts';
import { attachUserEvent } from './user-event.ts';

/**
 * Attaches a program to a static probe (USDT) of an executable or shared library, at all of its places: options, or
 * section `usdt/path:provider:name`. Objects with libbpf's usdt.bpf.h find the arguments (Linux 5.15: cookies).
 * @throws SKEP_NO_SUCH_NAME with a probe that is near, SKEP_NO_FILE, SKEP_BAD_ELF, SKEP_NOT_SUPPORTED.
 */
export function attachUsdt(program: Attachable, options: AttachFields): Link {
  const { path, provider, probe } = usdtPlace(program, options);
  const { spec, maps, btf } = program;
  const specs = maps?.get(SPECS_MAP);
  const links: Link[] = [];
  try {
    for (const { offset, semaphore, arguments: list } of findUsdt(path, provider, probe)) {
      const cookie =
        specs === undefined
          ? options.cookie
          : BigInt(addSpec(specs, parseUsdtArguments(list, machine()), options.cookie ?? 0n, btf));
      const what = `cannot attach program ${spec.name} to static probe ${provider ?? ''}:${probe} of ${path}`;
      const { pid } = options;
      links.push(
        attachUserEvent(program, what, {
          path,
          offset,
          ...(semaphore === undefined ? {} : { semaphore }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(pid === undefined ? {} : { pid }),
        }),
      );
    }
  } catch (error) {
    for (const link of links) link[Symbol.dispose]();
    throw error;
  }
  return new LinkGroup(links);
}

function usdtPlace(
  program: Attachable,
  options: AttachFields,
): { path: string; provider: string | undefined; probe: string } {
  const [, path, provider, probe] = /^(.*):([^:]*):([^:]*)$/.exec(program.spec.attachTarget ?? '') ?? [];
  const place = {
    path: options.path ?? path ?? '',
    provider: options.provider ?? (provider === '' ? undefined : provider),
    probe: options.probe ?? probe ?? '',
  };
  if (place.path !== '' && place.probe !== '') return place;
  throw missingTarget(program, "{ path: '/usr/bin/python3', provider: 'python', probe: 'line' }");
}

function machine(): UsdtMachine {
  if (arch === 'x64' || arch === 'arm64') return arch;
  throw new SkepError('SKEP_NOT_SUPPORTED', `the arguments of static probes cannot be read on ${arch}`, {
    remedy: 'use x86-64 or arm64',
  });
}
