import type { u16 } from '../integers.ts';
import { badSchema } from '../runtime/errors.ts';
import { bytesOfView, layoutOfView } from '../runtime/views.ts';

/** The Internet checksum (RFC 1071) of a header, its checksum field taken as zero. */
export function checksum(header: object): u16 {
  const layout = layoutOfView(header);
  if (layout?.kind !== 'record') throw badSchema('checksum takes a header', 'give what ctx.at or ctx.parse gave');
  const skipped = layout.fields.find(({ name }) => name === 'checksum')?.offset;
  const bytes = bytesOfView(header);
  let sum = 0;
  for (let at = 0; at < layout.size; at += 2) {
    if (at !== skipped) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
