import { ALL, define, type HelperDefinition } from './definition.ts';

/** `bpf_get_prandom_u32` (Linux 4.1): the next number of the VM's seeded generator. */
export const randomHelpers: readonly HelperDefinition[] = [
  define('get_prandom_u32', ALL, (run) => run.returnUnsigned(run.machine.random())),
];
