import { SkepError } from '@skep/core/base';
import { errnoName } from '../bpf/errors.ts';
import type { Ffi, Mapping } from '../ffi/ffi.ts';

/** Which part of a descriptor to map, and how. */
export interface MappingRequest {
  readonly descriptor: number;
  readonly length: number;
  readonly offset: number;
  readonly write: boolean;
  /** What it is, for the error. */
  readonly what: string;
}

/** mmap(2). @throws SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT or SKEP_NOT_SUPPORTED where the kernel refuses. */
export function mapOrThrow(ffi: Ffi, { descriptor, length, offset, write, what }: MappingRequest): Mapping {
  const mapping = ffi.map(descriptor, length, { write, offset });
  if (typeof mapping !== 'number') return mapping;
  const errno = errnoName(mapping);
  if (errno === 'EPERM') {
    throw new SkepError('SKEP_NOT_PERMITTED', `cannot map ${what} into memory`, {
      errno,
      reason: 'the kernel does not permit it, or more memory than kernel.perf_event_mlock_kb allows',
      remedy: 'run as root, or raise the limit',
    });
  }
  throw new SkepError(
    errno === 'ENOMEM' ? 'SKEP_MEMORY_LIMIT' : 'SKEP_NOT_SUPPORTED',
    `cannot map ${what} into memory`,
    {
      errno,
    },
  );
}
