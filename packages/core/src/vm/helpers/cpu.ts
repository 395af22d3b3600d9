import { ALL, define, type HelperDefinition } from './definition.ts';

/** `bpf_get_smp_processor_id` (Linux 4.1), `bpf_get_numa_node_id` (4.10; the VM is one node). */
export const cpuHelpers: readonly HelperDefinition[] = [
  define('get_smp_processor_id', ALL, (run) => run.returnUnsigned(run.cpu)),
  define('get_numa_node_id', ALL, (run) => run.returnUnsigned(0)),
];
