import { Errno } from './errno.ts';
import { ReferenceArray } from './reference-array.ts';

/**
 * `BPF_MAP_TYPE_PROG_ARRAY` (Linux 4.2): programs for tail calls, by index. A program is a number from 1 that the
 * machine has for it; the map does not look behind it.
 */
export class ProgArrayMap extends ReferenceArray {
  /** Number of the program at an index (32 bits unsigned), 0 where there is none. */
  program(index: number): number {
    return this.referenceAt(index);
  }

  protected override acquire(program: number): number {
    return program === 0 ? Errno.EBADF : 0;
  }
  protected override release(_program: number): void {}
}
