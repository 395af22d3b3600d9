import type { ContextField } from './field.ts';
import { SkBuff, sharedSkBuffFields } from './sk-buff.ts';

/** Fields of `__sk_buff` as traffic classifiers (Linux 4.1) may use them, measured on Linux 6.18. */
export const schedClsFields: readonly ContextField[] = [
  ...sharedSkBuffFields,
  { name: 'mark', offset: SkBuff.MARK, size: 4, write: 'whole' },
  { name: 'queue_mapping', offset: SkBuff.QUEUE_MAPPING, size: 4, write: 'whole' },
  { name: 'priority', offset: SkBuff.PRIORITY, size: 4, write: 'whole' },
  { name: 'tc_index', offset: SkBuff.TC_INDEX, size: 4, write: 'whole' },
  { name: 'tc_classid', offset: SkBuff.TC_CLASSID, size: 4, read: 'narrow', write: 'whole' },
  { name: 'data', offset: SkBuff.DATA, size: 4, read: 'whole' },
  { name: 'data_end', offset: SkBuff.DATA_END, size: 4, read: 'whole' },
  { name: 'data_meta', offset: SkBuff.DATA_META, size: 4, read: 'whole' },
  { name: 'tstamp', offset: SkBuff.TSTAMP, size: 8, read: 'whole', write: 'whole' },
  { name: 'wire_len', offset: SkBuff.WIRE_LEN, size: 4, read: 'narrow' },
  { name: 'tstamp_type', offset: SkBuff.TSTAMP_TYPE, size: 1, read: 'whole' },
  { name: 'hwtstamp', offset: SkBuff.HWTSTAMP, size: 8, read: 'whole' },
];
