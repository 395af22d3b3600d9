import { SkepError } from '../../../../core/src/base/index.ts';

/** The SkepError that `action` throws. */
export function errorOf(action: () => unknown): SkepError {
  try {
    action();
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
