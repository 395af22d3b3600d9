import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dissect, linkTypes, packet, readCaptureSync, tcpFlags, toEthernet } from '../../src/net/index.ts';

const eth = () => packet().eth();
const synAck = tcpFlags.syn | tcpFlags.ack;

/** A DNS message with one question of type A. */
function dns(flags: number, answers: number, ...labels: string[]): Uint8Array {
  const name = labels.flatMap((label) => [label.length, ...Array.from(label, (character) => character.charCodeAt(0))]);
  return Uint8Array.of(0, 1, flags >> 8, flags & 255, 0, 1, 0, answers, 0, 0, 0, 0, ...name, 0, 0, 1, 0, 1);
}

/** A later header behind an IPv6 header. */
const behind = (nextHeader: number, ...bytes: number[]) =>
  eth().ipv6({ nextHeader }).payload(Uint8Array.from(bytes)).bytes();
const udpHeader = [0, 7, 0, 9, 0, 8, 0, 0];

describe('one line', () => {
  test.each([
    [
      '10.0.0.1:443 > 10.0.0.2:55012 tcp SA len 60',
      eth()
        .ipv4()
        .tcp({ src: 443, dst: 55012, flags: synAck, options: new Uint8Array(20) })
        .bytes(),
    ],
    ['10.0.0.1:1 > 10.0.0.2:2 tcp - len 40', eth().ipv4().tcp({ src: 1, dst: 2, flags: 0 }).bytes()],
    ['10.0.0.1:1 > 10.0.0.2:2 tcp SFRPAUEC len 40', eth().ipv4().tcp({ src: 1, dst: 2, flags: 255 }).bytes()],
    ['[fd00::1]:5 > [fd00::2]:6 udp len 50', eth().ipv6().udp({ src: 5, dst: 6 }).payload('ab').bytes()],
    [
      'vlan 10 vlan 20 10.0.0.1:5 > 10.0.0.2:6 udp len 28',
      eth().vlan({ id: 10 }).vlan({ id: 20 }).ipv4().udp({ src: 5, dst: 6 }).bytes(),
    ],
    ['arp who has 10.0.0.2 tell 10.0.0.1', eth().arp().bytes()],
    ['arp 10.0.0.1 is at 02:00:00:00:00:01', eth().arp({ operation: 2 }).bytes()],
    ['arp operation 9 from 10.0.0.1', eth().arp({ operation: 9 }).bytes()],
    ['10.0.0.1 > 10.0.0.2 icmp echo request id 7 seq 3 len 28', eth().ipv4().icmp({ id: 7, seq: 3 }).bytes()],
    ['10.0.0.1 > 10.0.0.2 icmp unreachable port len 28', eth().ipv4().icmp({ type: 3, code: 3 }).bytes()],
    ['10.0.0.1 > 10.0.0.2 icmp type 99 code 1 len 28', eth().ipv4().icmp({ type: 99, code: 1 }).bytes()],
    ['fd00::1 > fd00::2 icmp6 echo request id 0 seq 0 len 48', eth().ipv6().icmp().bytes()],
    [
      'fd00::1 > fd00::2 icmp6 neighbor solicitation ::5 len 64',
      eth()
        .ipv6()
        .icmp({ type: 135 })
        .payload(`${'\0'.repeat(15)}\x05`)
        .bytes(),
    ],
    [
      '10.0.0.1:9999 > 10.0.0.2:53 udp dns A? www.skep.test len 59',
      eth()
        .ipv4()
        .udp({ src: 9999 })
        .payload(dns(0x0100, 0, 'www', 'skep', 'test'))
        .bytes(),
    ],
    [
      '10.0.0.1:53 > 10.0.0.2:9 udp dns A skep.test 2 answers len 55',
      eth()
        .ipv4()
        .udp({ src: 53, dst: 9 })
        .payload(dns(0x8180, 2, 'skep', 'test'))
        .bytes(),
    ],
    [
      '10.0.0.1:53 > 10.0.0.2:9 udp dns A nobody NXDOMAIN len 52',
      eth()
        .ipv4()
        .udp({ src: 53, dst: 9 })
        .payload(dns(0x8183, 0, 'nobody'))
        .bytes(),
    ],
    [
      '10.0.0.1:9 > 10.0.0.2:53 udp dns A? \\027[2J\\.\\032\\255 len 53',
      eth()
        .ipv4()
        .udp({ src: 9 })
        .payload(dns(0, 0, '\x1b[2J. \xff'))
        .bytes(),
    ],
    ['10.0.0.1 > 10.0.0.2 protocol 253 len 21', eth().ipv4().payload('x').bytes()],
    [
      '10.0.0.1:1 > 10.0.0.2:2 udp fragment id 5 offset 0 more len 28',
      eth().ipv4({ id: 5, moreFragments: true }).udp({ src: 1, dst: 2 }).bytes(),
    ],
    [
      '10.0.0.1 > 10.0.0.2 tcp fragment id 5 offset 1480 len 22',
      eth().ipv4({ id: 5, fragmentOffset: 1480, protocol: 6 }).payload('xy').bytes(),
    ],
    [
      '10.0.0.1 > 10.0.0.2 ipip len 60 : 192.168.0.1:1 > 10.0.0.2:2 tcp S len 40',
      eth().ipv4().ipv4({ src: '192.168.0.1' }).tcp({ src: 1, dst: 2 }).bytes(),
    ],
    [
      '10.0.0.1 > 10.0.0.2 gre len 56 : 10.0.0.1:1 > 10.0.0.2:2 udp len 28',
      eth()
        .ipv4({ protocol: 47 })
        .payload(Uint8Array.of(0x20, 0, 8, 0, 0, 0, 0, 1, ...packet().ipv4().udp({ src: 1, dst: 2 }).bytes()))
        .bytes(),
    ],
    [
      '10.0.0.1 > 10.0.0.2 gre len 66 : 10.0.0.1:1 > 10.0.0.2:2 udp len 28',
      eth()
        .ipv4({ protocol: 47 })
        .payload(Uint8Array.of(0, 0, 0x65, 0x58, ...eth().ipv4().udp({ src: 1, dst: 2 }).bytes()))
        .bytes(),
    ],
    ['[fd00::1]:7 > [fd00::2]:9 hop-by-hop udp len 56', behind(0, 17, 0, 1, 4, 0, 0, 0, 0, ...udpHeader)],
    [
      '[fd00::1]:7 > [fd00::2]:9 hop-by-hop destination options udp len 64',
      behind(0, 60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0, ...udpHeader),
    ],
    [
      '[fd00::1]:7 > [fd00::2]:9 udp fragment id 66051 offset 0 more len 56',
      behind(44, 17, 0, 0, 1, 0, 1, 2, 3, ...udpHeader),
    ],
    ['fd00::1 > fd00::2 udp fragment id 1 offset 8 len 48', behind(44, 17, 0, 0, 8, 0, 0, 0, 1)],
    ['fd00::1 > fd00::2 hop-by-hop len 48 [truncated]', behind(0, 17, 9, 1, 4, 0, 0, 0, 0)],
    ['fd00::1 > fd00::2 no next header len 40', behind(59)],
    ['02:00:00:00:00:01 > 02:00:00:00:00:02 lldp len 15', eth().payload('x').bytes().with(12, 0x88).with(13, 0xcc)],
    ['02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x88b5 len 15', eth().payload('x').bytes()],
    ['02:00:00:00:00:01 > 02:00:00:00:00:02 llc len 14', packet().eth({ type: 38 }).bytes()],
    ['10.0.0.1 > 10.0.0.2 tcp len 1000 [truncated]', eth().ipv4({ totalLength: 1000, protocol: 6 }).bytes()],
    ['ipv4 with a bad header', packet().eth({ type: 0x0800 }).payload(new Uint8Array(40)).bytes()],
    ['ipv6 [truncated]', packet().eth({ type: 0x86dd }).payload(new Uint8Array(39)).bytes()],
    ['vlan 5 vlan [truncated]', eth().vlan({ id: 5, type: 0x8100 }).bytes()],
    ['arp [truncated]', packet().eth({ type: 0x0806 }).bytes()],
    ['ethernet len 3 [truncated]', Uint8Array.of(1, 2, 3)],
  ])('%s', (line, bytes) => {
    expect(dissect(bytes)).toBe(line);
  });

  test('a packet cut off by the snap length is marked', () => {
    const bytes = eth().ipv4().tcp({ src: 1, dst: 2 }).payload('0123456789').bytes();
    expect(dissect(bytes.subarray(0, 54), linkTypes.ethernet, bytes.length)).toBe(
      '10.0.0.1:1 > 10.0.0.2:2 tcp S len 50 [truncated]',
    );
  });

  test('padding after an IP packet is not part of it', () => {
    const bytes = new Uint8Array(60);
    bytes.set(
      eth()
        .ipv4()
        .payload(Uint8Array.of(1, 2, 3))
        .bytes(),
    );
    bytes[23] = 17;
    expect(dissect(bytes)).toBe('10.0.0.1 > 10.0.0.2 udp len 23 [truncated]');
  });

  test('tunnels without end are cut', () => {
    let layers = eth().ipv4();
    for (let depth = 0; depth < 20; depth++) layers = layers.ipv4();
    expect(dissect(layers.udp().bytes())).toMatch(/: more tunnels$/);
  });

  test('no bytes of any length make it throw or print a control character', () => {
    const packets = [
      eth()
        .vlan({ id: 1 })
        .ipv4()
        .udp({ src: 53 })
        .payload(dns(0x8180, 1, 'a', 'b'))
        .bytes(),
      eth().ipv4().ipv6().tcp().bytes(),
      behind(0, 44, 0, 1, 4, 0, 0, 0, 0, 17, 0, 0, 1, 0, 1, 2, 3, ...udpHeader),
    ];
    const edits = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    const mutant = fc.tuple(fc.constantFrom(...packets), edits, fc.nat(100)).map(([bytes, list, size]) => {
      const copy = bytes.slice(0, Math.max(bytes.length - size, 20));
      for (const [at, value] of list) copy[at % copy.length] = value;
      return copy;
    });
    const linkType = fc.constantFrom(...Object.values(linkTypes), 147);
    const property = fc.property(
      fc.oneof(mutant, fc.uint8Array({ maxLength: 90 })),
      linkType,
      fc.nat(70000),
      (bytes, link, length) => {
        expect(dissect(bytes, link, length)).toMatch(/^[\x20-\x7e]+$/);
        expect(dissect(bytes)).toMatch(/^[\x20-\x7e]+$/);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });
});

describe('link types', () => {
  const ip = packet().ipv4().udp().bytes();
  const ip6 = packet().ipv6().udp().bytes();
  const frame = (etherType: number, payload: Uint8Array, source = [0, 0, 0, 0, 0, 0], first = 0) =>
    Uint8Array.of(...new Array(6).fill(first), ...source, etherType >> 8, etherType & 255, ...payload);
  const mac = [2, 0, 0, 0, 0, 9];
  test.each([
    ['Ethernet', 1, frame(0x0800, ip), frame(0x0800, ip)],
    ['raw IP', 101, ip, frame(0x0800, ip)],
    ['raw IPv6', 12, ip6, frame(0x86dd, ip6)],
    ['OpenBSD raw', 14, ip6, frame(0x86dd, ip6)],
    ['raw IPv4 by name', 228, ip, frame(0x0800, ip)],
    ['raw IPv6 by name', 229, ip6, frame(0x86dd, ip6)],
    ['raw of no known version', 101, Uint8Array.of(0), frame(0, Uint8Array.of(0))],
    ['null, little endian', 0, Uint8Array.of(2, 0, 0, 0, ...ip), frame(0x0800, ip)],
    ['null, macOS IPv6', 0, Uint8Array.of(30, 0, 0, 0, ...ip6), frame(0x86dd, ip6)],
    ['loop', 108, Uint8Array.of(0, 0, 0, 24, ...ip6), frame(0x86dd, ip6)],
    ['cooked v1', 113, Uint8Array.of(0, 0, 0, 1, 0, 6, ...mac, 0, 0, 8, 0, ...ip), frame(0x0800, ip, mac)],
    [
      'cooked v1, broadcast',
      113,
      Uint8Array.of(0, 1, 0, 1, 0, 6, ...mac, 0, 0, 8, 6),
      frame(0x0806, new Uint8Array(0), mac, 255),
    ],
    ['cooked v1, no address', 113, Uint8Array.of(0, 4, 0, 1, 0, 0, ...mac, 0, 0, 8, 0, ...ip), frame(0x0800, ip)],
    [
      'cooked v2',
      276,
      Uint8Array.of(0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, ...mac, 0, 0, ...ip6),
      frame(0x86dd, ip6, mac),
    ],
    ['cooked v2, cut off', 276, new Uint8Array(7).fill(1), frame(0, new Uint8Array(0))],
  ])('%s becomes Ethernet', (_name, linkType, bytes, expected) => {
    expect(toEthernet(linkType, bytes)).toEqual(expected);
  });

  test('another link type is refused by number', () => {
    expect(() => toEthernet(147, ip)).toThrow('packets of link type 147 cannot be read');
  });
});

describe('the bundled captures', () => {
  const read = (name: string) =>
    Array.from(readCaptureSync(readFileSync(new URL(`../../../../examples/captures/${name}`, import.meta.url))));
  test.each(['web.pcap', 'cooked.pcap', 'mixed.pcapng'])('%s is dissected as before', async (name) => {
    const lines = read(name).map((packet) => dissect(packet.data, packet.linkType, packet.originalLength));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
