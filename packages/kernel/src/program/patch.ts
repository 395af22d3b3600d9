import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { HostMap } from '@skep/core/host';
import type { ProgramSpec, Reference } from '@skep/core/object';
import { findSymbol, type KernelSymbol } from './symbols.ts';

const BPF_PSEUDO_MAP_FD = 1;
const BPF_PSEUDO_MAP_VALUE = 2;
const BPF_PSEUDO_BTF_ID = 3;
const BPF_PSEUDO_FUNC = 4;
/** Of a call: a function of the kernel. */
const BPF_PSEUDO_KFUNC_CALL = 2;
/** Number of no helper: a call that the verifier refuses where it can be reached. */
const NO_HELPER = 0xbad2310;

/** The bytecode with descriptors and offsets where the spec has references: what BPF_PROG_LOAD takes. */
export function patchReferences(
  spec: ProgramSpec,
  maps: ReadonlyMap<string, HostMap>,
  btf: Btf | undefined,
): Uint8Array {
  const code = spec.code.slice();
  const view = new DataView(code.buffer);
  for (const reference of spec.references) patch(view, reference, spec, maps, btf);
  return code;
}

function patch(
  view: DataView,
  reference: Reference,
  spec: ProgramSpec,
  maps: ReadonlyMap<string, HostMap>,
  btf: Btf | undefined,
): void {
  switch (reference.kind) {
    case 'map':
      writeImmediate(view, reference.slot, BPF_PSEUDO_MAP_FD, descriptorOf(reference.map, maps), 0);
      break;
    case 'map-value':
      writeImmediate(view, reference.slot, BPF_PSEUDO_MAP_VALUE, descriptorOf(reference.map, maps), reference.offset);
      break;
    case 'function':
      writeImmediate(view, reference.slot, BPF_PSEUDO_FUNC, reference.target - reference.slot - 1, 0);
      break;
    case 'kfunc':
      writeCall(view, reference.slot, findSymbol(reference, spec, btf));
      break;
    case 'ksym':
      writeSymbol(view, reference.slot, findSymbol(reference, spec, btf));
      break;
  }
}

/**
 * A two-slot immediate load: the source register says what the halves mean.
 *
 *     | 0x18 | dst, kind | 0 | low half |   | 0 | 0 | 0 | high half |
 */
function writeImmediate(view: DataView, slot: number, kind: number, low: number, high: number): void {
  const at = slot * 8;
  view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (kind << 4));
  view.setInt32(at + 4, low, true);
  view.setInt32(at + 12, high, true);
}

/** A call of a kernel function, by its type; of one that is missing, a call of nothing. */
function writeCall(view: DataView, slot: number, symbol: KernelSymbol): void {
  const at = slot * 8;
  const known = symbol.kind === 'type';
  view.setUint8(at + 1, (known ? BPF_PSEUDO_KFUNC_CALL : 0) << 4);
  view.setInt16(at + 2, 0, true);
  view.setInt32(at + 4, known ? symbol.id : NO_HELPER, true);
}

/** The address of a kernel variable or function; 0 for one that is missing. */
function writeSymbol(view: DataView, slot: number, symbol: KernelSymbol): void {
  if (symbol.kind === 'type') {
    writeImmediate(view, slot, BPF_PSEUDO_BTF_ID, symbol.id, 0);
    return;
  }
  const address = symbol.kind === 'address' ? symbol.address : 0n;
  writeImmediate(view, slot, 0, Number(address & 0xffffffffn) | 0, Number(address >> 32n) | 0);
}

function descriptorOf(name: string, maps: ReadonlyMap<string, HostMap>): number {
  const map = maps.get(name);
  if (map === undefined || !('descriptor' in map) || typeof map.descriptor !== 'number') {
    throw new SkepError('SKEP_BAD_PROGRAM', `map ${name} is not among the maps of this kernel host`);
  }
  return map.descriptor;
}
