import { type Collection, type Host, type LoadCollectionOptions, loadCollection, vm } from '@skep/core/host';
import type { CollectionSpec } from '@skep/core/object';
import { configValues, setsVariable } from '../settings/config-input.ts';
import { readMapsFile, setEntry } from '../settings/map-input.ts';
import type { LoadFlags } from '../settings/run-flags.ts';
import { parseAssignment } from '../settings/set-arguments.ts';

/**
 * The collection on its host, with the contents that `--maps` and `--set` give. Collection and host are the caller's to
 * dispose.
 * @param programs only these, what their tail calls reach and their maps; undefined for all.
 */
export async function prepare(
  spec: CollectionSpec,
  programs: readonly string[] | undefined,
  flags: LoadFlags,
): Promise<Collection> {
  const assignments = (flags.set ?? []).map(parseAssignment);
  const config = configValues(
    spec,
    assignments.filter((one) => setsVariable(spec, one)),
  );
  const host = await hostFor(flags);
  const collection = loadOn(host, spec, { config, ...(programs === undefined ? {} : { programs }) });
  try {
    if (flags.maps !== undefined) await readMapsFile(collection, flags.maps);
    for (const one of assignments) if (!setsVariable(spec, one)) setEntry(collection, one);
    return collection;
  } catch (error) {
    release(collection);
    throw error;
  }
}

/** Ends a collection and its host. */
export function release(collection: Collection): void {
  collection.dispose();
  collection.host.dispose();
}

/** The native part of the kernel host is loaded only where it is asked for. */
async function hostFor({ kernel: inKernel, cpus, seed, memory, budget }: LoadFlags): Promise<Host> {
  if (inKernel === true) {
    const { kernel } = await import('@skep/kernel');
    return kernel();
  }
  return vm({
    cpus,
    ...(seed === undefined ? {} : { seed }),
    ...(memory === undefined ? {} : { memoryLimit: memory }),
    ...(budget === undefined ? {} : { budget }),
  });
}

/** Loads the collection; the host ends where that fails. */
function loadOn(host: Host, spec: CollectionSpec, options: LoadCollectionOptions): Collection {
  try {
    return loadCollection(spec, host, options);
  } catch (error) {
    host.dispose();
    throw error;
  }
}
