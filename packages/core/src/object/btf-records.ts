import { RECORD_SIZE, recordSize } from '../btf/decode-type.ts';
import { readBtfLayout } from '../btf/header.ts';
import type { TypeId } from '../btf/types.ts';

/**
 * Where the record of each type starts in the bytes of a BTF that has been parsed before, for changing records in
 * place: the header's type ids stay as they are.
 */
export function* btfRecords(bytes: Uint8Array): Generator<{ id: TypeId; at: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { typesStart, typesEnd } = readBtfLayout(bytes, false);
  let id = 1;
  for (let at = typesStart; at + RECORD_SIZE <= typesEnd; id += 1) {
    yield { id, at };
    at += recordSize(view.getUint32(at + 4, true));
  }
}
