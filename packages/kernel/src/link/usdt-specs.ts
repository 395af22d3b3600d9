import { SkepError } from '@skep/core/base';
import type { Btf, StructType } from '@skep/core/btf';
import type { HostMap } from '@skep/core/host';
import type { UsdtArgument } from './usdt-arguments.ts';

/** Map of libbpf's usdt.bpf.h with what programs need to find the arguments of a probe. */
export const SPECS_MAP = '__bpf_usdt_specs';

/** Arguments that fit (BPF_USDT_MAX_ARG_CNT). */
const MAX_ARGUMENTS = 12;
/** Bytes of one argument's description, and where its parts stand. */
const ARGUMENT_SIZE = 16;
const TYPE = 8;
const REGISTER = 12;
const SIGNED = 14;
const SHIFT = 15;
const COOKIE = MAX_ARGUMENTS * ARGUMENT_SIZE;
const COUNT = COOKIE + 8;
const SPEC_SIZE = COUNT + 8;
const types = { constant: 0, register: 1, memory: 2, indexed: 3 } as const;

/** Entries in use, by map: the same arguments share one. */
const entries = new WeakMap<HostMap, Map<string, number>>();

/**
 * Puts the description of a probe's arguments where libbpf's BPF_USDT finds it, and gives its index: the cookie of the
 * probe (Linux 5.15).
 * @throws SKEP_MAP_FULL, SKEP_NOT_SUPPORTED for more than 12 arguments, or indexed memory where the object was compiled
 *   with a header that does not know it.
 */
export function addSpec(map: HostMap, list: readonly UsdtArgument[], cookie: bigint, btf: Btf | undefined): number {
  if (map.spec.valueSize !== SPEC_SIZE) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `map ${SPECS_MAP} has values of ${map.spec.valueSize} bytes`, {
      reason: `those of libbpf's usdt.bpf.h have ${SPEC_SIZE}`,
    });
  }
  const value = encodeSpec(list, cookie, indexFields(map, btf));
  const known = entries.get(map) ?? new Map<string, number>();
  entries.set(map, known);
  const text = String.fromCharCode(...value);
  const index = known.get(text) ?? known.size;
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  if (index >= map.spec.maxEntries) {
    throw new SkepError('SKEP_MAP_FULL', `map ${SPECS_MAP} has no room for another static probe`, {
      remedy: 'define BPF_USDT_MAX_SPEC_CNT larger before usdt.bpf.h is included',
    });
  }
  map.update(key, value);
  known.set(text, index);
  return index;
}

function encodeSpec(list: readonly UsdtArgument[], cookie: bigint, index: IndexFields | undefined): Uint8Array {
  if (list.length > MAX_ARGUMENTS) {
    throw new SkepError('SKEP_NOT_SUPPORTED', `a static probe has ${list.length} arguments`, {
      reason: `${MAX_ARGUMENTS} can be described`,
    });
  }
  const view = new DataView(new ArrayBuffer(SPEC_SIZE));
  list.forEach((argument, place) => void encodeArgument(view, place * ARGUMENT_SIZE, argument, index));
  view.setBigUint64(COOKIE, BigInt.asUintN(64, cookie), true);
  view.setInt16(COUNT, list.length, true);
  return new Uint8Array(view.buffer);
}

function encodeArgument(view: DataView, at: number, argument: UsdtArgument, index: IndexFields | undefined): void {
  const { location, size, signed } = argument;
  view.setUint8(at + SIGNED, signed ? 1 : 0);
  view.setUint8(at + SHIFT, 64 - size * 8);
  view.setUint32(at + TYPE, types[location.kind], true);
  if (location.kind === 'constant') view.setBigInt64(at, location.value, true);
  else view.setInt16(at + REGISTER, location.register, true);
  if (location.kind !== 'memory') return;
  view.setBigInt64(at, location.offset, true);
  if (location.index === undefined) return;
  if (index === undefined) {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'an argument of a static probe is in memory at base + index * scale', {
      reason: 'the object was compiled with a usdt.bpf.h that cannot describe it',
      remedy: 'compile it with a newer libbpf',
    });
  }
  const word = types.indexed | (location.index << index.register) | ((location.scale ?? 0) << index.scale);
  view.setUint32(at + TYPE, word >>> 0, true);
}

/** First bits, in the word of the type, of the index register and the scale. */
interface IndexFields {
  readonly register: number;
  readonly scale: number;
}

/** Where newer headers have the index of memory arguments: the object's own types say it. */
function indexFields({ spec }: HostMap, btf: Btf | undefined): IndexFields | undefined {
  if (btf === undefined || spec.valueType === undefined) return undefined;
  const list = (btf.type(btf.strip(spec.valueType)) as StructType).members?.[0];
  const array = list === undefined ? undefined : btf.type(btf.strip(list.type));
  const argument = array?.kind === 'array' ? btf.type(btf.strip(array.type)) : undefined;
  if (argument?.kind !== 'struct') return undefined;
  const bit = (name: string) => argument.members.find((member) => member.name === name)?.bitOffset;
  const register = bit('idx_reg_off');
  const scale = bit('scale_bitshift');
  return register === undefined || scale === undefined
    ? undefined
    : { register: register - TYPE * 8, scale: scale - TYPE * 8 };
}
