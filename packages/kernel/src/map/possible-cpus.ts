import { readFileSync } from 'node:fs';

let known: number | undefined;

/**
 * Number of possible CPUs: per-CPU map values have one element for each, present or not
 * (`/sys/devices/system/cpu/possible`, a list such as `0-3,8`).
 */
export function possibleCpus(): number {
  known ??= countCpus(readFileSync('/sys/devices/system/cpu/possible', 'utf8'));
  return known;
}

/** The number of CPUs that a list such as `0-3,8` spans, holes included. */
export function countCpus(list: string): number {
  const last = list.trim().split(',').at(-1)?.split('-').at(-1) ?? '0';
  return Number(last) + 1;
}
