import { constants, openSync } from 'node:fs';
import { attachTypes } from '@skep/core/abi';
import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import type { Attachable } from './attachable.ts';
import { attachError } from './errors.ts';
import { BpfLink, withDescriptor } from './link.ts';

/**
 * Attaches a socket look-up program or flow dissector to a network namespace (Linux 5.8).
 * @throws SKEP_NO_SUCH_NAME, SKEP_BUSY, SKEP_NOT_SUPPORTED.
 */
export function attachNetns({ bpf, spec, descriptor }: Attachable, { netns }: AttachFields): Link {
  const path = netns ?? '/proc/thread-self/ns/net';
  return withDescriptor(openNamespace(path), (namespace) => {
    const type = spec.type === 'sk_lookup' ? attachTypes.sk_lookup : attachTypes.flow_dissector;
    const attr = bpf.attr('link_create', { prog_fd: descriptor, target_fd: namespace, attach_type: type });
    const result = bpf.call('link_create', attr);
    if (result >= 0) return new BpfLink(bpf, result);
    throw attachError(result, {
      kind: 'network namespace link',
      what: `cannot attach program ${spec.name} to network namespace ${path}`,
      invalid: `${path} is not a network namespace`,
    });
  });
}

function openNamespace(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY);
  } catch (error) {
    throw new SkepError('SKEP_NO_SUCH_NAME', `there is no network namespace ${path}`, {
      remedy: 'give the path of one, such as /run/netns/name or /proc/1/ns/net',
      cause: error,
    });
  }
}
