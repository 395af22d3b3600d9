import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { HostMap, LoadEnvironment } from '@skep/core/host';
import type { ProgramSpec, Reference } from '@skep/core/object';
import type { KernelTypes } from '../btf/kernel-types.ts';
import { findSymbol, type KernelSymbol } from './symbols.ts';

const BPF_PSEUDO_MAP_FD = 1;
const BPF_PSEUDO_MAP_VALUE = 2;
const BPF_PSEUDO_BTF_ID = 3;
const BPF_PSEUDO_FUNC = 4;
/** Of a call: a function of the kernel. */
const BPF_PSEUDO_KFUNC_CALL = 2;
/** Number of no helper: a call that the verifier refuses where it can be reached. */
const NO_HELPER = 0xbad2310;

/** What BPF_PROG_LOAD takes for a program with references. */
export interface PatchedCode {
  readonly code: Uint8Array;
  /** Descriptors of the types of modules that calls name by their index, from 1 on; undefined where there are none. */
  readonly modules: Uint8Array | undefined;
}

/** The bytecode with descriptors, types and addresses where the spec has references. */
export function patchReferences(
  spec: ProgramSpec,
  { maps, btf }: Pick<LoadEnvironment, 'maps' | 'btf'>,
  kernel: KernelTypes,
): PatchedCode {
  const code = spec.code.slice();
  const modules: string[] = [];
  const target = { view: new DataView(code.buffer), spec, maps, btf, kernel, modules };
  for (const reference of spec.references) patch(target, reference);
  if (modules.length === 0) return { code, modules: undefined };
  // Index 0 is the kernel itself.
  const descriptors = Int32Array.from([0, ...modules.map((module) => kernel.descriptor(module))]);
  return { code, modules: new Uint8Array(descriptors.buffer) };
}

interface Target {
  readonly view: DataView;
  readonly spec: ProgramSpec;
  readonly maps: ReadonlyMap<string, HostMap>;
  readonly btf: Btf | undefined;
  readonly kernel: KernelTypes;
  /** Modules whose functions are called so far. */
  readonly modules: string[];
}

function patch(target: Target, reference: Reference): void {
  const { view, spec, maps, btf, kernel } = target;
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
      writeCall(target, reference.slot, findSymbol(reference, spec, btf, kernel));
      break;
    case 'ksym':
      writeSymbol(target, reference.slot, findSymbol(reference, spec, btf, kernel));
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

/** A call of a kernel function, by its type and the index of its module; of one that is missing, a call of nothing. */
function writeCall({ view, modules }: Target, slot: number, symbol: KernelSymbol): void {
  const at = slot * 8;
  const known = symbol.kind === 'type';
  view.setUint8(at + 1, (known ? BPF_PSEUDO_KFUNC_CALL : 0) << 4);
  view.setInt16(at + 2, known && symbol.module !== undefined ? indexOf(modules, symbol.module) : 0, true);
  view.setInt32(at + 4, known ? symbol.id : NO_HELPER, true);
}

/** Index of a module among those that are used, from 1 on; it is added where it is new. */
function indexOf(modules: string[], module: string): number {
  const known = modules.indexOf(module) + 1;
  return known > 0 ? known : modules.push(module);
}

/** The address of a kernel variable or function; 0 for one that is missing. */
function writeSymbol({ view, kernel }: Target, slot: number, symbol: KernelSymbol): void {
  if (symbol.kind === 'type') {
    const module = symbol.module === undefined ? 0 : kernel.descriptor(symbol.module);
    writeImmediate(view, slot, BPF_PSEUDO_BTF_ID, symbol.id, module);
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
