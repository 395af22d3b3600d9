import { badSchema } from './errors.ts';
import { type Layout, layoutOf, type RecordLayout } from './layout.ts';
import type { Space } from './space.ts';
import { accessOf } from './views.ts';

/** The linear data of a packet: addresses in a space. */
export interface PacketMemory extends Space {
  readonly data: number;
  readonly dataEnd: number;
}

/** A live view, or a scalar's value, `offset` bytes into the packet; undefined where it is too short. */
export function viewAt(packet: PacketMemory, schema: unknown, offset: number): unknown {
  return at(packet, layoutOf(schema), offset);
}

function at(packet: PacketMemory, layout: Layout, offset: number): unknown {
  const address = packet.data + offset;
  if (offset < 0 || address + layout.size > packet.dataEnd) return undefined;
  return accessOf(layout).read(packet, address);
}

/** Walks the headers from the start of the packet, following lengths and protocol fields. */
export function parse(packet: PacketMemory, headers: readonly unknown[]): unknown[] | undefined {
  const views: unknown[] = [];
  let offset = 0;
  let previous: RecordLayout | undefined;
  for (const schema of headers) {
    const layout = headerOf(schema);
    if (previous !== undefined) {
      const before = views.at(-1);
      if (!follows(previous, layout, before)) return undefined;
      offset += previous.header?.length?.(before) ?? previous.size;
    }
    const view = at(packet, layout, offset);
    if (view === undefined) return undefined;
    views.push(view);
    previous = layout;
  }
  return views;
}

function headerOf(schema: unknown): RecordLayout {
  const layout = layoutOf(schema);
  if (layout.kind === 'record' && layout.header !== undefined) return layout;
  throw badSchema('parse takes headers', 'make it with header({ .. }), or read it with ctx.at');
}

/** Whether the packet says that `next` comes behind the header that `view` shows. */
function follows(previous: RecordLayout, next: RecordLayout, view: unknown): boolean {
  const links = next.header?.follows().filter(([layout]) => layout === previous) ?? [];
  if (links.length === 0) {
    throw badSchema('one header of parse cannot follow the one before it', 'name it in the follows of the header');
  }
  const number = previous.header?.next?.(view);
  return number === undefined || links.some(([, expected]) => expected === number);
}
