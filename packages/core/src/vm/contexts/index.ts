import type { AttachType } from '../../abi/attach-types.gen.ts';
import { SK_LOOKUP_SIZE, skLookupFields } from '../../abi/contexts/sk-lookup.ts';
import { SOCK_ADDR_SIZE, sockAddrFields } from '../../abi/contexts/sock-addr.ts';
import type { ProgramType } from '../../abi/program-types.gen.ts';
import type { Memory } from '../../maps/memory.ts';
import { CgroupSkbContext } from './cgroup-skb.ts';
import type { Context } from './context.ts';
import { SchedClsContext } from './sched-cls.ts';
import { SocketFilterContext } from './socket-filter.ts';
import { StructureContext } from './structure-context.ts';
import { XdpContext } from './xdp.ts';

export { CgroupSkbContext } from './cgroup-skb.ts';
export type { Context, ContextFields, ContextOptions, PacketCopy, Redirect } from './context.ts';
export { MAX_PACKET } from './packet-buffer.ts';
export { SchedClsContext } from './sched-cls.ts';
export { SkbContext } from './skb.ts';
export { SocketFilterContext } from './socket-filter.ts';
export { StructureContext } from './structure-context.ts';
export { XdpContext } from './xdp.ts';

/**
 * Makes the context of a program type, or gives undefined where the VM does not run that type. What programs at socket
 * calls of a control group see goes with their attach type.
 */
export function createContext(
  type: ProgramType,
  memory: Memory,
  attachType: AttachType = 'cgroup_inet4_connect',
): Context | undefined {
  switch (type) {
    case 'xdp':
      return new XdpContext(memory);
    case 'sched_cls':
      return new SchedClsContext(memory);
    case 'socket_filter':
      return new SocketFilterContext(memory);
    case 'cgroup_skb':
      return new CgroupSkbContext(memory);
    case 'cgroup_sock_addr':
      return new StructureContext(memory, {
        type,
        structure: 'bpf_sock_addr',
        size: SOCK_ADDR_SIZE,
        fields: sockAddrFields(attachType),
      });
    case 'sk_lookup':
      return new StructureContext(memory, {
        type,
        structure: 'bpf_sk_lookup',
        size: SK_LOOKUP_SIZE,
        fields: skLookupFields,
      });
    default:
      return undefined;
  }
}
