/** Prints the milliseconds to the first type of the kernel found by name, and to all of them decoded, in a new process. */
import { readFileSync } from 'node:fs';
import { Btf } from '../../packages/core/src/btf/index.ts';

const from = performance.now();
const btf = Btf.parse(readFileSync('/sys/kernel/btf/vmlinux'));
btf.findByName('task_struct', 'struct');
const first = performance.now() - from;
for (let id = 1; id < btf.count; id += 1) btf.type(id);
console.log(first, performance.now() - from);
