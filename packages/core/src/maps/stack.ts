import { PushPopBase } from './push-pop-base.ts';

/** `BPF_MAP_TYPE_STACK` (Linux 4.20): last in, first out. */
export class StackMap extends PushPopBase {
  protected override next(count: number): number {
    return count - 1;
  }
}
