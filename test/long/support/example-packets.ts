import { type Random, seeded } from '../../../packages/core/test/vm/random-program.ts';

/** Lengths that BPF_PROG_TEST_RUN takes for every program type. */
const SHORTEST = 15;
const LONGEST = 1500;

const be16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const pick = <T>(random: Random, values: readonly T[]): T => values[random(values.length)] as T;
const noise = (random: Random, length: number): number[] => Array.from({ length }, () => random(256));
const oneIn = (random: Random, count: number): boolean => random(count) === 0;

/**
 * `count` packets of a seed: Ethernet with up to three tags, ARP, IPv4 with options and fragments, IPv6 with chains of
 * extension headers, TCP with options, UDP with DNS and VXLAN inside, ICMP. Some are cut off, some have bytes changed,
 * some are noise. Addresses and ports come from few values, so that keys of maps come again.
 */
export function* examplePackets(seed: number, count: number): Generator<Uint8Array> {
  const random = seeded(seed);
  for (let index = 0; index < count; index += 1) yield Uint8Array.from(onePacket(random));
}

function onePacket(random: Random): number[] {
  if (oneIn(random, 24)) return noise(random, SHORTEST + random(120));
  let packet = frame(random);
  if (oneIn(random, 8)) packet = packet.slice(0, random(packet.length + 1));
  while (packet.length < SHORTEST) packet.push(random(256));
  if (oneIn(random, 8))
    for (let n = 1 + random(4); n > 0; n -= 1) packet[random(Math.min(packet.length, 90))] = random(256);
  return packet.slice(0, LONGEST);
}

function frame(random: Random): number[] {
  const macs = [
    [2, 0, 0, 0, 0, random(8)],
    [2, 0, 0, 0, 0, random(8)],
  ].flat();
  const tags: number[] = [];
  if (oneIn(random, 4)) {
    for (let n = 1 + (oneIn(random, 3) ? random(3) : 0); n > 0; n -= 1) {
      const id = oneIn(random, 2) ? 10 : random(64);
      tags.push(...be16(pick(random, [0x8100, 0x88a8])), ...be16((random(8) << 13) | id));
    }
  }
  return [...macs, ...tags, ...network(random)];
}

/** From the EtherType on. */
function network(random: Random): number[] {
  const kind = random(16);
  if (kind === 0) return [...be16(0x0806), ...arp(random)];
  if (kind === 1) return [...be16(random(0x10000)), ...noise(random, random(60))];
  return kind < 6 ? [...be16(0x86dd), ...ipv6(random)] : [...be16(0x0800), ...ipv4(random, 0)];
}

function arp(random: Random): number[] {
  const start = [...be16(1), ...be16(0x0800), 6, 4, ...be16(1 + random(2))];
  const sender = [2, 0, 0, 0, 0, random(8), 192, 168, 0, random(64)];
  return [...start, ...sender, 0, 0, 0, 0, 0, 0, 192, 168, 0, random(64)];
}

function ipv4(random: Random, depth: number): number[] {
  const protocol = oneIn(random, 12) ? random(256) : pick(random, [6, 6, 17, 17, 17, 1, 1]);
  const options = oneIn(random, 4) ? noise(random, 4 * random(11)) : [];
  const ihl = oneIn(random, 40) ? random(16) : 5 + options.length / 4;
  const fragment = oneIn(random, 8) ? random(0x10000) : pick(random, [0, 0x4000]);
  const payload = transport(random, protocol, depth);
  const destination = protocol === 1 && !oneIn(random, 3) ? [10, 10, 0, 1] : [192, 168, 0, random(64)];
  return [
    0x40 | ihl,
    oneIn(random, 3) ? 40 : random(256),
    ...be16(20 + options.length + payload.length),
    ...be16(random(0x10000)),
    ...be16(fragment),
    oneIn(random, 6) ? random(3) : 64,
    protocol,
    ...be16(random(0x10000)),
    ...[10, 0, random(3), random(16)],
    ...destination,
    ...options,
    ...payload,
  ];
}

function ipv6(random: Random): number[] {
  const last = oneIn(random, 12) ? random(256) : pick(random, [6, 17, 58]);
  const chain: number[] = [];
  const kinds = oneIn(random, 2) ? Array.from({ length: 1 + random(7) }, () => pick(random, [0, 43, 44, 60])) : [];
  for (const [index, kind] of kinds.entries()) {
    const next = kinds[index + 1] ?? last;
    if (kind === 44) {
      const offset = oneIn(random, 3) ? random(0x10000) : random(8);
      chain.push(next, random(256), ...be16(offset), ...noise(random, 4));
    } else {
      const length = oneIn(random, 8) ? random(256) : random(3);
      chain.push(next, length, ...noise(random, Math.min(6 + length * 8, 200)));
    }
  }
  const payload = [...chain, ...transport(random, last, 1)];
  const address = (low: number): number[] => [0xfd, ...Array.from({ length: 14 }, () => 0), low];
  const first = [0x60 | random(16), random(256), random(256), random(256)];
  return [
    ...first,
    ...be16(payload.length),
    kinds[0] ?? last,
    64,
    ...address(random(8)),
    ...address(random(64)),
    ...payload,
  ];
}

function transport(random: Random, protocol: number, depth: number): number[] {
  const ports = [...be16(1024 + random(16)), ...be16(pick(random, [53, 53, 80, 443, 4789, 4789, 8080]))];
  if (oneIn(random, 10)) ports.push(...ports.splice(0, 2));
  switch (protocol) {
    case 6: {
      const options = oneIn(random, 3) ? noise(random, 4 * random(11)) : [];
      const flags = oneIn(random, 2) ? 0x02 : random(256);
      const rest = [...noise(random, 8), (5 + options.length / 4) << 4, flags, ...noise(random, 6)];
      return [...ports, ...rest, ...options, ...noise(random, random(40))];
    }
    case 17: {
      const checksum = oneIn(random, 4) ? [0, 0] : noise(random, 2);
      const payload = datagram(random, ((ports[2] ?? 0) << 8) | (ports[3] ?? 0), depth);
      return [...ports, ...be16(8 + payload.length), ...checksum, ...payload];
    }
    case 1:
      return [pick(random, [8, 8, 0, 3]), oneIn(random, 5) ? random(16) : 0, ...noise(random, 6 + random(60))];
    default:
      return noise(random, random(80));
  }
}

function datagram(random: Random, port: number, depth: number): number[] {
  if (port === 53) return dns(random);
  if (port === 4789 && depth === 0) {
    const header = [8, 0, 0, 0, 0, 0, random(8), random(256)];
    const macs = noise(random, 12);
    return [...header, ...macs, ...(oneIn(random, 4) ? [...be16(0x86dd)] : [...be16(0x0800), ...ipv4(random, 1)])];
  }
  return oneIn(random, 4) ? Array.from({ length: random(80) }, () => random(2)) : noise(random, random(100));
}

function dns(random: Random): number[] {
  const flags = oneIn(random, 6) ? random(256) : random(128);
  const header = [...noise(random, 2), flags, random(256), ...be16(oneIn(random, 8) ? 0 : 1), ...noise(random, 6)];
  const name: number[] = [];
  const labels = oneIn(random, 8) ? random(45) : random(6);
  for (let n = 0; n < labels; n += 1) {
    const length = oneIn(random, 30) ? random(256) : 1 + random(oneIn(random, 6) ? 63 : 12);
    name.push(length, ...noise(random, Math.min(length, 63)));
  }
  return [...header, ...name, 0, ...be16(random(30)), ...be16(1)];
}
