import { SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import { type Attachable, missingTarget } from './attachable.ts';
import { PlainLink } from './link.ts';

const SOL_SOCKET = 1;
const SO_ATTACH_BPF = 50;
const SO_DETACH_FILTER = 27;
const SO_ATTACH_REUSEPORT_EBPF = 52;
const SO_DETACH_REUSEPORT_BPF = 68;

/**
 * Attaches a program to a socket by its descriptor: a filter (Linux 3.19), or the choice among sockets that share a port
 * (Linux 4.19). It takes the place of what is there. The attachment ends with the socket.
 * @throws SKEP_USAGE for a descriptor that is no socket, SKEP_NOT_SUPPORTED.
 */
export function attachSocket(program: Attachable, { socket }: AttachFields): Link {
  if (socket === undefined) throw missingTarget(program, '{ socket }, the descriptor of a socket');
  const { bpf, spec, descriptor } = program;
  const filter = spec.type === 'socket_filter';
  const set = (option: number, value: number): number => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, value, true);
    return bpf.ffi.syscall(syscallNumbers().setsockopt, socket, SOL_SOCKET, option, bytes, bytes.length);
  };
  const result = set(filter ? SO_ATTACH_BPF : SO_ATTACH_REUSEPORT_EBPF, descriptor);
  if (result < 0) throw socketError(program, socket, result);
  return new PlainLink('a program of a socket', () => {
    set(filter ? SO_DETACH_FILTER : SO_DETACH_REUSEPORT_BPF, 0);
  });
}

function socketError({ spec }: Attachable, socket: number, errno: number): SkepError {
  const name = errnoName(errno);
  const what = `cannot attach program ${spec.name} to socket ${socket}`;
  if (name === 'EBADF' || name === 'ENOTSOCK') {
    return new SkepError('SKEP_USAGE', what, { reason: `descriptor ${socket} is not a socket`, errno: name });
  }
  if (name === 'EPERM') return new SkepError('SKEP_NOT_PERMITTED', what, { errno: name });
  return new SkepError('SKEP_NOT_SUPPORTED', what, {
    reason:
      spec.type === 'sk_reuseport' ? `the socket does not share its port (${name})` : `the socket refuses it (${name})`,
    errno: name,
  });
}
