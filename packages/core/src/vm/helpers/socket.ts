import type { ProgramType } from '../../abi/program-types.gen.ts';
import type { Run } from '../run.ts';
import { checkContext, sizeOf } from './arguments.ts';
import { ALL, define, type HelperDefinition, SKB, TC } from './definition.ts';

/** What the kernel gives for a packet without a socket: the overflow user id. */
const NO_USER = 65_534;
/** Cookie of the one network namespace of the VM. */
const NETNS_COOKIE = 1;

/** The types that may look for sockets. */
const LOOKS: readonly ProgramType[] = ['xdp', 'sched_cls', 'cgroup_skb', 'cgroup_sock_addr'];
/** The types that have a socket or may have one. */
const HAS_SOCKET: readonly ProgramType[] = [...SKB, 'cgroup_sock_addr'];

/** Looks for a socket: the VM has none, so that the answer to a correct question is a null pointer. */
function lookup(run: Run): void {
  checkContext(run);
  run.readable(2, sizeOf(run, 3));
  run.returnUnsigned(0);
}

function release(run: Run): void {
  run.fault('argument 1 of sk_release is no socket', 'check the result of the lookup for null first');
}

/**
 * Helpers about sockets, control groups and routes, of which the VM has none: they answer as the kernel does for a
 * packet without them. `bpf_sk_lookup_tcp`, `_udp`, `bpf_sk_release` (Linux 4.20), `bpf_skc_lookup_tcp` (5.2),
 * `bpf_get_socket_cookie`, `_uid` (4.12), `bpf_get_netns_cookie` (5.7), `bpf_get_cgroup_classid` (4.3),
 * `bpf_get_route_realm` (4.4), `bpf_skb_cgroup_id` (4.18).
 */
export const socketHelpers: readonly HelperDefinition[] = [
  define('sk_lookup_tcp', LOOKS, lookup),
  define('sk_lookup_udp', LOOKS, lookup),
  define('skc_lookup_tcp', LOOKS, lookup),
  define('sk_release', [...LOOKS, 'sk_lookup'], release),
  define('get_socket_cookie', HAS_SOCKET, (run) => run.returnUnsigned(0)),
  define('get_socket_uid', SKB, (run) => run.returnUnsigned(NO_USER)),
  define('get_netns_cookie', HAS_SOCKET, (run) => run.returnUnsigned(NETNS_COOKIE)),
  define('get_cgroup_classid', ALL, (run) => run.returnUnsigned(0)),
  define('get_route_realm', TC, (run) => run.returnUnsigned(0)),
  define('skb_cgroup_id', [...TC, 'cgroup_skb'], (run) => run.returnUnsigned(0)),
];
