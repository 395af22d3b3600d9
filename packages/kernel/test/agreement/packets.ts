import { type IpLayer, packet } from '../../../core/src/net/index.ts';
import { type Random, seeded } from '../../../core/test/vm/random-program.ts';

/** Lengths that BPF_PROG_TEST_RUN takes for every program type. */
const SHORTEST = 15;
const LONGEST = 1500;

/** `count` packets of a seed: most are frames that programs understand, some of them damaged, the rest random bytes. */
export function* packets(seed: number, count: number): Generator<Uint8Array> {
  const random = seeded(seed);
  for (let index = 0; index < count; index += 1) {
    const bytes = random(8) === 0 ? noise(random) : frame(random);
    yield random(6) === 0 ? damaged(bytes, random) : bytes;
  }
}

function noise(random: Random): Uint8Array {
  return bytesOf(random, SHORTEST + random(random(3) === 0 ? LONGEST - SHORTEST : 100));
}

function bytesOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}

/** Addresses and ports come from few values, so that keys of maps come again. */
function frame(random: Random): Uint8Array {
  const link = packet().eth({
    src: `02:00:00:00:00:0${random(8)}`,
    dst: `02:00:00:00:${random(9)}0:${random(90) + 10}`,
  });
  const tagged = random(5) === 0 ? link.vlan({ id: random(4096), priority: random(8) }) : link;
  if (random(12) === 0) return padded(tagged.arp({}).bytes());
  const ip: IpLayer =
    random(4) === 0
      ? tagged.ipv6({ src: `fd00::${random(16)}`, dst: `fd00:1::${random(64)}`, hopLimit: random(5) === 0 ? 1 : 64 })
      : tagged.ipv4({ src: `10.0.${random(4)}.${random(16)}`, dst: `192.168.0.${random(64)}`, ttl: random(64) + 1 });
  const payload = bytesOf(random, random(4) === 0 ? random(LONGEST - 100) : random(120));
  const ports = { src: 1024 + random(32), dst: [53, 80, 443, 8080][random(4)] ?? 80 };
  const kind = random(5);
  if (kind < 2)
    return padded(
      ip
        .tcp({ ...ports, seq: random(2 ** 31) })
        .payload(payload)
        .bytes(),
    );
  if (kind < 4) return padded(ip.udp(ports).payload(payload).bytes());
  return padded(ip.icmp({}).payload(payload).bytes());
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= SHORTEST) return bytes;
  const longer = new Uint8Array(SHORTEST);
  longer.set(bytes);
  return longer;
}

/** Some bytes changed, or cut off. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice(0, random(2) === 0 ? SHORTEST + random(bytes.length - SHORTEST + 1) : bytes.length);
  for (let count = random(4); count > 0; count -= 1) copy[random(Math.min(copy.length, 60))] = random(256);
  return copy;
}
