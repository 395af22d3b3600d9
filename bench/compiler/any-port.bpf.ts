/** One socket takes the connections to a range of ports. */
import { SK, SockMap, skLookup } from 'skep/bpf';

export const listener = new SockMap({ maxEntries: 1 });

export const anyPort = skLookup((c) => {
  if (c.localPort < 7000 || c.localPort > 7999) return SK.PASS;
  const socket = listener.get(0);
  if (!socket) return SK.PASS;
  const assigned = c.assign(socket);
  socket.release();
  return assigned ? SK.PASS : SK.DROP;
});
