/**
 * Memory that views lie in: linear memory of a host, or a few bytes of their own. Where memory grows, the two are
 * replaced: read them anew at each access.
 */
export interface Space {
  readonly view: DataView;
  readonly u8: Uint8Array;
}

/** Zeroed bytes of their own: what a program has on its stack. */
export function ownSpace(size: number): Space {
  const buffer = new ArrayBuffer(size);
  return { view: new DataView(buffer), u8: new Uint8Array(buffer) };
}

/** A copy of bytes. */
export function copiedSpace(from: Space, at: number, size: number): Space {
  const space = ownSpace(size);
  space.u8.set(from.u8.subarray(at, at + size));
  return space;
}

/** Copies bytes between spaces, or inside one. */
export function copyBytes(to: Space, toAt: number, from: Space, fromAt: number, size: number): void {
  to.u8.set(from.u8.subarray(fromAt, fromAt + size), toAt);
}

/** Where a view lies. The keys are symbols, so that fields may have any name. */
export const SPACE: unique symbol = Symbol('space');
export const AT: unique symbol = Symbol('at');

/** What all views have in common. */
export class View {
  readonly [SPACE]: Space;
  readonly [AT]: number;

  constructor(space: Space, at: number) {
    this[SPACE] = space;
    this[AT] = at;
  }
}
