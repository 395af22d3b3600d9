/**
 * What a host that runs programs as plain TypeScript is made from: layouts, views of memory, and what surrounds a
 * program. Programs do not import it.
 */
export { type BoundMap, type Environment, environment, runIn } from './environment.ts';
export {
  type ArrayLayout,
  type BitsLayout,
  type FieldLayout,
  findLayout,
  type HeaderLayout,
  type IntLayout,
  type IntName,
  type Layout,
  type LockLayout,
  layoutOf,
  type RecordLayout,
  type TextLayout,
} from './layout.ts';
export { type Declared, mapSizes } from './map-operations.ts';
export { type PacketMemory, parse, viewAt } from './packet.ts';
export { type ProgramParts, programOf } from './program.ts';
export { copiedSpace, ownSpace, type Space } from './space.ts';
export { type Variable, variableOf } from './variable.ts';
export { accessOf, layoutOfView, ownValue } from './views.ts';
