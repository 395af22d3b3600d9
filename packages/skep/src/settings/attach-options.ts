import { InvalidArgumentError } from 'commander';
import type { NetfilterHook } from './run-flags.ts';

const families = ['ipv4', 'ipv6'] as const;
const hooks = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;

/** Reads `ipv4/input`. For commander's options. */
export function netfilterHook(text: string): NetfilterHook {
  const [first, second, ...rest] = text.split('/');
  const family = families.find((name) => name === first);
  const hook = hooks.find((name) => name === second);
  if (family !== undefined && hook !== undefined && rest.length === 0) return { family, hook };
  throw new InvalidArgumentError(`expected ${families.join(' or ')}, a slash, and one of ${hooks.join(', ')}`);
}

/** Reads a time in seconds, such as `10` or `0.5`. For commander's options. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 1e9) return value;
  throw new InvalidArgumentError('expected a number of seconds, such as 10 or 0.5');
}
