import { type Access, bitsAccess, intAccess } from './access.ts';
import { badSchema } from './errors.ts';
import type { ArrayLayout, FieldLayout, Layout, RecordLayout } from './layout.ts';
import { paddingOf } from './place-fields.ts';
import { AT, copiedSpace, copyBytes, ownSpace, SPACE, type Space, View } from './space.ts';
import { readText, writeText } from './text.ts';

type ViewClass = new (space: Space, at: number) => View;

const accesses = new WeakMap<Layout, Access>();
const layoutsOfViews = new WeakMap<object, Layout>();
/** Indices up to here are accessors of their own; longer arrays take a Proxy for each view. */
const MOST_INDICES = 1024;

/** How values of a layout are read and written: scalars and text as values, records and arrays as live views. */
export function accessOf(layout: Layout): Access {
  const known = accesses.get(layout);
  if (known !== undefined) return known;
  const access = makeAccess(layout);
  accesses.set(layout, access);
  return access;
}

function makeAccess(layout: Layout): Access {
  switch (layout.kind) {
    case 'int':
      return intAccess(layout);
    case 'bits':
      return bitsAccess(layout, 0);
    case 'text': {
      const { size } = layout;
      return {
        read: (space, at) => readText(space, at, size),
        write: (space, at, value) => writeText(space, at, size, String(value)),
      };
    }
    case 'array':
      return arrayAccess(layout);
    case 'record':
      return recordAccess(layout);
    case 'lock':
      // The kernel keeps a lock to itself: a program neither reads nor writes it.
      return { read: (space, at) => new View(space, at), write: () => undefined };
  }
}

/** The layout of the memory that a view shows, or undefined for what is no view. */
export function layoutOfView(view: unknown): Layout | undefined {
  return view instanceof View ? layoutsOfViews.get(Object.getPrototypeOf(view)) : undefined;
}

/** The bytes that a view shows: not a copy. @throws SKEP_BAD_VALUE for what is no view. */
export function bytesOfView(view: unknown): Uint8Array {
  const layout = layoutOfView(view);
  if (layout === undefined) throw badSchema('this is no view', 'give a record or array in memory');
  const { [SPACE]: space, [AT]: at } = view as View;
  return space.u8.subarray(at, at + layout.size);
}

/** A copy of a view, or a scalar as it is. */
export function copyOfView(value: unknown): unknown {
  const layout = layoutOfView(value);
  return layout === undefined ? value : ownValue(layout, value);
}

/** A value of this layout in memory of its own: zero, or as given. */
export function ownValue(layout: Layout, value?: unknown): unknown {
  const space = ownSpace(layout.size);
  const access = accessOf(layout);
  if (value !== undefined) access.write(space, 0, value);
  return access.read(space, 0);
}

// Records.

function recordAccess(layout: RecordLayout): Access {
  const fields = layout.fields.map((field) => ({ field, access: fieldAccess(field) }));
  const padding = paddingOf(layout);
  const RecordView = recordClass(layout, fields);
  const { size } = layout;
  return {
    read: (space, at) => new RecordView(space, at),
    write(space, at, value) {
      if (value instanceof View) {
        copyBytes(space, at, value[SPACE], value[AT], size);
        return;
      }
      const given = value as Readonly<Record<string, unknown>>;
      for (const gap of padding) space.u8.fill(0, at + gap.at, at + gap.at + gap.size);
      for (const { field, access } of fields) writeField(space, at, field, access, given[field.name]);
    },
  };
}

function fieldAccess({ layout, bitOffset }: FieldLayout): Access {
  return layout.kind === 'bits' ? bitsAccess(layout, bitOffset % 8) : accessOf(layout);
}

/** Writes a field, or zero where it is left out. A lock stays as it is. */
function writeField(space: Space, at: number, field: FieldLayout, access: Access, value: unknown): void {
  const { layout, offset } = field;
  if (value !== undefined) access.write(space, at + offset, value);
  else if (layout.kind === 'bits') access.write(space, at + offset, 0);
  else if (layout.kind !== 'lock') space.u8.fill(0, at + offset, at + offset + layout.size);
}

function recordClass(
  layout: RecordLayout,
  fields: readonly { readonly field: FieldLayout; readonly access: Access }[],
): ViewClass {
  const { size } = layout;
  class RecordView extends View {
    set(values: Readonly<Record<string, unknown>>): void {
      accessOf(layout).write(this[SPACE], this[AT], values);
    }
    copy(): RecordView {
      return new RecordView(copiedSpace(this[SPACE], this[AT], size), 0);
    }
    toJSON(): Record<string, unknown> {
      const named = this as unknown as Readonly<Record<string, unknown>>;
      const shown = fields.filter(({ field }) => field.layout.kind !== 'lock');
      return Object.fromEntries(shown.map(({ field }) => [field.name, named[field.name]]));
    }
  }
  for (const { field, access } of fields) {
    const { name, offset } = field;
    Object.defineProperty(RecordView.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: View) {
        return access.read(this[SPACE], this[AT] + offset);
      },
      set(this: View, value: unknown) {
        access.write(this[SPACE], this[AT] + offset, value);
      },
    });
  }
  layoutsOfViews.set(RecordView.prototype, layout);
  return RecordView;
}

// Arrays.

function arrayAccess(layout: ArrayLayout): Access {
  const { size, length, element } = layout;
  const ArrayView = arrayClass(layout);
  const read =
    length <= MOST_INDICES
      ? (space: Space, at: number) => new ArrayView(space, at)
      : (space: Space, at: number) => indexed(new ArrayView(space, at), layout);
  return {
    read,
    write(space, at, value) {
      if (value instanceof View) {
        copyBytes(space, at, value[SPACE], value[AT], size);
        return;
      }
      const access = accessOf(element);
      let index = 0;
      for (const part of value as Iterable<unknown>) {
        if (index === length) throw badSchema(`a value for an array of ${length} is longer`, 'give as many as it has');
        access.write(space, at + index * element.size, part);
        index += 1;
      }
      space.u8.fill(0, at + index * element.size, at + size);
    },
  };
}

function arrayClass(layout: ArrayLayout): ViewClass {
  const { element, length, size } = layout;
  const access = accessOf(element);
  class ArrayView extends View {
    get length(): number {
      return length;
    }
    copy(): unknown {
      return accessOf(layout).read(copiedSpace(this[SPACE], this[AT], size), 0);
    }
    *[Symbol.iterator](): Generator<unknown> {
      for (let index = 0; index < length; index += 1) yield access.read(this[SPACE], this[AT] + index * element.size);
    }
    toJSON(): unknown[] {
      return [...this];
    }
  }
  for (let index = 0; index < Math.min(length, MOST_INDICES); index += 1) {
    const offset = index * element.size;
    Object.defineProperty(ArrayView.prototype, index, {
      configurable: true,
      enumerable: true,
      get(this: View) {
        return access.read(this[SPACE], this[AT] + offset);
      },
      set(this: View, value: unknown) {
        access.write(this[SPACE], this[AT] + offset, value);
      },
    });
  }
  layoutsOfViews.set(ArrayView.prototype, layout);
  return ArrayView;
}

/** A view of a long array: its indices are found by their text. */
function indexed(view: View, { element, length }: ArrayLayout): View {
  const access = accessOf(element);
  const placeOf = (name: string | symbol): number | undefined => {
    const index = typeof name === 'string' && /^\d+$/.test(name) ? Number(name) : length;
    return index < length ? view[AT] + index * element.size : undefined;
  };
  return new Proxy(view, {
    get(target, name) {
      const at = placeOf(name);
      return at === undefined ? Reflect.get(target, name) : access.read(target[SPACE], at);
    },
    set(target, name, value) {
      const at = placeOf(name);
      if (at === undefined) return false;
      access.write(target[SPACE], at, value);
      return true;
    },
  });
}
