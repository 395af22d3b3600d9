import { plainSchema } from './runtime/schemas.ts';
import type { Schema } from './schema.ts';
import type { layout } from './symbols.ts';

/** What `lock` takes. */
export interface SpinLock {
  readonly [layout]: 'lock';
}

/**
 * A `bpf_spin_lock` in a map value (Linux 5.1). Userland does not see the field, and a program gives it to `lock`
 * only.
 */
export const spinLock: Schema<SpinLock, never, never> = plainSchema({ kind: 'lock', size: 4, align: 4 }) as Schema<
  SpinLock,
  never,
  never
>;
