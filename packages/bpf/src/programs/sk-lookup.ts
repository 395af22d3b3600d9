import type { ipv4 } from '../addresses.ts';
import type { be16, u16, u32 } from '../integers.ts';
import { type Program, program } from './program.ts';
import type { Socket } from './socket.ts';
import type { SK } from './verdicts.ts';

export interface SkLookupContext {
  readonly family: u32;
  readonly protocol: u32;
  readonly localPort: u16;
  readonly localIp4: ipv4;
  readonly remotePort: be16;
  readonly remoteIp4: ipv4;
  /** Gives the packet or connection to `socket`. False where the kernel refuses it. */
  assign(socket: Socket): boolean;
}

/** Chooses the socket that takes a packet or connection (Linux 5.9). */
export function skLookup(run: (context: SkLookupContext) => SK): Program<'sk_lookup', SK> {
  return program('sk_lookup', run);
}
