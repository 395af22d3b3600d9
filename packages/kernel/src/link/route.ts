import { parseIpv4, parseIpv6, SkepError } from '@skep/core/base';
import type { AttachFields, Link } from '@skep/core/host';
import { errnoName } from '../bpf/errors.ts';
import { noteAttachment } from '../leftovers/record.ts';
import { addRoute, deleteRoute, type Route, type RouteHook } from '../netlink/route.ts';
import type { Answer } from '../netlink/route-socket.ts';
import { type Attachable, missingTarget } from './attachable.ts';
import { interfaceIndex } from './interface.ts';
import { PlainLink } from './link.ts';

/**
 * Adds a route whose packets run the program: on their way in, out or to the device (lightweight tunnels, Linux 4.10),
 * or as a segment's function End.BPF (`lwt_seg6local`, Linux 4.18; IPv6). The route goes with the link.
 * @throws SKEP_USAGE for a route or gateway that is no address, SKEP_BUSY where there is such a route,
 *   SKEP_NO_SUCH_NAME, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED.
 */
export function attachRoute(program: Attachable, target: AttachFields): Link {
  const { bpf, spec, descriptor } = program;
  const { route: destination, device, via, table, headroom } = target;
  if (destination === undefined || device === undefined) {
    throw missingTarget(program, "{ route: '10.1.0.0/16', device: 'eth0' }");
  }
  const route: Route = {
    ...parsePrefix(destination),
    ifindex: interfaceIndex(bpf.ffi, device),
    ...(via === undefined ? {} : { gateway: parseAddress(via) }),
    ...(table === undefined ? {} : { table }),
    ...(headroom === undefined ? {} : { headroom }),
    hook: spec.type as RouteHook,
  };
  const forget = noteAttachment(program, { kind: 'route', destination, route });
  const owner = { descriptor, name: spec.name };
  const answer = addRoute(bpf.ffi, route, owner);
  if (answer.errno < 0) {
    forget();
    throw routeError(`cannot attach program ${spec.name} to route ${destination} through ${device}`, answer);
  }
  return new PlainLink('a route', () => {
    deleteRoute(bpf.ffi, route, owner);
    forget();
  });
}

/** `10.1.0.0/16`, `fc00::1`: an address alone is a route to it. */
function parsePrefix(text: string): { destination: Uint8Array; prefix: number } {
  const [address = '', bits, ...rest] = text.split('/');
  const destination = parseAddress(address);
  const all = destination.length * 8;
  const prefix = bits === undefined ? all : Number(/^\d{1,3}$/.test(bits) ? bits : 'NaN');
  if (rest.length === 0 && prefix <= all) return { destination, prefix };
  throw new SkepError('SKEP_USAGE', `${text} is no network`, { remedy: 'write address/bits, such as 10.1.0.0/16' });
}

function parseAddress(text: string): Uint8Array {
  const bytes = parseIpv4(text) ?? parseIpv6(text);
  if (bytes !== undefined) return bytes;
  throw new SkepError('SKEP_USAGE', `${text} is no address`, { remedy: 'write an IPv4 or IPv6 address' });
}

function routeError(what: string, answer: Answer): SkepError {
  const name = errnoName(answer.errno);
  const reason = `${answer.text ?? 'the kernel refuses the route'} (rtnetlink: ${name})`;
  if (name === 'EEXIST') {
    return new SkepError('SKEP_BUSY', what, {
      reason: 'there is such a route',
      remedy: 'delete it first',
      errno: name,
    });
  }
  if (name === 'EPERM' || name === 'EACCES') {
    return new SkepError('SKEP_NOT_PERMITTED', what, { reason: 'it needs CAP_NET_ADMIN', errno: name });
  }
  return new SkepError('SKEP_NOT_SUPPORTED', what, { reason, errno: name });
}
