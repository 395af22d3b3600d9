import { type AttachType, attachTypes } from '@skep/core/abi';
import type { LinkInfo } from '@skep/core/host';
import type { Bpf } from '../bpf/bpf.ts';
import { type LinkType, linkTypes } from '../bpf/commands.gen.ts';
import { kernelError } from '../bpf/errors.ts';
import { infoLayouts } from '../bpf/layouts.gen.ts';

const typeNames: ReadonlyMap<number, LinkType> = new Map(
  Object.entries(linkTypes).map(([name, number]) => [number, name as LinkType]),
);
const attachNames: ReadonlyMap<number, AttachType> = new Map(
  Object.entries(attachTypes).map(([name, number]) => [number, name as AttachType]),
);
const layout: Readonly<Record<string, readonly [offset: number, size: number]>> = infoLayouts.link_info;
/** Fields that hold the addresses of buffers: they say nothing where none was given. */
const addresses = /(name|addrs|cookies|path|offsets|name_len|path_size)$/;

/** What the kernel tells of a link (Linux 5.8): the part of its kind as numbers, by the kernel's names. */
export function linkInfo(bpf: Bpf, descriptor: number): LinkInfo {
  const info = bpf.attr('link_info');
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  const result = bpf.call('obj_get_info_by_fd', attr);
  if (result < 0) throw kernelError('obj_get_info_by_fd', result, 'the link cannot be asked');
  const type = typeNames.get(info.u32('type')) ?? String(info.u32('type'));
  const details = detailsOf(info.bytes, type);
  const attachType = attachNames.get(Number(details.attach_type ?? -1));
  delete details.attach_type;
  return {
    id: info.u32('id'),
    type,
    programId: info.u32('prog_id'),
    ...(attachType === undefined ? {} : { attachType }),
    details,
  };
}

/** Fields of one kind stand under its name: `xdp.ifindex`. Those of a kind within a kind say which by their numbers. */
function detailsOf(bytes: Uint8Array, type: string): Record<string, number | bigint> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const details: Record<string, number | bigint> = {};
  for (const [field, [offset, size]] of Object.entries(layout)) {
    const [kind, name, ...more] = field.split('.');
    if (kind !== type || name === undefined || more.length > 0 || addresses.test(name)) continue;
    details[name] = size === 8 ? view.getBigUint64(offset, true) : view.getUint32(offset, true);
  }
  return details;
}
