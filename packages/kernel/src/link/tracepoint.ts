import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import { didYouMean } from '@skep/core/isa';
import { type Attachable, missingTarget } from './attachable.ts';
import { attachError } from './errors.ts';
import { linkPerfEvent, openPerfEvent } from './perf-event.ts';

const PERF_TYPE_TRACEPOINT = 2;
const folders = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'];

/**
 * Attaches a program to a tracepoint, `category/name`.
 * @throws SKEP_NO_SUCH_NAME with a name that is near, SKEP_NOT_SUPPORTED without tracefs, SKEP_NOT_PERMITTED.
 */
export function attachTracepoint(program: Attachable, { tracepoint }: AttachFields): Link {
  const name = tracepoint ?? program.spec.attachTarget;
  if (name === undefined || name === '') throw missingTarget(program, "{ tracepoint: 'category/name' }");
  const what = `cannot attach program ${program.spec.name} to tracepoint ${name}`;
  const event = openPerfEvent(program, { type: PERF_TYPE_TRACEPOINT, config: tracepointId(name) });
  if (event < 0) throw attachError(event, { kind: 'perf event link', what });
  return linkPerfEvent(program, event, what);
}

/** Number of a tracepoint, read from tracefs. */
export function tracepointId(name: string): number {
  const folder = folders.find(existsSync);
  if (folder === undefined) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `the number of tracepoint ${name} cannot be read`, {
      reason: 'tracefs is not mounted',
      remedy: 'mount it: mount -t tracefs tracefs /sys/kernel/tracing',
    });
  }
  const [category = '', event = '', ...rest] = name.split('/');
  const parts = [category, event];
  if (rest.length > 0 || parts.some((part) => !/^[\w.-]+$/.test(part) || part.startsWith('.'))) {
    throw new SkepError('SKEP_NO_SUCH_NAME', `there is no tracepoint ${name}`, {
      remedy: 'write category/name, such as sched/sched_switch',
    });
  }
  try {
    return Number(readFileSync(`${folder}/${category}/${event}/id`, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      throw new SkepError('SKEP_NOT_PERMITTED', `the number of tracepoint ${name} cannot be read`, { cause: error });
    }
    throw noTracepoint(folder, category, event);
  }
}

function noTracepoint(folder: string, category: string, event: string): SkepError {
  const known = existsSync(`${folder}/${category}`);
  const names = readdirSync(known ? `${folder}/${category}` : folder);
  const wrong = known ? event : category;
  return new SkepError('SKEP_NO_SUCH_NAME', `there is no tracepoint ${category}/${event}`, {
    reason: known ? `category ${category} has no such event` : `there is no category ${category}`,
    remedy: didYouMean(wrong, names, `list them with \`ls ${folder}${known ? `/${category}` : ''}\``),
  });
}
