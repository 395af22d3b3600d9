import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Interface, Link } from '@skep/core/host';
import { noteAttachment } from '../leftovers/record.ts';
import { setXdp, xdpFlags, xdpProgramId } from '../netlink/xdp.ts';
import { type Attachable, describeProgram, descriptorOf, missingTarget } from './attachable.ts';
import { attachError, lacks } from './errors.ts';
import { interfaceIndex } from './interface.ts';
import { BpfLink, PlainLink } from './link.ts';

const modes = { native: xdpFlags.DRV_MODE, skb: xdpFlags.SKB_MODE, offload: xdpFlags.HW_MODE } as const;

/**
 * Attaches an XDP program to an interface: a bpf_link (Linux 5.9), or rtnetlink where the kernel is older or the
 * program is to replace one that was attached that way.
 * @throws SKEP_BUSY with the program that is there, SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED.
 */
export function attachXdp(program: Attachable, { device, mode, replace = false }: AttachFields): Link {
  if (device === undefined) throw missingTarget(program, "{ device: 'eth0' }");
  const { bpf, spec, descriptor } = program;
  const ifindex = interfaceIndex(bpf.ffi, device);
  const flags = mode === undefined ? 0 : modes[mode];
  const fail = (errno: number) =>
    attachError(errno, {
      kind: 'XDP link',
      what: `cannot attach program ${spec.name} to device ${device}${mode === undefined ? '' : ` in mode ${mode}`}`,
      occupant: () => {
        const id = xdpProgramId(bpf.ffi, ifindex);
        return id === undefined ? undefined : `${describeProgram(bpf, id)} is attached there`;
      },
      invalid: 'the device does not take this program: its driver, MTU or mode does not fit',
      remedy: 'detach that first, or try { mode: "skb" }',
    });
  if (replace !== false || lacks('XDP link'))
    return attachByNetlink(program, { device, ifindex, mode: flags }, replace, fail);
  const attr = bpf.attr('link_create', {
    prog_fd: descriptor,
    target_ifindex: ifindex,
    attach_type: attachTypes.xdp,
    flags,
  });
  const result = bpf.call('link_create', attr);
  if (result < 0) throw fail(result);
  return new BpfLink(bpf, result);
}

function attachByNetlink(
  program: Attachable,
  { device, ifindex, mode }: { readonly device: Interface; readonly ifindex: number; readonly mode: number },
  replace: boolean | object,
  fail: (errno: number) => Error,
): Link {
  const { descriptor } = program;
  const { ffi } = program.bpf;
  const forget = noteAttachment(program, { kind: 'xdp', ifindex, device: String(device), mode });
  const expected = typeof replace === 'object' ? descriptorOf(replace) : undefined;
  const condition = expected !== undefined ? xdpFlags.REPLACE : replace === false ? xdpFlags.UPDATE_IF_NOEXIST : 0;
  const { errno } = setXdp(ffi, ifindex, descriptor, mode | condition, expected);
  if (errno < 0) {
    forget();
    throw fail(errno);
  }
  return new PlainLink('an attachment by rtnetlink', () => {
    const answer = setXdp(ffi, ifindex, -1, mode | xdpFlags.REPLACE, descriptor);
    // Before Linux 5.7 there is no condition.
    if (answer.errno < 0 && lacks('cgroup link')) setXdp(ffi, ifindex, -1, mode);
    forget();
  });
}
