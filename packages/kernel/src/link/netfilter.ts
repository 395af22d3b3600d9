import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { attachError } from './errors.ts';
import { BpfLink } from './link.ts';

const families = { ipv4: 2, ipv6: 10 } as const;
/** NF_INET_* (linux/netfilter.h). */
const hooks = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;
/** BPF_F_NETFILTER_IP_DEFRAG. */
const DEFRAGMENT = 1;

/**
 * Attaches a program to a netfilter hook in the network namespace of the calling thread (Linux 6.4).
 * @throws SKEP_BUSY where the priority is taken, SKEP_NOT_SUPPORTED.
 */
export function attachNetfilter(program: Attachable, target: AttachFields): Link {
  const { family, hook, priority = 0, defragment = false } = target;
  if (family === undefined || hook === undefined) throw missingTarget(program, "{ family: 'ipv4', hook: 'input' }");
  const { bpf, spec, descriptor } = program;
  const attr = bpf.attr('link_create', {
    prog_fd: descriptor,
    attach_type: attachTypes.netfilter,
    'netfilter.pf': families[family],
    'netfilter.hooknum': hooks[hook],
    'netfilter.priority': priority,
    'netfilter.flags': defragment ? DEFRAGMENT : 0,
  });
  const result = bpf.call('link_create', attr);
  if (result >= 0) return new BpfLink(bpf, result);
  throw attachError(result, {
    kind: 'netfilter link',
    what: `cannot attach program ${spec.name} to netfilter hook ${family} ${hook} with priority ${priority}`,
    occupant: () => `another program has priority ${priority} there`,
    remedy: 'choose another priority',
  });
}
