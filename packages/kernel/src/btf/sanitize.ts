import { type Btf, Kind } from '@skep/core/btf';

/** Bytes of `struct btf_type`: name, info word, size or type. */
const RECORD = 12;
/** Bytes behind the record (btf.rst, section 2.2): fixed, or for each part. */
const fixed: Readonly<Record<number, number>> = { [Kind.INT]: 4, [Kind.ARRAY]: 12, [Kind.VAR]: 4, [Kind.DECL_TAG]: 4 };
const perPart: Readonly<Record<number, number>> = {
  [Kind.STRUCT]: 12,
  [Kind.UNION]: 12,
  [Kind.ENUM]: 8,
  [Kind.FUNC_PROTO]: 8,
  [Kind.DATASEC]: 12,
  [Kind.ENUM64]: 12,
};

const EXTERN = 2;
const GLOBAL = 1;

interface TypeRecord {
  readonly view: DataView;
  readonly at: number;
  readonly kind: number;
  readonly parts: number;
  /** Id of some integer type. */
  readonly int: number;
}

/**
 * BTF as BPF_BTF_LOAD takes it. Ids, strings and the length stay as they are, so that whatever refers to them fits.
 *
 * - What stands for things outside of the object (extern variables and functions, the sections `.ksyms` and `.kconfig`)
 *   becomes types that are there for their number only.
 * - With `old`, so do the kinds that came after Linux 5.11: FLOAT, DECL_TAG, TYPE_TAG and ENUM64.
 */
export function sanitizeBtf(btf: Btf, { old }: { readonly old: boolean }): Uint8Array {
  const bytes = btf.bytes.slice();
  const view = new DataView(bytes.buffer);
  const start = view.getUint32(4, true) + view.getUint32(8, true);
  const int = findInt(btf);
  let at = start;
  for (let id = 1; id < btf.count; id += 1) {
    const info = view.getUint32(at + 4, true);
    const kind = (info >>> 24) & 0x1f;
    const parts = info & 0xffff;
    const record = { view, at, kind, parts, int };
    at += RECORD + (fixed[kind] ?? 0) + (perPart[kind] ?? 0) * parts;
    replaceExtern(record, btf, id);
    if (old) replaceNew(record);
  }
  return bytes;
}

function findInt(btf: Btf): number {
  for (let id = 1; id < btf.count; id += 1) {
    const type = btf.type(id);
    if (type.kind === 'int' && type.size === 4) return id;
  }
  return 0;
}

function replaceExtern(record: TypeRecord, btf: Btf, id: number): void {
  const { view, at, kind, parts, int } = record;
  if (kind === Kind.VAR && view.getUint32(at + RECORD, true) === EXTERN) {
    view.setUint32(at + 8, int, true);
    view.setUint32(at + RECORD, GLOBAL, true);
  } else if (kind === Kind.FUNC && parts === EXTERN) {
    // A pointer to its prototype, which may have parameters without names.
    setKind(record, Kind.PTR, 0, '');
  } else if (kind === Kind.DATASEC && ['.ksyms', '.kconfig'].includes(btf.name(id))) {
    setKind(record, Kind.STRUCT, parts, '');
    view.setUint32(at + 8, parts * 4, true);
    for (let part = 0; part < parts; part += 1) setMember(record, part, part * 32);
  }
}

function replaceNew(record: TypeRecord): void {
  const { view, at, kind, parts } = record;
  if (kind === Kind.FLOAT) setKind(record, Kind.STRUCT, 0, '');
  if (kind === Kind.TYPE_TAG) setKind(record, Kind.CONST, 0, '');
  if (kind === Kind.DECL_TAG) {
    setKind(record, Kind.INT, 0);
    view.setUint32(at + 8, 1, true);
    view.setUint32(at + RECORD, 8, true);
  }
  if (kind === Kind.ENUM64) {
    setKind(record, Kind.UNION, parts);
    for (let part = 0; part < parts; part += 1) {
      view.setUint32(at + RECORD + part * 12 + 4, record.int, true);
      view.setUint32(at + RECORD + part * 12 + 8, 0, true);
    }
  }
}

/** Writes the info word; with `name`, which can only be empty, takes the name away. */
function setKind({ view, at }: TypeRecord, kind: number, parts: number, name?: ''): void {
  if (name !== undefined) view.setUint32(at, 0, true);
  view.setUint32(at + 4, ((kind << 24) | parts) >>> 0, true);
}

/** A nameless integer member. */
function setMember({ view, at, int }: TypeRecord, index: number, bitOffset: number): void {
  const member = at + RECORD + index * 12;
  view.setUint32(member, 0, true);
  view.setUint32(member + 4, int, true);
  view.setUint32(member + 8, bitOffset, true);
}
