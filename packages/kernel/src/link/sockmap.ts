import { attachTypes } from '@skep/core/abi';
import type { AttachFields, Link } from '@skep/core/host';
import type { Bpf } from '../bpf/bpf.ts';
import { noteAttachment } from '../leftovers/record.ts';
import { type Attachable, descriptorOf, missingTarget } from './attachable.ts';
import { attachError, lacks } from './errors.ts';
import { BpfLink, PlainLink } from './link.ts';

/**
 * Attaches a program to the sockets of a sockmap or sockhash: a bpf_link (Linux 6.10), or BPF_PROG_ATTACH before.
 * @throws SKEP_BUSY, SKEP_NOT_SUPPORTED.
 */
export function attachSockmap(program: Attachable, { map }: AttachFields): Link {
  const { bpf, spec, descriptor } = program;
  const target = descriptorOf(map);
  if (target === undefined) throw missingTarget(program, '{ map }, a sockmap or sockhash of this host');
  const type = attachTypes[spec.attachType ?? 'sk_skb_verdict'];
  const plain = lacks('sockmap link');
  const where = { target_fd: target, attach_type: type };
  const forget = plain
    ? noteAttachment(program, { kind: 'sockmap', map: mapId(bpf, target), attachType: type })
    : () => undefined;
  const result = plain
    ? bpf.call('prog_attach', bpf.attr('prog_attach', { ...where, attach_bpf_fd: descriptor }))
    : bpf.call('link_create', bpf.attr('link_create', { ...where, prog_fd: descriptor }));
  if (result < 0) {
    forget();
    throw attachError(result, {
      kind: 'sockmap link',
      what: `cannot attach program ${spec.name} to the map’s sockets`,
    });
  }
  if (!plain) return new BpfLink(bpf, result);
  return new PlainLink('an attachment to a sockmap before Linux 6.10', () => {
    bpf.call('prog_detach', bpf.attr('prog_attach', { ...where, attach_bpf_fd: descriptor }));
    forget();
  });
}

function mapId(bpf: Bpf, descriptor: number): number {
  const info = bpf.attr('map_info');
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  return bpf.call('obj_get_info_by_fd', attr) < 0 ? 0 : info.u32('id');
}
