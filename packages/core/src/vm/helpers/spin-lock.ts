import type { Run } from '../run.ts';
import { ALL, define, type HelperDefinition } from './definition.ts';

/** `struct bpf_spin_lock`, 4 bytes in a map value. One program runs at a time: a lock is free, or taken by itself. */
const LOCK_SIZE = 4;

function spinLock(run: Run): void {
  const address = run.writable(1, LOCK_SIZE);
  const { view } = run.machine.memory;
  if (run.lock === address) run.fault('this program has taken the lock already');
  if (run.lock !== 0)
    run.fault('this program holds another lock', 'give it back first: one lock may be held at a time');
  run.lock = address;
  view.setUint32(address, 1, true);
  run.returnUnsigned(0);
}

function spinUnlock(run: Run): void {
  const address = run.writable(1, LOCK_SIZE);
  const { view } = run.machine.memory;
  if (run.lock !== address) run.fault('this program has not taken the lock');
  run.lock = 0;
  view.setUint32(address, 0, true);
  run.returnUnsigned(0);
}

/** `bpf_spin_lock` and `bpf_spin_unlock` (Linux 5.1): they only check that locks are taken and given back in turn;
 * a run that ends with one is a fault. */
export const spinLockHelpers: readonly HelperDefinition[] = [
  define('spin_lock', ALL, spinLock),
  define('spin_unlock', ALL, spinUnlock),
];
