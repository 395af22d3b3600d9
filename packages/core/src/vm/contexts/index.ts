import type { ProgramType } from '../../abi/program-types.gen.ts';
import type { Memory } from '../../maps/memory.ts';
import type { Context } from './context.ts';
import { SchedClsContext } from './sched-cls.ts';
import { SocketFilterContext } from './socket-filter.ts';
import { XdpContext } from './xdp.ts';

export type { Context, ContextOptions, PacketCopy, Redirect } from './context.ts';
export { MAX_PACKET } from './packet-buffer.ts';
export { SchedClsContext } from './sched-cls.ts';
export { SkbContext } from './skb.ts';
export { SocketFilterContext } from './socket-filter.ts';
export { XdpContext } from './xdp.ts';

/** Makes the context of a program type, or gives undefined where the VM does not run that type. */
export function createContext(type: ProgramType, memory: Memory): Context | undefined {
  switch (type) {
    case 'xdp':
      return new XdpContext(memory);
    case 'sched_cls':
      return new SchedClsContext(memory);
    case 'socket_filter':
      return new SocketFilterContext(memory);
    default:
      return undefined;
  }
}
