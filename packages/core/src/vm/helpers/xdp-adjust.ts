import { xdpOf } from './arguments.ts';
import { define, type HelperDefinition, signed, XDP } from './definition.ts';

/**
 * `bpf_xdp_adjust_head` (Linux 4.10), `_meta` (4.15), `_tail` (4.18; growing since 5.8), `bpf_xdp_get_buff_len`
 * (5.18): see `XdpContext` for the rules.
 */
export const xdpAdjust: readonly HelperDefinition[] = [
  define(
    'xdp_adjust_head',
    XDP,
    signed((run) => xdpOf(run).adjustHead(run.low(2))),
  ),
  define(
    'xdp_adjust_tail',
    XDP,
    signed((run) => xdpOf(run).adjustTail(run.low(2))),
  ),
  define(
    'xdp_adjust_meta',
    XDP,
    signed((run) => xdpOf(run).adjustMeta(run.low(2))),
  ),
  define('xdp_get_buff_len', XDP, (run) => run.returnUnsigned(xdpOf(run).packet.length)),
];
