import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  linkTypes,
  type PacketBuilder,
  PcapngWriter,
  PcapWriter,
  packet,
  readCaptureSync,
  tcpFlags,
  toEthernet,
  writeCapture,
} from '../../src/net/index.ts';
import { needs } from '../support/needs.ts';
import { facts, join, pcapFile } from './captures.ts';

const tcpdump = needs('tcpdump');
const captures = new URL('../../../../examples/captures/', import.meta.url);

tcpdump.describe('tcpdump as the oracle', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(joinPath(tmpdir(), 'skep-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** What tcpdump prints for a capture, line by line. */
  function print(file: Uint8Array, ...flags: string[]): string[] {
    const path = joinPath(directory, 'in.pcap');
    writeFileSync(path, file);
    const { stdout, stderr, status } = spawnSync('tcpdump', ['-nn', ...flags, '-r', path], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return stdout.trimEnd().split('\n');
  }

  /** Seconds and nanoseconds as `-tt` prints them. */
  const time = (nanoseconds: bigint) =>
    `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;

  for (const name of ['web.pcap', 'cooked.pcap']) {
    tcpdump.test(`${name}: the same packets at the same times`, () => {
      const file = readFileSync(new URL(name, captures));
      const lines = print(file, '-tt', '-q', '--time-stamp-precision=nano');
      const packets = Array.from(readCaptureSync(file));
      expect(packets.map((each) => time(each.timestamp))).toEqual(lines.map((line) => line.split(' ')[0]));
    });

    tcpdump.test(`${name}: written anew it is the same file`, () => {
      const file = readFileSync(new URL(name, captures));
      const packets = Array.from(readCaptureSync(file));
      const precision = name === 'web.pcap' ? 'micro' : 'nano';
      const linkType = packets[0]?.linkType ?? linkTypes.ethernet;
      expect(Buffer.compare(file, join(writeCapture(new PcapWriter({ precision, linkType }), packets)))).toBe(0);
    });

    tcpdump.test(`${name}: written as pcapng it prints the same`, () => {
      const file = readFileSync(new URL(name, captures));
      const packets = Array.from(readCaptureSync(file));
      const writer = new PcapngWriter({ interfaces: [{ linkType: packets[0]?.linkType ?? linkTypes.ethernet }] });
      const precision = '--time-stamp-precision=nano';
      expect(print(join(writeCapture(writer, packets)), '-tt', '-xx', precision)).toEqual(
        print(file, '-tt', '-xx', precision),
      );
    });
  }

  tcpdump.test('what tcpdump writes is read as it was', () => {
    const packets = Array.from(readCaptureSync(readFileSync(new URL('web.pcap', captures))));
    const out = joinPath(directory, 'out.pcap');
    const source = joinPath(directory, 'big-endian.pcap');
    writeFileSync(source, pcapFile(packets, { littleEndian: false }));
    expect(spawnSync('tcpdump', ['-r', source, '-w', out]).status).toBe(0);
    expect(Array.from(readCaptureSync(readFileSync(out)), facts)).toEqual(packets.map(facts));
  });

  tcpdump.test('cooked packets print the same with an Ethernet header', () => {
    const file = readFileSync(new URL('cooked.pcap', captures));
    const packets = Array.from(readCaptureSync(file), ({ timestamp, linkType, data }) => ({
      timestamp,
      data: toEthernet(linkType, data),
    }));
    const withoutInterface = (line: string) => line.replace(/^\S+ +(In|Out) +/, '');
    expect(print(pcapFile(packets), '-t')).toEqual(print(file, '-t').map(withoutInterface));
  });

  tcpdump.test('checksums of built packets are correct, and wrong ones are not', () => {
    const flags = tcpFlags.psh | tcpFlags.ack;
    const built: PacketBuilder[] = [
      packet().eth().ipv4().tcp({ flags }).payload('hello'),
      packet().eth().vlan({ id: 10 }).ipv4({ id: 7, dontFragment: true }).tcp({ flags }).payload('odd'),
      packet()
        .eth()
        .ipv6()
        .tcp({ flags, options: Uint8Array.of(2, 4, 5, 180) })
        .payload('hello'),
      packet().eth().ipv4().udp({ src: 1000, dst: 2000 }).payload('hello'),
      packet().eth().ipv6().udp({ src: 1000, dst: 2000 }).payload('odd'),
      packet().eth().ipv6().icmp({ id: 1, seq: 2 }).payload('ping'),
      packet().eth().ipv4().icmp({ id: 1, seq: 2 }).payload('odd'),
      packet().eth().ipv4().ipv4({ src: '192.168.0.1' }).tcp({ flags }).payload('tunnel'),
    ];
    const file = (list: readonly PacketBuilder[]) =>
      pcapFile(list.map((each) => ({ timestamp: 0n, data: each.bytes() })));
    const text = print(file(built), '-vv', '-t').join('\n');
    expect(text).not.toMatch(/incorrect|bad cksum|wrong|bad udp/);
    expect(text.match(/\(correct\)/g)).toHaveLength(4);
    expect(text.match(/\[udp sum ok\]/g)).toHaveLength(2);
    expect(text.match(/\[icmp6 sum ok\]/g)).toHaveLength(1);
    const wrong = [packet().eth().ipv4({ checksum: 1 }).tcp({ checksum: 2 })];
    expect(print(file(wrong), '-vv', '-t').join('\n')).toMatch(/bad cksum 1[\s\S]*cksum 0x0002 \(incorrect/);
  });
});
