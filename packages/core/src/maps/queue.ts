import { PushPopBase } from './push-pop-base.ts';

/** `BPF_MAP_TYPE_QUEUE` (Linux 4.20): first in, first out. */
export class QueueMap extends PushPopBase {
  protected override next(_count: number): number {
    return 0;
  }
}
