import { be16, connect4, HashMap, ipv4, SK, SockMap, skLookup, struct } from 'skep/bpf';

const Endpoint = struct({ ip: ipv4, port: be16 });
export const services = new HashMap(Endpoint, Endpoint, { maxEntries: 4096 });
export const redirect = connect4((c) => {
  const to = services.get({ ip: c.userIp, port: c.userPort });
  if (to) {
    c.userIp = to.ip;
    c.userPort = to.port;
  }
  return true;
});
export const listener = new SockMap({ maxEntries: 1 });
export const anyPort = skLookup((c) => {
  if (c.localPort < 7000 || c.localPort > 7999) return SK.PASS;
  const socket = listener.get(0);
  if (!socket) return SK.PASS;
  const assigned = c.assign(socket);
  socket.release();
  return assigned ? SK.PASS : SK.DROP;
});
