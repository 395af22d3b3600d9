import type { Bpf } from '../bpf/bpf.ts';

const MAGIC = 0xeb9f;
const HEADER = 24;
/** `struct btf_type` of kind INT and the word behind it (btf.rst, section 2.2.1). */
const INT_RECORD = 16;
const KIND_INT = 1 << 24;
const SIGNED_32_BITS = (1 << 24) | 32;

/** Loads BTF whose type 1 is `int` and which has nothing else. @returns a descriptor or a negative error number. */
export function loadIntBtf(bpf: Bpf): number {
  const strings = new TextEncoder().encode('\0int\0');
  const bytes = new Uint8Array(HEADER + INT_RECORD + strings.length);
  const view = new DataView(bytes.buffer);
  const words = [HEADER, 0, INT_RECORD, INT_RECORD, strings.length, 1, KIND_INT, 4, SIGNED_32_BITS];
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, 1);
  for (const [index, word] of words.entries()) view.setUint32(4 + index * 4, word, true);
  bytes.set(strings, HEADER + INT_RECORD);
  return bpf.call('btf_load', bpf.attr('btf_load', { btf: bytes, btf_size: bytes.length }));
}
