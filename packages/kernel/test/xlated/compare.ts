import { isDeepStrictEqual } from 'node:util';
import type { Loaded, Translated } from './loaded.ts';

/** `BPF_PSEUDO_MAP_FD` and `BPF_PSEUDO_MAP_VALUE` as source register of a 64-bit immediate load. */
const MAP = 1;
const MAP_VALUE = 2;
const LDDW = 0x18;
/** Where the kernel's own text and data start; what stands below is allocated, anew for each load. */
const KERNEL_IMAGE = 0xffffffff80000000n;

/**
 * The instructions slot by slot, with maps by the order in which the program names them instead of by their numbers,
 * which differ from load to load, and without the addresses of objects that the kernel allocates for a program.
 */
export function comparable({ code, maps }: Translated): string[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const names = new Map<number, string>();
  return Array.from({ length: code.length / 8 }, (_, slot) => {
    const at = slot * 8;
    const text = Buffer.from(code.subarray(at, at + 8)).toString('hex');
    const source = view.getUint8(at + 1) >> 4;
    if (isAllocated(view, slot)) return `${text.slice(0, 4)} address`;
    if (slot > 0 && isAllocated(view, slot - 1)) return 'its high half';
    if (view.getUint8(at) !== LDDW || (source !== MAP && source !== MAP_VALUE)) return text;
    const id = view.getUint32(at + 4, true);
    if (!names.has(id)) names.set(id, `map ${names.size} (${withoutAddresses(maps.get(id) ?? '')})`);
    return `${text.slice(0, 8)} ${names.get(id)}`;
  });
}

/** A map's text, where words of its value are addresses in the kernel (of lists that are empty, for instance). */
function withoutAddresses(map: string): string {
  const end = map.lastIndexOf(':') + 1;
  const words = map.slice(end).match(/.{1,16}/g) ?? [];
  return map.slice(0, end) + words.map((word) => (word.endsWith('ffff') ? 'address' : word)).join('');
}

/** True for a load of an address that is neither of a map nor of a symbol. */
function isAllocated(view: DataView, slot: number): boolean {
  const at = slot * 8;
  if (view.getUint8(at) !== LDDW || view.getUint8(at + 1) >> 4 !== 0 || at + 16 > view.byteLength) return false;
  const value = (BigInt(view.getUint32(at + 12, true)) << 32n) | BigInt(view.getUint32(at + 4, true));
  return value >> 48n === 0xffffn && value < KERNEL_IMAGE;
}

/** What differs between an object loaded through skep and through libbpf; empty where nothing does. */
export function differences(name: string, ours: Loaded, libbpf: Loaded): string[] {
  if ('error' in libbpf) return 'error' in ours ? [] : [`${name}: libbpf cannot load it (${libbpf.error}), skep can`];
  if ('error' in ours) return [`${name}: libbpf can load it, skep cannot: ${ours.error}`];
  const names = [...libbpf.programs.keys()].sort();
  if (!isDeepStrictEqual([...ours.programs.keys()].sort(), names)) return [`${name}: other programs`];
  return names.flatMap((program) => {
    const one = comparable(ours.programs.get(program) as Translated);
    const other = comparable(libbpf.programs.get(program) as Translated);
    const slot = other.findIndex((text, index) => text !== one[index]);
    if (slot < 0 && one.length === other.length) return [];
    return [`${name}, ${program}, slot ${slot}: ${one[slot]} by skep, ${other[slot]} by libbpf`];
  });
}
