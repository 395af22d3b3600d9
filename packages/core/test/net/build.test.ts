import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatIpv6, hexBytes, SkepError } from '../../src/base/index.ts';
import {
  checksum,
  dissect,
  packet,
  parseEthernet,
  parseIcmp,
  parseIpv4Header,
  parseIpv6Header,
  parseTcp,
  parseUdp,
  parseVlan,
  tcpFlags,
  transportChecksum,
} from '../../src/net/index.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u8 = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => formatIpv4(bytes));
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatIpv6(bytes));
const payload = fc.uint8Array({ maxLength: 40 });

describe('checksum', () => {
  test.each([
    ['the example of RFC 1071', [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7], 0x220d],
    ['nothing', [], 0xffff],
    ['an odd byte', [0x12], 0xedff],
    ['carries that carry again', [0xff, 0xff, 0xff, 0xff, 0x00, 0x01], 0xfffe],
  ])('%s', (_name, bytes, expected) => {
    expect(checksum(Uint8Array.from(bytes))).toBe(expected);
  });
});

describe('what is built is parsed', () => {
  test('TCP over IPv4 in a VLAN', () => {
    const tcp = fc.record({ src: u16, dst: u16, flags: u8, seq: u32, ack: u32, window: u16 });
    const ip = fc.record({ src: ipv4, dst: ipv4, ttl: u8, id: u16, tos: u8 });
    const vlan = fc.record({ id: fc.integer({ min: 0, max: 4095 }), priority: fc.integer({ min: 0, max: 7 }) });
    const property = fc.property(vlan, ip, tcp, payload, (tag, network, transport, data) => {
      const bytes = packet().eth().vlan(tag).ipv4(network).tcp(transport).payload(data).bytes();
      expect(parseEthernet(bytes)?.type).toBe(0x8100);
      expect(parseVlan(bytes, 14)).toMatchObject({ ...tag, type: 0x0800 });
      const header = parseIpv4Header(bytes, 18);
      expect(header).toMatchObject({ ttl: network.ttl, id: network.id, tos: network.tos, protocol: 6 });
      expect(header?.totalLength).toBe(40 + data.length);
      expect(header && formatIpv4(header.source)).toBe(network.src);
      expect(checksum(bytes, 18, 38)).toBe(0);
      const { src, dst, seq, ack, ...rest } = transport;
      expect(parseTcp(bytes, 38)).toMatchObject({
        source: src,
        destination: dst,
        sequence: seq,
        acknowledgement: ack,
        ...rest,
      });
      expect(header && transportChecksum(header.source, header.destination, 6, bytes.subarray(38))).toBe(0);
      expect(bytes.subarray(58)).toEqual(data);
      expect(dissect(bytes)).toMatch(new RegExp(`^vlan ${tag.id} ${network.src}:${src} > ${network.dst}:${dst} tcp `));
    });
    fc.assert(property);
  });

  test('UDP and ICMP over IPv6', () => {
    const property = fc.property(ipv6, ipv6, u16, u16, payload, (src, dst, from, to, data) => {
      for (const built of [
        packet().ipv6({ src, dst }).udp({ src: from, dst: to }),
        packet().ipv6({ src, dst }).icmp({ id: from, seq: to }),
      ]) {
        const bytes = built.payload(data).bytes();
        const header = parseIpv6Header(bytes);
        expect(header && [formatIpv6(header.source), formatIpv6(header.destination)]).toEqual([src, dst]);
        expect(header?.payloadLength).toBe(8 + data.length);
        const segment = bytes.subarray(40);
        expect(header && transportChecksum(header.source, header.destination, header.nextHeader, segment)).toBe(0);
        if (header?.nextHeader === 17) {
          expect(parseUdp(bytes, 40)).toMatchObject({ source: from, destination: to, length: 8 + data.length });
        } else expect(parseIcmp(bytes, 40)).toMatchObject({ type: 128, id: from, sequence: to });
      }
    });
    fc.assert(property);
  });

  test('a UDP checksum of zero is sent as ffff', () => {
    const zero = packet().ipv4().udp({ checksum: 0 }).payload(new Uint8Array(2)).bytes();
    const sum = transportChecksum(zero.subarray(12, 16), zero.subarray(16, 20), 17, zero.subarray(20));
    const bytes = packet()
      .ipv4()
      .udp()
      .payload(Uint8Array.of(sum >> 8, sum & 255))
      .bytes();
    expect(hexBytes(bytes.subarray(26, 28))).toBe('ff ff');
  });
});

describe('builder', () => {
  test('every step leaves the one before as it was', () => {
    const start = packet().eth().ipv4();
    const first = start.tcp().bytes();
    start.udp();
    expect(start.tcp().bytes()).toEqual(first);
    expect(first).toHaveLength(54);
  });

  test('given fields are written as they are, also where they are wrong', () => {
    const bytes = packet()
      .eth({ type: 0x86dd })
      .ipv4({ protocol: 17, totalLength: 9, checksum: 1 })
      .tcp({ checksum: 2 })
      .bytes();
    expect(parseEthernet(bytes)?.type).toBe(0x86dd);
    expect(parseIpv4Header(bytes, 14)).toMatchObject({ protocol: 17, totalLength: 9, checksum: 1 });
    expect(parseTcp(bytes, 34)?.checksum).toBe(2);
  });

  test('a tunnel carries the inner packet with its own checksums', () => {
    const bytes = packet()
      .ipv4()
      .ipv6({ src: '::1' })
      .tcp({ flags: tcpFlags.syn | tcpFlags.ack })
      .bytes();
    expect(parseIpv4Header(bytes)).toMatchObject({ protocol: 41, totalLength: 80 });
    expect(transportChecksum(bytes.subarray(28, 44), bytes.subarray(44, 60), 6, bytes.subarray(60))).toBe(0);
  });

  test('TCP options are padded', () => {
    const bytes = packet()
      .ipv4()
      .tcp({ options: Uint8Array.of(2, 4, 5, 180, 1) })
      .bytes();
    expect(parseTcp(bytes, 20)?.headerLength).toBe(28);
  });

  test.each([
    ['a port of 65536', () => packet().ipv4().tcp({ dst: 65536 }), 'SKEP_BAD_VALUE'],
    ['a negative port', () => packet().ipv4().udp({ src: -1 }), 'SKEP_BAD_VALUE'],
    ['a port that is no number', () => packet().ipv4().udp({ src: Number.NaN }), 'SKEP_BAD_VALUE'],
    ['VLAN 4096', () => packet().eth().vlan({ id: 4096 }), 'SKEP_BAD_VALUE'],
    ['a wrong address', () => packet().ipv4({ src: '10.0.0' }), 'SKEP_BAD_VALUE'],
    ['an IPv4 address for IPv6', () => packet().ipv6({ dst: '10.0.0.1' }), 'SKEP_BAD_VALUE'],
    ['a wrong MAC address', () => packet().eth({ src: 'x' }), 'SKEP_BAD_VALUE'],
    ['a fragment offset between units', () => packet().ipv4({ fragmentOffset: 12 }), 'SKEP_BAD_VALUE'],
    [
      '44 bytes of TCP options',
      () =>
        packet()
          .ipv4()
          .tcp({ options: new Uint8Array(44) }),
      'SKEP_BAD_VALUE',
    ],
    ['64 KiB of payload', () => packet().ipv4().payload(new Uint8Array(65536)).bytes(), 'SKEP_BAD_PACKET'],
  ])('refuses %s', (_name, build, code) => {
    expect(build).toThrow(SkepError);
    expect(build).toThrow(expect.objectContaining({ code }));
  });
});

test('what happens to a payload afterwards does not change the packet, also where it is a Buffer', () => {
  const payload = Buffer.from('hello');
  const built = packet().eth().payload(payload);
  payload[0] = 0;
  expect(new TextDecoder().decode(built.bytes().subarray(14))).toBe('hello');
});
