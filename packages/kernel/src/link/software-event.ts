import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import type { Attachable } from './attachable.ts';
import { attachError } from './errors.ts';
import { LinkGroup } from './link.ts';
import { linkPerfEvent, openPerfEvent } from './perf-event.ts';

const PERF_TYPE_SOFTWARE = 1;
/** PERF_COUNT_SW_* (linux/perf_event.h). */
const events = { 'cpu-clock': 0, 'task-clock': 1, 'page-faults': 2, 'context-switches': 3 } as const;

/**
 * Runs a perf_event program on samples of a software event: of one thread, or on every CPU.
 * @throws SKEP_USAGE, SKEP_NOT_PERMITTED.
 */
export function attachSoftwareEvent(program: Attachable, target: AttachFields): Link {
  const { event = 'cpu-clock', period = 1_000_000, pid } = target;
  if (!(Number.isSafeInteger(period) && period > 0)) {
    throw new SkepError('SKEP_USAGE', `program ${program.spec.name} cannot sample with period ${period}`);
  }
  const sample = { type: PERF_TYPE_SOFTWARE, config: events[event], period };
  const what = `cannot attach program ${program.spec.name} to perf event ${event}`;
  const places = pid === undefined ? onlineCpus().map((cpu) => ({ cpu })) : [{ pid }];
  const links: Link[] = [];
  try {
    for (const place of places) {
      const descriptor = openPerfEvent(program, { ...sample, ...place });
      if (descriptor < 0) throw attachError(descriptor, { kind: 'perf event link', what });
      links.push(linkPerfEvent(program, descriptor, what));
    }
  } catch (error) {
    for (const link of links) link[Symbol.dispose]();
    throw error;
  }
  return new LinkGroup(links);
}

/** CPUs that are switched on, from a list such as `0-3,8`. */
function onlineCpus(): number[] {
  const list = readFileSync('/sys/devices/system/cpu/online', 'utf8').trim();
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
