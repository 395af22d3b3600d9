/**
 * The global types of a program. Checking against these few takes a third of the time that TypeScript's own library
 * takes, and a name that eBPF does not have (`Math`, `console`, `Promise`) is an unknown name.
 */
export const libText = `
interface Object { constructor: Function; toString(): string }
interface Function { readonly name: string }
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments { length: number }
interface String { readonly length: number }
interface Number { toString(): string }
interface BigInt { toString(): string }
interface Boolean { valueOf(): boolean }
interface RegExp {}
interface Symbol {}
interface SymbolConstructor { readonly iterator: unique symbol; readonly toStringTag: unique symbol; readonly toPrimitive: unique symbol }
declare const Symbol: SymbolConstructor;
interface IteratorYieldResult<T> { done?: false; value: T }
interface IteratorReturnResult<T> { done: true; value: T }
type IteratorResult<T, TReturn = any> = IteratorYieldResult<T> | IteratorReturnResult<TReturn>;
interface Iterator<T, TReturn = any, TNext = any> { next(...[value]: [] | [TNext]): IteratorResult<T, TReturn> }
interface Iterable<T, TReturn = any, TNext = any> { [Symbol.iterator](): Iterator<T, TReturn, TNext> }
interface IterableIterator<T, TReturn = any, TNext = any> extends Iterator<T, TReturn, TNext> { [Symbol.iterator](): IterableIterator<T, TReturn, TNext> }
interface IteratorObject<T, TReturn = unknown, TNext = unknown> extends Iterator<T, TReturn, TNext> { [Symbol.iterator](): IteratorObject<T, TReturn, TNext> }
interface ArrayIterator<T> extends IteratorObject<T, undefined, unknown> { [Symbol.iterator](): ArrayIterator<T> }
interface Generator<T = unknown, TReturn = any, TNext = any> extends IteratorObject<T, TReturn, TNext> { [Symbol.iterator](): Generator<T, TReturn, TNext> }
interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T; [Symbol.iterator](): ArrayIterator<T> }
interface Array<T> { length: number; [index: number]: T; [Symbol.iterator](): ArrayIterator<T> }
interface ConcatArray<T> { readonly length: number }
interface TemplateStringsArray extends ReadonlyArray<string> { readonly raw: readonly string[] }
interface Uint8Array { readonly length: number; readonly byteLength: number; [index: number]: number }
interface PromiseLike<T> {}
interface Promise<T> {}
interface Disposable {}
interface ThisType<T> {}
type PropertyKey = string | number | symbol;
type Partial<T> = { [P in keyof T]?: T[P] };
type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type Parameters<T extends (...args: any) => any> = T extends (...args: infer P) => any ? P : never;
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;
type NoInfer<T> = intrinsic;
type Uppercase<S extends string> = intrinsic;
type Lowercase<S extends string> = intrinsic;
`;
