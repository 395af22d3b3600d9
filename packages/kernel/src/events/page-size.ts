import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** Kind of the auxiliary vector's entry that holds the page size (getauxval(3)). */
const AT_PAGESZ = 6n;
const USUAL = 4096;

let known: number | undefined;

/** Bytes of a memory page on this machine, from the auxiliary vector that the kernel gave this process. */
export function pageSize(): number {
  known ??= pageSizeIn(readFileSync('/proc/self/auxv'));
  return known;
}

/** The page size in an auxiliary vector of 64 bits: pairs of kind and value, ended by kind 0. */
export function pageSizeIn(auxv: Uint8Array): number {
  const view = new DataView(auxv.buffer, auxv.byteOffset, auxv.length);
  const little = endianness() === 'LE';
  for (let at = 0; at + 16 <= view.byteLength; at += 16) {
    if (view.getBigUint64(at, little) === AT_PAGESZ) return Number(view.getBigUint64(at + 8, little));
  }
  return USUAL;
}
