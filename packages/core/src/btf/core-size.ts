import type { Btf } from './reader.ts';
import type { TypeId } from './types.ts';

/** Names that compilers give to the integer as wide as a pointer. */
const longNames = ['long', 'unsigned long', 'long int', 'long unsigned int', 'unsigned long int'];

const cache = new WeakMap<Btf, 4 | 8>();

/**
 * Bytes of a pointer in a kernel: BTF does not tell, but `long` has the same size. Programs themselves have pointers
 * of 8 bytes whatever the kernel.
 */
export function pointerSizeOf(btf: Btf): 4 | 8 {
  const known = cache.get(btf);
  if (known !== undefined) return known;
  const ids = longNames.flatMap((name) => btf.findByName(name, 'int') ?? []);
  const size = ids.length > 0 && btf.sizeOf(Math.min(...ids)) === 4 ? 4 : 8;
  cache.set(btf, size);
  return size;
}

/** Types of the program or of a target, with the size that pointers have there. */
export interface CoreSide {
  readonly btf: Btf;
  readonly pointerSize: 4 | 8;
}

/** As {@link Btf.sizeOf}, with pointers of the side's size. @throws SKEP_BAD_BTF where a type has no size. */
export function sizeOn({ btf, pointerSize }: CoreSide, type: TypeId): number {
  const size = btf.sizeOf(type);
  if (pointerSize === 8) return size;
  let at = btf.strip(type);
  for (let element = btf.type(at); element.kind === 'array'; element = btf.type(at)) at = btf.strip(element.type);
  return btf.kind(at) === 'ptr' ? (size / 8) * pointerSize : size;
}
