import type { TypeId } from '../../btf/types.ts';
import type { Token } from '../../isa/scan.ts';
import type { TokenReader } from '../../isa/token-reader.ts';

/** Map as `.map` declares it. */
export interface MapDeclaration {
  readonly name: string;
  /** The struct that defines it in BTF. */
  readonly type: TypeId;
  /** Offset in .maps. */
  readonly offset: number;
  /** Bytes it takes in .maps. */
  readonly size: number;
  readonly token: Token;
  readonly reader: TokenReader;
}
