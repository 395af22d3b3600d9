/** Key of the widths that an integer type takes: see `u8`. Types only, but for the value that makes it a key. */
export const width: unique symbol = Symbol('width');
/** Key of what else a type says of its bytes: network order, bits, a lock. */
export const layout: unique symbol = Symbol('layout');
/** Key of the three types of a schema. */
export const types: unique symbol = Symbol('types');
/** Key of a program's verdict type. */
export const verdict: unique symbol = Symbol('verdict');
/** Key of the schema of a `global`. */
export const global_: unique symbol = Symbol('global');
