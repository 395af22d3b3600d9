import { SkepError } from '@skep/core/base';
import type { HostMap } from '@skep/core/host';
import type { ProgramSpec, Reference } from '@skep/core/object';

const BPF_PSEUDO_MAP_FD = 1;
const BPF_PSEUDO_MAP_VALUE = 2;
const BPF_PSEUDO_FUNC = 4;

/** The bytecode with descriptors and offsets where the spec has references: what BPF_PROG_LOAD takes. */
export function patchReferences(spec: ProgramSpec, maps: ReadonlyMap<string, HostMap>): Uint8Array {
  const code = spec.code.slice();
  const view = new DataView(code.buffer);
  for (const reference of spec.references) patch(view, reference, spec, maps);
  return code;
}

function patch(view: DataView, reference: Reference, spec: ProgramSpec, maps: ReadonlyMap<string, HostMap>): void {
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
    default:
      throw new SkepError('SKEP_NOT_SUPPORTED', `program ${spec.name} needs the kernel symbol ${reference.name}`, {
        place: { program: spec.name, instruction: reference.slot },
      });
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

function descriptorOf(name: string, maps: ReadonlyMap<string, HostMap>): number {
  const map = maps.get(name);
  if (map === undefined || !('descriptor' in map) || typeof map.descriptor !== 'number') {
    throw new SkepError('SKEP_BAD_PROGRAM', `map ${name} is not among the maps of this kernel host`);
  }
  return map.descriptor;
}
