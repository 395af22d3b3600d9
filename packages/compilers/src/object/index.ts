export { emitObject, type ObjectOptions } from './emit-object.ts';
