import { helpers } from '../../../src/abi/helpers.gen.ts';
import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { BtfBuilder } from '../../../src/btf/writer.ts';
import { assemble } from '../../../src/isa/assemble.ts';

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(helpers));

/** Upper half of the immediates that stand for references until they are known: kind and number. */
const REFERENCE = 0x7a00_0000;
const kinds = ['map', 'value', 'callback'] as const;

/** A 64-bit immediate load that stands for a map, or for a byte of a map's first value. */
export interface MapSlot {
  readonly slot: number;
  /** Index among the maps of the case. */
  readonly map: number;
  readonly offset?: number;
}

/** Bytecode with the places of its references. */
export interface TestProgram {
  readonly code: Uint8Array;
  readonly maps: readonly MapSlot[];
  /** Slots at which the callbacks start. */
  readonly callbacks: readonly number[];
}

/**
 * Assembles a program for tests: instructions and labels, helpers by name, and `r1 = map 0`, `r1 = value 0 4` (byte 4
 * of the first value), `r2 = callback 0`. Callbacks are texts of their own behind the program.
 */
export function assembleProgram(text: string, callbacks: readonly string[] = []): TestProgram {
  const parts = [text, ...callbacks].map((part) => assemble(withMagic(part), { helpers: numbers }));
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.length / 8, 0));
  const code = new Uint8Array(Buffer.concat(parts));
  return { code, maps: resolve(code, starts.slice(1)), callbacks: starts.slice(1) };
}

function withMagic(text: string): string {
  return text.replaceAll(/(r\d) = (map|value|callback) (\d+)(?: (\d+))?/g, (_, register, kind, index, offset) => {
    const high = REFERENCE | (kinds.indexOf(kind) << 16) | Number(index);
    return `${register} = ${(BigInt(high) << 32n) | BigInt(offset ?? 0)} ll`;
  });
}

/** Puts the distance to callbacks into their loads and lists those of maps. */
function resolve(code: Uint8Array, callbacks: readonly number[]): MapSlot[] {
  const view = new DataView(code.buffer);
  const maps: MapSlot[] = [];
  for (let slot = 0; slot < code.length / 8; slot += code[slot * 8] === 0x18 ? 2 : 1) {
    const high = code[slot * 8] === 0x18 ? view.getUint32(slot * 8 + 12, true) : 0;
    if ((high & 0xff00_0000) !== REFERENCE) continue;
    const index = high & 0xffff;
    const kind = kinds[(high >> 16) & 0xff];
    if (kind === 'map') maps.push({ slot, map: index });
    if (kind === 'value') maps.push({ slot, map: index, offset: view.getUint32(slot * 8 + 4, true) });
    if (kind === 'callback') view.setUint8(slot * 8 + 1, view.getUint8(slot * 8 + 1) | 0x40);
    view.setInt32(slot * 8 + 4, kind === 'callback' ? (callbacks[index] ?? 0) - slot - 1 : 0, true);
    view.setInt32(slot * 8 + 12, 0, true);
  }
  return maps;
}

/** BTF for a program with callbacks, and its functions: a kernel wants to know that callbacks are static. */
export function functionTypes(program: TestProgram): { btf: Uint8Array; functions: { slot: number; type: number }[] } {
  const btf = new BtfBuilder();
  const type = btf.add({
    kind: 'int',
    name: 'long',
    size: 8,
    bits: 64,
    bitOffset: 0,
    signed: true,
    char: false,
    bool: false,
  });
  const prototype = btf.add({ kind: 'func_proto', returns: type, parameters: [{ name: 'ctx', type }] });
  const functions = [0, ...program.callbacks].map((slot, index) => ({
    slot,
    type: btf.add({
      kind: 'func',
      name: index === 0 ? 'program' : `callback${index}`,
      type: prototype,
      linkage: index === 0 ? 'global' : 'static',
    }),
  }));
  return { btf: btf.finish(), functions };
}

/** Bytes of hexadecimal text; white space does not count. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** Hexadecimal text of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** An Ethernet frame with this EtherType (or tags and EtherType) and `length` bytes 0, 1, 2, .. behind it. */
export function frame(type: string, length: number, destination = '020000000001'): Uint8Array {
  const payload = Buffer.from(Uint8Array.from({ length }, (_, at) => at)).toString('hex');
  return hex(`${destination} 020000000002 ${type} ${payload}`);
}

/** Instructions that zero `size` bytes of stack below the frame pointer. */
export function zeroStack(size: number): string {
  return Array.from({ length: size / 8 }, (_, at) => `*(u64 *)(r10 - ${8 * (at + 1)}) = 0`).join('\n');
}

/** A program to run in the VM and in the kernel on the same packet: all that comes of it must be the same. */
export interface KernelCase {
  readonly name: string;
  readonly type: ProgramType;
  readonly text: string;
  readonly packet: Uint8Array;
  readonly callbacks?: readonly string[];
  readonly maps?: readonly CaseMap[];
}

/** A map of a case and what it holds before the run. */
export interface CaseMap {
  readonly type:
    | 'array'
    | 'hash'
    | 'percpu_array'
    | 'percpu_hash'
    | 'queue'
    | 'stack'
    | 'ringbuf'
    | 'perf_event_array'
    | 'devmap'
    | 'lpm_trie'
    | 'lru_hash'
    | 'array_of_maps';
  readonly keySize?: number;
  readonly valueSize?: number;
  readonly maxEntries?: number;
  readonly flags?: number;
  readonly contents?: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
  /** Constant data: written by nobody after it is filled. */
  readonly frozen?: boolean;
}
