import type { Report } from '../base/diagnostic.ts';
import type { Btf } from '../btf/reader.ts';
import { type BtfType, Kind, type TypeId } from '../btf/types.ts';
import { btfRecords } from './btf-records.ts';

/** Bits of the encoding of an INT, at bit 24 of the word behind its record (btf.rst, section 2.2.1). */
const SIGNED = 1 << 24;
const ENCODINGS = 0xf << 24;

/**
 * Puts right, in the bytes of a BTF, what gcc writes and kernels refuse, so that the types of maps and variables
 * survive. Ids stay as they are.
 *
 * - Integers that are both `signed` and `char` (gcc's plain `char`) become `signed`.
 * - Functions without a name or with nameless parameters (gcc writes one per prototype) are dropped: they become
 *   pointers to their prototype, which nothing refers to.
 *
 * Tells a warning that counts them and names the first.
 */
export function dropWhatKernelsRefuse(bytes: Uint8Array, btf: Btf, report: Report): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const faults: string[] = [];
  let functions = 0;
  for (const { id, at } of btfRecords(bytes)) {
    const fault = kernelFault(btf, id);
    if (fault === undefined) continue;
    faults.push(`type ${id} ${fault}`);
    if (btf.kind(id) === 'int') {
      const word = view.getUint32(at + 12, true);
      view.setUint32(at + 12, ((word & ~ENCODINGS) | SIGNED) >>> 0, true);
    } else {
      functions += 1;
      view.setUint32(at, 0, true);
      view.setUint32(at + 4, (Kind.PTR << 24) >>> 0, true);
    }
  }
  if (faults.length === 0) return;
  report({
    severity: 'warning',
    message:
      `kernels refuse ${faults.length} types of the BTF (${faults[0]}): ` +
      `${functions} functions were dropped, ${faults.length - functions} integers put right`,
    place: { section: '.BTF' },
  });
}

/** Why kernels refuse a type, where they do for what gcc is known to write. */
function kernelFault(btf: Btf, id: TypeId): string | undefined {
  const kind = btf.kind(id);
  if (kind !== 'int' && kind !== 'func') return undefined;
  const type = btf.type(id);
  if (type.kind === 'int') {
    return Number(type.signed) + Number(type.char) + Number(type.bool) > 1
      ? `(${type.name}) is signed and char at once`
      : undefined;
  }
  return type.kind === 'func' ? functionFault(btf, type) : undefined;
}

function functionFault(btf: Btf, type: Extract<BtfType, { kind: 'func' }>): string | undefined {
  if (type.linkage === 'extern') return undefined;
  if (type.name === '') return 'is a function without a name';
  const prototype = btf.type(type.type);
  if (prototype.kind !== 'func_proto') return undefined;
  const nameless = prototype.parameters.some((parameter) => parameter.name === '' && parameter.type !== 0);
  return nameless ? `(${type.name}) is a function with a nameless parameter` : undefined;
}
