/** An exported `global`. */
export interface TypedGlobal<Value> {
  get(): Value;
  set(value: Value): void;
  update(change: (value: Value) => Value): void;
}
