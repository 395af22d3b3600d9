import { copyOfView } from '../runtime/views.ts';

type SameType<T, Value> = { [Key in keyof T]-?: [T[Key], Value] extends [Value, T[Key]] ? Key : never }[keyof T];

/** Exchanges two fields of one type: `swap(eth, 'src', 'dst')`. */
export function swap<T extends object, A extends keyof T>(record: T, a: A, b: SameType<T, T[A]>): void {
  const [first, second] = [copyOfView(record[a]), copyOfView(record[b])];
  Object.assign(record, { [a]: second, [b]: first });
}
