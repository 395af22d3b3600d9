import type { u32 } from '../integers.ts';
import type { PacketContext } from './packet-context.ts';
import { type Program, type ProgramOptions, program } from './program.ts';
import type { XDP } from './verdicts.ts';

export interface XdpContext extends PacketContext {
  readonly rxQueue: u32;
  /** Moves the start of the packet by `delta` bytes (negative: room in front). Ends the life of earlier views. */
  adjustHead(delta: number): boolean;
  /** Moves the end of the packet by `delta` bytes. Ends the life of earlier views. */
  adjustTail(delta: number): boolean;
}

/** An XDP program (Linux 4.8): sees packets as the driver receives them. */
export function xdp(run: (context: XdpContext) => XDP, options?: ProgramOptions): Program<'xdp', XDP> {
  return program('xdp', run, options);
}
