import { SkepError } from '../base/errors.ts';

/** First two bytes of .BTF and .BTF.ext as a little-endian number. */
export const BTF_MAGIC = 0xeb9f;
/** The same bytes as a big-endian writer leaves them. */
const SWAPPED_MAGIC = 0x9feb;

/** Size of `struct btf_header`. */
export const BTF_HEADER_SIZE = 24;

/** Where the two sections of a BTF blob lie, as offsets from its start. */
export interface BtfLayout {
  readonly typesStart: number;
  readonly typesEnd: number;
  readonly stringsStart: number;
  readonly stringsEnd: number;
}

/** An invalid BTF, with the byte offset where it is wrong. */
export function badBtf(what: string, offset: number | undefined, reason: string): SkepError {
  return new SkepError('SKEP_BAD_BTF', what, {
    place: offset === undefined ? {} : { offset },
    reason,
    remedy: 'compile the program anew with -g, or leave out its type information (llvm-strip -g)',
  });
}

/**
 * Checks magic, version and header length, which .BTF and .BTF.ext share, and gives the header length.
 *
 *      0       2     3      4           8
 *     +-------+-----+------+-----------+------------
 *     | magic | ver | flags| hdr_len   | offsets ...
 *     +-------+-----+------+-----------+------------
 */
export function checkBtfHeader(view: DataView, section: string, minimum: number): number {
  if (view.byteLength < minimum) {
    throw badBtf(`${section} is shorter than its header`, 0, `${view.byteLength} bytes, at least ${minimum} needed`);
  }
  const magic = view.getUint16(0, true);
  if (magic === SWAPPED_MAGIC) {
    throw badBtf(`${section} is big-endian`, 0, 'only little-endian programs (clang -target bpfel) are read');
  }
  if (magic !== BTF_MAGIC) {
    throw badBtf(`${section} does not start with the BTF magic`, 0, `0x${magic.toString(16)} instead of 0xeb9f`);
  }
  const version = view.getUint8(2);
  if (version !== 1) throw badBtf(`${section} has unknown version ${version}`, 2, 'only version 1 exists');
  const length = view.getUint32(4, true);
  if (length < minimum || length > view.byteLength) {
    throw badBtf(`${section} has a header of ${length} bytes`, 4, `${minimum} to ${view.byteLength} are possible`);
  }
  return length;
}

/** Reads and checks the header of a .BTF section (btf.rst, section 2). `split`: its strings continue a base's. */
export function readBtfLayout(bytes: Uint8Array, split: boolean): BtfLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = checkBtfHeader(view, 'BTF', BTF_HEADER_SIZE);
  const part = (at: number, what: string): [start: number, end: number] => {
    const start = header + view.getUint32(at, true);
    const end = start + view.getUint32(at + 4, true);
    if (end <= bytes.length) return [start, end];
    throw badBtf(`the ${what} of the BTF reach past its end`, at, `they end at ${end}, the section at ${bytes.length}`);
  };
  const [typesStart, typesEnd] = part(8, 'types');
  const [stringsStart, stringsEnd] = part(16, 'strings');
  const empty = stringsStart === stringsEnd;
  if (!(split && empty) && (empty || bytes[stringsEnd - 1] !== 0 || (!split && bytes[stringsStart] !== 0))) {
    throw badBtf('the string section of the BTF is not closed', stringsStart, 'it must start and end with a zero byte');
  }
  return { typesStart, typesEnd, stringsStart, stringsEnd };
}
