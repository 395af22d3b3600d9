export { FunctionBuilder, removeUnreachable, type Variable } from './builder.ts';
export type { Callee } from './callee.ts';
export type { DataType, IntEncoding, Member } from './data-type.ts';
export type { MapDeclaration, VariableDeclaration } from './declaration.ts';
export { Dominators, reversePostorder } from './dominators.ts';
export {
  Block,
  Instruction,
  IrFunction,
  type ParameterDeclaration,
  successors,
  type Terminator,
  type Value,
} from './function.ts';
export {
  equalIntervals,
  everything,
  greatest,
  type Interval,
  interval,
  join,
  least,
  meet,
  single,
  within,
} from './interval.ts';
export type { Location, SourceFile } from './location.ts';
export type { Module } from './module.ts';
export type {
  AtomicOperator,
  BinaryOperator,
  CompareOperator,
  Condition,
  Effects,
  Operation,
  Requirement,
} from './operation.ts';
export { printFunction, printModule } from './print.ts';
export type { StackSlot } from './stack-slot.ts';
export type { AccessSize, PointerKind, Type, Width } from './type.ts';
export { validateFunction, validateModule } from './validate.ts';
