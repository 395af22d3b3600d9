/**
 * A member of a cpio archive. Names are relative, without a leading slash; `mode` holds permission bits only.
 */
export type CpioEntry =
  | { readonly kind: 'directory'; readonly name: string; readonly mode?: number }
  | { readonly kind: 'file'; readonly name: string; readonly data: Uint8Array; readonly mode?: number }
  | { readonly kind: 'symlink'; readonly name: string; readonly target: string };

const MAGIC = '070701';
/** Magic and 13 fields of eight hexadecimal digits. */
const HEADER_SIZE = 110;
const TRAILER = 'TRAILER!!!';
/** The kernel looks for the next archive at a multiple of four; cpio(1) pads to blocks. */
const BLOCK = 512;

const S_IFMT = 0o170000;
const typeBits = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;
const defaultMode = { directory: 0o755, file: 0o644, symlink: 0o777 } as const;

const utf8 = new TextEncoder();
const align4 = (size: number) => (size + 3) & ~3;

/**
 * Writes an archive in the "newc" format, as the kernel unpacks it for an initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Missing parent directories are added; owner, times and
 * devices are zero, so that the same entries give the same bytes.
 *
 *     header (110)  name NUL  pad to 4  data  pad to 4   ...   TRAILER!!!  pad to 512
 */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const members = withParents(entries).map(toMember);
  const size = members.reduce((sum, member) => sum + memberSize(member), 0);
  const trailer: Member = { name: utf8.encode(TRAILER), mode: 0, data: new Uint8Array() };
  const bytes = new Uint8Array(Math.ceil((size + memberSize(trailer)) / BLOCK) * BLOCK);
  let at = 0;
  for (const [index, member] of [...members, trailer].entries()) at = writeMember(bytes, at, member, index + 1);
  return bytes;
}

interface Member {
  readonly name: Uint8Array;
  readonly mode: number;
  readonly data: Uint8Array;
}

function toMember(entry: CpioEntry): Member {
  const mode = typeBits[entry.kind] | (('mode' in entry ? entry.mode : undefined) ?? defaultMode[entry.kind]);
  const data =
    entry.kind === 'file' ? entry.data : entry.kind === 'symlink' ? utf8.encode(entry.target) : new Uint8Array();
  return { name: utf8.encode(entry.name), mode, data };
}

function memberSize({ name, data }: Member): number {
  return align4(HEADER_SIZE + name.length + 1) + align4(data.length);
}

function writeMember(bytes: Uint8Array, at: number, member: Member, inode: number): number {
  const { name, mode, data } = member;
  // ino, mode, uid, gid, nlink, mtime, filesize, device numbers of the disk and of the node, namesize, check
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  bytes.set(utf8.encode(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('')), at);
  bytes.set(name, at + HEADER_SIZE);
  bytes.set(data, at + align4(HEADER_SIZE + name.length + 1));
  return at + memberSize(member);
}

/** The entries with their folders before them, each name once. */
function withParents(entries: readonly CpioEntry[]): CpioEntry[] {
  const byName = new Map<string, CpioEntry>();
  for (const entry of entries) {
    const parts = entry.name.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const name = parts.slice(0, depth).join('/');
      if (!byName.has(name)) byName.set(name, { kind: 'directory', name });
    }
    byName.set(entry.name, entry);
  }
  return [...byName.values()];
}

/**
 * Reads an archive in the "newc" format up to its trailer.
 * @throws Error for anything else.
 */
export function readCpio(bytes: Uint8Array): CpioEntry[] {
  const entries: CpioEntry[] = [];
  for (let at = 0; ; ) {
    const text = new TextDecoder('latin1').decode(bytes.subarray(at, at + HEADER_SIZE));
    if (text.length < HEADER_SIZE || !text.startsWith(MAGIC)) throw new Error(`no cpio header at byte ${at}`);
    const field = (index: number) => Number.parseInt(text.slice(6 + index * 8, 14 + index * 8), 16);
    const nameEnd = at + HEADER_SIZE + field(11) - 1;
    const name = new TextDecoder().decode(bytes.subarray(at + HEADER_SIZE, nameEnd));
    if (name === TRAILER) return entries;
    const dataAt = at + align4(HEADER_SIZE + field(11));
    const data = bytes.slice(dataAt, dataAt + field(6));
    if (data.length !== field(6)) throw new Error(`${name} is cut off`);
    entries.push(toEntry(name, field(1), data));
    at = dataAt + align4(data.length);
  }
}

function toEntry(name: string, mode: number, data: Uint8Array): CpioEntry {
  const permissions = mode & ~S_IFMT;
  switch (mode & S_IFMT) {
    case typeBits.directory:
      return { kind: 'directory', name, mode: permissions };
    case typeBits.symlink:
      return { kind: 'symlink', name, target: new TextDecoder().decode(data) };
    case typeBits.file:
      return { kind: 'file', name, data, mode: permissions };
    default:
      throw new Error(`${name} has the unknown mode ${mode.toString(8)}`);
  }
}
