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

/** What BTF may hold that older kernels refuse, newest first, with the kernel that brought it. */
export const btfFeatures = [
  { name: 'enum64', since: '6.0' },
  { name: 'type-tag', since: '5.17' },
  { name: 'decl-tag', since: '5.16' },
  { name: 'float', since: '5.13' },
  { name: 'global-functions', since: '5.6' },
  { name: 'data-sections', since: '5.2' },
] as const;

/** One of {@link btfFeatures}. */
export type BtfFeature = (typeof btfFeatures)[number]['name'];

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
 * - So does what the kernel lacks: `missing` is empty for a kernel that has all.
 */
export function sanitizeBtf(btf: Btf, missing: ReadonlySet<BtfFeature>): Uint8Array {
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
    if (missing.size > 0) replaceNew(record, missing);
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

/** The kind is read anew: what stood for things outside is of another by now. */
function replaceNew(record: TypeRecord, missing: ReadonlySet<BtfFeature>): void {
  const { view, at, parts } = record;
  const info = view.getUint32(at + 4, true);
  const kind = (info >>> 24) & 0x1f;
  if (missing.has('enum64')) {
    if (kind === Kind.ENUM64) replaceEnum64(record);
    // The mark of signed values came with it.
    if (kind === Kind.ENUM) setKind(record, Kind.ENUM, parts);
  }
  if (missing.has('type-tag') && kind === Kind.TYPE_TAG) setKind(record, Kind.CONST, 0, '');
  if (missing.has('decl-tag') && kind === Kind.DECL_TAG) replaceByByte(record);
  if (missing.has('float') && kind === Kind.FLOAT) setKind(record, Kind.STRUCT, 0, '');
  if (missing.has('global-functions') && kind === Kind.FUNC) setKind(record, Kind.FUNC, 0);
  if (missing.has('data-sections')) {
    if (kind === Kind.VAR) replaceByByte(record);
    if (kind === Kind.DATASEC) replaceSection(record);
  }
}

function replaceByByte(record: TypeRecord): void {
  setKind(record, Kind.INT, 0);
  record.view.setUint32(record.at + 8, 1, true);
  record.view.setUint32(record.at + RECORD, 8, true);
}

function replaceEnum64(record: TypeRecord): void {
  const { view, at, parts, int } = record;
  setKind(record, Kind.UNION, parts);
  for (let part = 0; part < parts; part += 1) {
    view.setUint32(at + RECORD + part * 12 + 4, int, true);
    view.setUint32(at + RECORD + part * 12 + 8, 0, true);
  }
}

/** A struct with a byte where each variable starts: (type, offset, size) becomes (name, type, offset in bits). */
function replaceSection(record: TypeRecord): void {
  const { view, at, parts } = record;
  setKind(record, Kind.STRUCT, parts, '');
  for (let part = 0; part < parts; part += 1) {
    const member = at + RECORD + part * 12;
    const type = view.getUint32(member, true);
    const offset = view.getUint32(member + 4, true);
    view.setUint32(member, 0, true);
    view.setUint32(member + 4, type, true);
    view.setUint32(member + 8, offset * 8, true);
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
