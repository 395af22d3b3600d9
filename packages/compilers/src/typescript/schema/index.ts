export { dataTypeOf } from './data-type.ts';
export { integers, isIntName } from './integers.ts';
export { arrayOf, type BitGap, type HeaderSetup, headerOf, ipv6, mac, structOf } from './layout.ts';
export {
  type ArraySchema,
  type BitsSchema,
  type Field,
  type Follow,
  fieldOf,
  type HeaderFunction,
  type IntName,
  type IntSchema,
  type LockSchema,
  type RecordSchema,
  type Schema,
  sameLayout,
  type TextSchema,
} from './schema.ts';
