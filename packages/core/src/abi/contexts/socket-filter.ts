import type { ContextField } from './field.ts';
import { sharedSkBuffFields } from './sk-buff.ts';

/** Fields of `__sk_buff` as socket filters (Linux 3.19) may use them, measured on Linux 6.18. */
export const socketFilterFields: readonly ContextField[] = sharedSkBuffFields;
