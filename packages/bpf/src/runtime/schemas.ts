import { badSchema } from './errors.ts';
import { describes, type HeaderLayout, type Layout, layoutOf, type RecordLayout } from './layout.ts';
import { headerLayout, type NamedLayouts, structLayout } from './place-fields.ts';
import { ownValue } from './views.ts';

/** Most bytes of a text, and most elements of an array. */
const LARGEST = 1 << 20;

/** A schema that is nothing but its layout. */
export function plainSchema(layout: Layout): unknown {
  return describes({ size: layout.size }, layout);
}

/** @throws SKEP_BAD_VALUE for a size that is none. */
export function checkSize(what: string, size: number, most = LARGEST): void {
  if (Number.isInteger(size) && size >= 1 && size <= most) return;
  throw badSchema(`${size} is no ${what}`, `give a whole number from 1 to ${most}`);
}

function layoutsOf(fields: object): NamedLayouts {
  return Object.entries(fields).map(([name, schema]) => [name, layoutOf(schema)] as const);
}

/** The schema of a struct or header: calling it makes a value on the stack. */
function recordSchema(layout: RecordLayout, fields: object): object {
  const make = (values?: object): unknown => ownValue(layout, values ?? {});
  Object.defineProperties(make, {
    size: { value: layout.size, enumerable: true },
    fields: { value: fields, enumerable: true },
    ...(layout.header === undefined ? {} : { header: { value: true, enumerable: true } }),
  });
  return describes(make, layout);
}

export function structSchema(fields: object): unknown {
  return recordSchema(structLayout(layoutsOf(fields)), fields);
}

/** What `header` is told beside its fields. */
export interface HeaderSetup {
  readonly length?: ((view: never) => number) | undefined;
  readonly next?: ((view: never) => number) | undefined;
  /** A function where a header follows one of its own kind. */
  readonly follows?: HeaderLinks | (() => HeaderLinks) | undefined;
}

type HeaderLinks = readonly (readonly [previous: object, number: number])[];

export function headerSchema(fields: object, setup: HeaderSetup = {}): unknown {
  const { follows = [] } = setup;
  let links: ReturnType<HeaderLayout['follows']> | undefined;
  const header: HeaderLayout = {
    length: setup.length as HeaderLayout['length'],
    next: setup.next as HeaderLayout['next'],
    follows() {
      links ??= (typeof follows === 'function' ? follows() : follows).map(([previous, number]) => [
        layoutOf(previous) as RecordLayout,
        number,
      ]);
      return links;
    },
  };
  return recordSchema(headerLayout(layoutsOf(fields), header), fields);
}
