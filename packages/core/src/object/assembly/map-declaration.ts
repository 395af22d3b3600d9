import type { TypeId } from '../../btf/types.ts';

/** Map as `.map` declares it. */
export interface MapDeclaration {
  readonly name: string;
  /** The struct that defines it in BTF. */
  readonly type: TypeId;
  /** Offset in .maps. */
  readonly offset: number;
  /** Bytes it takes in .maps. */
  readonly size: number;
}
