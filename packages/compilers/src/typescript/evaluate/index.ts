export { addressBytes } from './address.ts';
export { integerOfText } from './arithmetic.ts';
export { textBytes } from './encode.ts';
export { propertiesOf } from './evaluation.ts';
export { Evaluator } from './evaluator.ts';
export type {
  StaticFunction,
  StaticInteger,
  StaticLibrary,
  StaticMap,
  StaticProgram,
  StaticValue,
  StaticVariable,
} from './static-value.ts';
