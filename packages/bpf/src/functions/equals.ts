import { bytesOfView } from '../runtime/views.ts';

/** Compares the bytes of two views of one type. `===` on views would compare identity and is refused. */
export function equals<View extends object>(a: View, b: NoInfer<View>): boolean {
  const [left, right] = [bytesOfView(a), bytesOfView(b)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
