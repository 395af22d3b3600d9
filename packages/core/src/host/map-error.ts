import { SkepError } from '../base/errors.ts';
import type { MapDefinition } from '../maps/definition.ts';
import { Errno } from '../maps/errno.ts';

const names: ReadonlyMap<number, string> = new Map(Object.entries(Errno).map(([name, number]) => [number, name]));

/** Arrays hold all their keys from the start: a key too many is out of range, not one for which room lacks. */
function isArray({ type }: MapDefinition): boolean {
  return type.endsWith('array') || type === 'array_of_maps';
}

/** The error for what a map operation of user space answered, a negative error number. */
export function mapError(definition: MapDefinition, operation: string, errno: number): SkepError {
  const { name, type, maxEntries } = definition;
  const errnoName = names.get(errno) ?? `error ${-errno}`;
  switch (errno) {
    case Errno.E2BIG:
      if (isArray(definition)) break;
      return full(definition, errnoName);
    case Errno.ENOSPC:
      return full(definition, errnoName);
    case Errno.EEXIST:
      return new SkepError('SKEP_MAP_EXISTS', `map ${name} has that key already`, { errno: errnoName });
    case Errno.ENOENT:
      return new SkepError('SKEP_MAP_NO_ENTRY', `map ${name} has no such key`, { errno: errnoName });
    case Errno.EPERM:
      return new SkepError('SKEP_MAP_REFUSED', `map ${name} cannot be changed from user space`, {
        reason: 'it is frozen, or was made with BPF_F_RDONLY',
        errno: errnoName,
      });
    default:
  }
  return new SkepError('SKEP_MAP_REFUSED', `map ${name} of type ${type} refuses to ${operation}`, {
    reason: errno === Errno.E2BIG ? `its keys are 0 to ${maxEntries - 1}` : `the kernel answers ${errnoName} here`,
    errno: errnoName,
  });
}

function full({ name, maxEntries }: MapDefinition, errno: string): SkepError {
  return new SkepError('SKEP_MAP_FULL', `map ${name} is full`, {
    reason: `it has room for ${maxEntries} ${maxEntries === 1 ? 'entry' : 'entries'} (max_entries)`,
    remedy: 'raise max_entries in the program, delete entries, or use an LRU map',
    errno,
  });
}
