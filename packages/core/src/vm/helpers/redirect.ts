import { Errno } from '../../maps/errno.ts';
import type { PacketCopy, Redirect } from '../contexts/context.ts';
import { PacketContext } from '../contexts/packet-context.ts';
import { XdpContext } from '../contexts/xdp.ts';
import type { Run } from '../run.ts';
import { hasFlagsBeyond, isNull, readableOrNull, sizeOf, skbOf } from './arguments.ts';
import { define, type HelperDefinition, signed, TC, XDP_TC } from './definition.ts';

const F_INGRESS = 1;
const XDP_ABORTED = 0;
const XDP_REDIRECT = 4;
const TC_ACT_SHOT = 2;
const TC_ACT_REDIRECT = 7;
/** Copies that one run may send: they are kept until it ends. */
const MAX_COPIES = 1024;
/** Bytes of `struct bpf_redir_neigh`. */
const REDIR_NEIGH = 20;

function send(run: Run, redirect: Redirect): void {
  if (run.context instanceof PacketContext) run.context.redirect = redirect;
}

/** XDP takes no flags; a traffic classifier may ask for the receive side of the interface. */
function redirect(run: Run): number {
  const ifindex = run.unsigned(1);
  if (run.context instanceof XdpContext) {
    if (hasFlagsBeyond(run, 2, 0)) return XDP_ABORTED;
    send(run, { kind: 'interface', ifindex, ingress: false });
    return XDP_REDIRECT;
  }
  if (hasFlagsBeyond(run, 2, F_INGRESS)) return TC_ACT_SHOT;
  send(run, { kind: 'interface', ifindex, ingress: (run.low(2) & F_INGRESS) !== 0 });
  return TC_ACT_REDIRECT;
}

function redirectPeer(run: Run): number {
  if (hasFlagsBeyond(run, 2, 0)) return TC_ACT_SHOT;
  send(run, { kind: 'interface', ifindex: run.unsigned(1), ingress: true, by: 'peer' });
  return TC_ACT_REDIRECT;
}

/** The next hop in argument 2 is checked but not looked up: the VM knows no neighbours. */
function redirectNeigh(run: Run): number {
  const length = sizeOf(run, 3);
  readableOrNull(run, 2, length);
  if ((length !== 0 && (length < REDIR_NEIGH || isNull(run, 2))) || hasFlagsBeyond(run, 4, 0)) {
    return TC_ACT_SHOT;
  }
  send(run, { kind: 'interface', ifindex: run.unsigned(1), ingress: false, by: 'neighbour' });
  return TC_ACT_REDIRECT;
}

function cloneRedirect(run: Run): number {
  const context = skbOf(run);
  const ifindex = run.unsigned(2);
  if (hasFlagsBeyond(run, 3, F_INGRESS) || ifindex === 0) return Errno.EINVAL;
  if (context.copies.length === MAX_COPIES) run.fault(`the program sent ${MAX_COPIES} copies of its packet already`);
  run.charge(context.packet.length);
  const ingress = (run.low(3) & F_INGRESS) !== 0;
  const copy: PacketCopy = { redirect: { kind: 'interface', ifindex, ingress }, data: context.data() };
  context.copies.push(copy);
  return 0;
}

/**
 * `bpf_redirect` (Linux 4.4, XDP 4.8), `bpf_clone_redirect` (4.2), `bpf_redirect_neigh` and `_peer` (5.10). The VM
 * has no interfaces: it records where the packet was sent.
 */
export const redirectHelpers: readonly HelperDefinition[] = [
  define('redirect', XDP_TC, signed(redirect)),
  define('redirect_peer', TC, signed(redirectPeer)),
  define('redirect_neigh', TC, signed(redirectNeigh)),
  define('clone_redirect', TC, signed(cloneRedirect)),
];
