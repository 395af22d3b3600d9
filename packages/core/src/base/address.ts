/** `10.0.0.1`: the four bytes at `offset`. */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
  return `${bytes[offset] ?? 0}.${bytes[offset + 1] ?? 0}.${bytes[offset + 2] ?? 0}.${bytes[offset + 3] ?? 0}`;
}

/**
 * The four bytes of a dotted address, or undefined where `text` is none. Four decimal numbers of 0 to 255 without
 * leading zeroes: the one form that all readers take alike (RFC 6943 section 3.1.1).
 */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.', 5);
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256);
  return valid ? Uint8Array.from(parts, Number) : undefined;
}

/**
 * The sixteen bytes at `offset` as RFC 5952 writes them: lower case, no leading zeroes, the longest run of two or
 * more zero groups (the first of equals) as `::`, and IPv4-mapped addresses as `::ffff:10.0.0.1`.
 */
export function formatIpv6(bytes: Uint8Array, offset = 0): string {
  const groups = Array.from({ length: 8 }, (_, index) => {
    const at = offset + index * 2;
    return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  });
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${formatIpv4(bytes, offset + 12)}`;
  }
  const zeroes = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (zeroes.length < 2) return hex.join(':');
  return `${hex.slice(0, zeroes.start).join(':')}::${hex.slice(zeroes.start + zeroes.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}

/**
 * The sixteen bytes of an IPv6 address in any form of RFC 4291 section 2.2 (full, `::`, dotted end), or undefined
 * where `text` is none. A zone (`%eth0`) is not part of an address.
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  // 45 characters are the longest form: eight groups of which the last two are dotted.
  if (text.length > 45) return undefined;
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = groupsOf(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 16 : given > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of `:`-separated groups; a dotted address may stand for the last two where they end the address. */
function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes.push(group >> 8, group & 255);
      continue;
    }
    const dotted = last && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (dotted === undefined) return undefined;
    bytes.push(...dotted);
  }
  return bytes;
}

/** `02:00:00:00:00:01`: the six bytes at `offset`. */
export function formatMac(bytes: Uint8Array, offset = 0): string {
  return Array.from({ length: 6 }, (_, index) => (bytes[offset + index] ?? 0).toString(16).padStart(2, '0')).join(':');
}

/** The six bytes of a MAC address written as two-digit hexadecimal pairs with `:` or `-`, or undefined. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}$/.test(text)) return undefined;
  return Uint8Array.from(text.split(/[:-]/), (pair) => Number.parseInt(pair, 16));
}
