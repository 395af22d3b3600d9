import { ByteWriter } from '../base/bytes.ts';
import { BTF_MAGIC, badBtf, checkBtfHeader } from './header.ts';
import type { Btf } from './reader.ts';
import type { TypeId } from './types.ts';
import type { BtfBuilder } from './writer.ts';

/** Header of .BTF.ext without and with the CO-RE part (Linux 5.4). */
const SHORT_HEADER = 24;
const FULL_HEADER = 32;

/** FUNC type of the function that starts at byte `offset` of its section. */
export interface BtfExtFunction {
  readonly offset: number;
  readonly type: TypeId;
}

/** Source line of the instructions from byte `offset` of their section on. */
export interface BtfExtLine {
  readonly offset: number;
  readonly file: string;
  /** The line itself; empty where the compiler left it out. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where unknown. */
  readonly column: number;
}

/** CO-RE relocation (`struct bpf_core_relo`) of the instruction at byte `offset` of its section. */
export interface BtfExtCoreRelocation {
  readonly offset: number;
  /** Root type. */
  readonly type: TypeId;
  /** Path such as `0:1:2`. */
  readonly access: string;
  /** enum bpf_core_relo_kind. */
  readonly kind: number;
}

/** What .BTF.ext tells, by the name of the code section. */
export interface BtfExt {
  readonly functions: ReadonlyMap<string, readonly BtfExtFunction[]>;
  readonly lines: ReadonlyMap<string, readonly BtfExtLine[]>;
  readonly coreRelocations: ReadonlyMap<string, readonly BtfExtCoreRelocation[]>;
}

/**
 * Reads a .BTF.ext section (btf.rst, section 4.2). Records longer than those known are read by their known part.
 * @throws SKEP_BAD_BTF with the offset.
 */
export function parseBtfExt(bytes: Uint8Array, btf: Btf): BtfExt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = checkBtfHeader(view, '.BTF.ext', SHORT_HEADER);
  const parser = { view, btf, header };
  return {
    functions: readTable(parser, 8, 8, (at) => ({
      offset: u32(view, at),
      type: reference(btf, u32(view, at + 4), at),
    })),
    lines: readTable(parser, 16, 16, (at) => {
      const position = u32(view, at + 12);
      return {
        offset: u32(view, at),
        file: btf.string(u32(view, at + 4)),
        text: btf.string(u32(view, at + 8)),
        line: position >>> 10,
        column: position & 0x3ff,
      };
    }),
    coreRelocations:
      header < FULL_HEADER
        ? new Map()
        : readTable(parser, 24, 16, (at) => ({
            offset: u32(view, at),
            type: reference(btf, u32(view, at + 4), at),
            access: btf.string(u32(view, at + 8)),
            kind: u32(view, at + 12),
          })),
  };
}

interface Parser {
  readonly view: DataView;
  readonly btf: Btf;
  readonly header: number;
}

function u32(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

function reference(btf: Btf, id: number, at: number): TypeId {
  if (id < btf.count) return id;
  throw badBtf(`.BTF.ext names type ${id}`, at, `there are types 0 to ${btf.count - 1}`);
}

/**
 * Reads one table, whose offset and length stand at `slot` of the header.
 *
 *     +-------------+------------------------------------------------+----
 *     | record size | section name (str) | count | count records ... | next section ...
 *     +-------------+------------------------------------------------+----
 */
function readTable<T>(
  { view, btf, header }: Parser,
  slot: number,
  known: number,
  decode: (at: number) => T,
): Map<string, T[]> {
  const table = new Map<string, T[]>();
  const length = u32(view, slot + 4);
  if (length === 0) return table;
  let at = header + u32(view, slot);
  const end = at + length;
  const need = (size: number, what: string): void => {
    if (at + size > end || end > view.byteLength) {
      throw badBtf(`${what} of .BTF.ext are cut off`, at, `${size} bytes are needed, the table ends at ${end}`);
    }
  };
  need(4, 'the tables');
  const recordSize = u32(view, at);
  if (recordSize < known || recordSize % 4 !== 0) {
    throw badBtf(`.BTF.ext has records of ${recordSize} bytes`, at, `they are at least ${known}, in steps of 4`);
  }
  at += 4;
  while (at < end) {
    need(8, 'the tables');
    const section = btf.string(u32(view, at));
    const count = u32(view, at + 4);
    at += 8;
    need(count * recordSize, `the records of section ${section}`);
    const records = table.get(section) ?? [];
    for (let index = 0; index < count; index += 1) records.push(decode(at + index * recordSize));
    table.set(section, records);
    at += count * recordSize;
  }
  return table;
}

/**
 * Writes a .BTF.ext section whose strings go into `builder`; call it before the builder's `finish`. Columns above 1023
 * and lines above 2^22 - 1, which the format cannot hold, become 0.
 */
export function writeBtfExt(ext: BtfExt, builder: BtfBuilder): Uint8Array {
  const body = new ByteWriter();
  const tables = [
    writeTable(body, builder, ext.functions, 8, ({ offset, type }) => {
      body.u32(offset).u32(type);
    }),
    writeTable(body, builder, ext.lines, 16, ({ offset, file, text, line, column }) => {
      body.u32(offset).u32(builder.addString(file)).u32(builder.addString(text));
      body.u32((((line > 0x3fffff ? 0 : line) << 10) | (column > 0x3ff ? 0 : column)) >>> 0);
    }),
    writeTable(body, builder, ext.coreRelocations, 16, ({ offset, type, access, kind }) => {
      body.u32(offset).u32(type).u32(builder.addString(access)).u32(kind);
    }),
  ];
  const writer = new ByteWriter().u16(BTF_MAGIC).u8(1).u8(0).u32(FULL_HEADER);
  for (const { start, length } of tables) writer.u32(start).u32(length);
  return writer.append(body.finish()).finish();
}

function writeTable<T>(
  body: ByteWriter,
  builder: BtfBuilder,
  sections: ReadonlyMap<string, readonly T[]>,
  recordSize: number,
  write: (record: T) => void,
): { start: number; length: number } {
  const start = body.length;
  const filled = [...sections].filter(([, records]) => records.length > 0);
  if (filled.length > 0) body.u32(recordSize);
  for (const [section, records] of filled) {
    body.u32(builder.addString(section)).u32(records.length);
    records.forEach(write);
  }
  return { start, length: body.length - start };
}
