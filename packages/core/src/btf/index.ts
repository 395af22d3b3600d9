export { findCandidates } from './core-candidates.ts';
export { essentialName } from './core-name.ts';
export {
  type CoreAccess,
  type CoreFailure,
  CoreKind,
  type CoreQuery,
  type CoreResult,
  type CoreTarget,
  type CoreValue,
} from './core-relocation.ts';
export { resolveCoreRelocation } from './core-resolve.ts';
export { typesCompatible } from './core-type-compat.ts';
export {
  type BtfExt,
  type BtfExtCoreRelocation,
  type BtfExtFunction,
  type BtfExtLine,
  parseBtfExt,
  writeBtfExt,
} from './ext.ts';
export { Btf, type BtfOrigin, type KindName } from './reader.ts';
export {
  type ArrayType,
  type BtfType,
  type DataSectionType,
  type DeclarationTag,
  type Enumerator,
  type EnumType,
  type FloatType,
  type ForwardType,
  type FunctionPrototype,
  type FunctionType,
  type IntType,
  Kind,
  type Member,
  type Parameter,
  type PointerType,
  type QualifierType,
  type SectionVariable,
  type StructType,
  type TypedefType,
  type TypeId,
  type TypeTag,
  type VariableType,
  type VoidType,
} from './types.ts';
export { decodeValue, encodeValue, formatValue, parseValue, type Value, type ValueRecord } from './value.ts';
export { BtfBuilder } from './writer.ts';
