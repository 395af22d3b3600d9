import type { ContextField } from '../../abi/contexts/field.ts';
import { schedClsFields } from '../../abi/contexts/sched-cls.ts';
import { xdpMdFields } from '../../abi/contexts/xdp.ts';
import { mapFlags } from '../../abi/map-metadata.ts';
import { verdictNames } from '../../abi/verdicts.ts';

/** `xdp_md.data_end`: offsets of the fields of a context. */
function fieldsOf(struct: string, fields: readonly ContextField[]): [string, number][] {
  return fields.map(({ name, offset }) => [`${struct}.${name}`, offset]);
}

/**
 * Names that programs written by hand may use without defining them: verdicts (`XDP_DROP`, `TC_ACT_SHOT`, `SK_PASS`),
 * flags of maps (`BPF_F_NO_PREALLOC`), offsets in contexts (`xdp_md.data`, `__sk_buff.len`).
 */
export const kernelNames: ReadonlyMap<string, bigint> = new Map(
  [
    ...(['xdp', 'sched_cls', 'sk_skb'] as const).flatMap((type) =>
      [...verdictNames(type)].map(([code, name]) => [name, code] as const),
    ),
    ...Object.entries(mapFlags),
    ...fieldsOf('xdp_md', xdpMdFields),
    ...fieldsOf('__sk_buff', schedClsFields),
  ].map(([name, value]) => [name, BigInt(value)]),
);
