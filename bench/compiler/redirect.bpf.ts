/** Sends connections to a service to another address and port. */
import { be16, connect4, HashMap, ipv4, struct } from 'skep/bpf';

export const Endpoint = struct({ ip: ipv4, port: be16 });
export const services = new HashMap(Endpoint, Endpoint, { maxEntries: 4096 });

export const redirect = connect4((c) => {
  const to = services.get({ ip: c.userIp, port: c.userPort });
  if (to) {
    c.userIp = to.ip;
    c.userPort = to.port;
  }
  return true;
});
