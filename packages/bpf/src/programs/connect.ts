import type { ipv4, ipv6 } from '../addresses.ts';
import type { be16, u32 } from '../integers.ts';
import { type Program, program } from './program.ts';

export interface ConnectContext {
  /** Destination port; writing it redirects the connection. */
  userPort: be16;
  readonly protocol: u32;
  readonly type: u32;
}

export interface Connect4Context extends ConnectContext {
  /** Destination address; writing it redirects the connection. */
  userIp: ipv4;
}

export interface Connect6Context extends ConnectContext {
  userIp: ipv6;
}

/** connect(2) on an IPv4 socket in a cgroup (Linux 4.17): true lets it go on, with what was written to the context. */
export function connect4(run: (context: Connect4Context) => boolean): Program<'cgroup_connect4', boolean> {
  return program('cgroup_connect4', run);
}

/** connect(2) on an IPv6 socket in a cgroup (Linux 4.17). */
export function connect6(run: (context: Connect6Context) => boolean): Program<'cgroup_connect6', boolean> {
  return program('cgroup_connect6', run);
}
