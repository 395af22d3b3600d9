import { readFileSync } from 'node:fs';
import { type MapType, mapTypes } from '@skep/core/abi';
import type { MapInfo } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Attr } from '../bpf/attr.ts';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';

const typeNames = new Map<number, string>(Object.entries(mapTypes).map(([name, number]) => [number, name]));

/** What the kernel tells of a map by its descriptor, field by field. */
export function readMapInfo(bpf: Bpf, descriptor: number): Attr<'map_info'> {
  const info = bpf.attr('map_info');
  const attr = bpf.attr('info', { bpf_fd: descriptor, info: info.bytes, info_len: info.bytes.length });
  const result = bpf.call('obj_get_info_by_fd', attr);
  if (result < 0) throw kernelError('obj_get_info_by_fd', result, 'cannot ask the kernel about a map');
  return info;
}

/** What {@link MapInfo} has of it; whether it is frozen and its memory stand in `/proc/self/fdinfo`. */
export function mapInfo(bpf: Bpf, descriptor: number): MapInfo {
  const info = readMapInfo(bpf, descriptor);
  const { name, type, keySize, valueSize, maxEntries, flags, mapExtra } = specOfInfo(info);
  const more = fileInfo(descriptor);
  const memory = more.get('memlock');
  const btfId = info.u32('btf_id');
  return {
    id: info.u32('id'),
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags,
    mapExtra,
    frozen: more.get('frozen') === '1',
    ...(memory === undefined ? {} : { memory: Number(memory) }),
    ...(btfId === 0 ? {} : { btfId }),
  };
}

/** The definition that a map in the kernel was made from; its name is as long as the kernel keeps it. */
export function specOfInfo(info: Attr<'map_info'>): MapSpec {
  const keyType = info.u32('btf_key_type_id');
  const valueType = info.u32('btf_value_type_id');
  return {
    name: info.string('name'),
    type: (typeNames.get(info.u32('type')) ?? 'unspec') as MapType,
    keySize: info.u32('key_size'),
    valueSize: info.u32('value_size'),
    maxEntries: info.u32('max_entries'),
    flags: info.u32('map_flags'),
    mapExtra: info.u64('map_extra'),
    pinning: 'none',
    ...(keyType === 0 ? {} : { keyType }),
    ...(valueType === 0 ? {} : { valueType }),
    contents: [],
    frozen: false,
    origin: 'maps',
    section: '',
  };
}

/** Lines `name: value` of what the kernel tells of a descriptor. */
function fileInfo(descriptor: number): ReadonlyMap<string, string> {
  const lines = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').split('\n');
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]));
}
