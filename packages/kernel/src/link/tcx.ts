import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Link } from '@skep/core/host';
import { type Attachable, missingTarget } from './attachable.ts';
import { attachClsact } from './clsact.ts';
import { attachError, lacks } from './errors.ts';
import { interfaceIndex } from './interface.ts';
import { BpfLink } from './link.ts';
import { orderOf } from './order.ts';

/**
 * Attaches a traffic control program to an interface: through tcx (Linux 6.6), or as a filter of the clsact qdisc where
 * a priority is given or the kernel is older.
 * netkit devices (Linux 6.7) take programs of their own attach types; their fields of the order are those of tcx.
 * @throws SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED, SKEP_BUSY.
 */
export function attachTc(program: Attachable, target: AttachFields): Link {
  const { device, direction, priority } = target;
  if (device === undefined) throw missingTarget(program, "{ device: 'eth0', direction: 'ingress' }");
  const { bpf, spec } = program;
  const ifindex = interfaceIndex(bpf.ffi, device);
  const netkit = spec.attachType?.startsWith('netkit') === true;
  const way = direction ?? (spec.attachType === 'tcx_egress' ? 'egress' : 'ingress');
  const order = orderOf(target);
  if (!netkit && order === undefined && (priority !== undefined || lacks('tcx'))) {
    return attachClsact(program, { device, ifindex, direction: way, priority: priority ?? 0 });
  }
  const type = netkit ? (spec.attachType ?? 'netkit_primary') : (`tcx_${way}` as const);
  const attr = bpf.attr('link_create', {
    prog_fd: program.descriptor,
    target_ifindex: ifindex,
    attach_type: attachTypes[type],
    flags: order?.flags,
    'tcx.relative_fd': order?.relative,
    'tcx.expected_revision': order?.revision,
  });
  const result = bpf.call('link_create', attr);
  if (result >= 0) return new BpfLink(bpf, result);
  throw attachError(result, {
    kind: netkit ? 'netkit' : 'tcx',
    what: `cannot attach program ${spec.name} to device ${device}, ${way}`,
    occupant: () => 'this program is attached there already',
  });
}
