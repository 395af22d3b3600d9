import { ALL, define, type HelperDefinition } from './definition.ts';

/**
 * `bpf_tail_call` (Linux 4.2). The interpreter does it, because it changes the running program; this entry names it
 * and is reached only by a call through a register.
 */
export const tailCallHelpers: readonly HelperDefinition[] = [
  define('tail_call', ALL, (run) => run.fault('tail_call cannot be called through a register')),
];
