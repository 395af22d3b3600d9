import type TypeScript from 'typescript-js';
import { ts } from '../facade/index.ts';
import {
  type Follow,
  type HeaderFunction,
  headerOf,
  integers,
  ipv6,
  isIntName,
  mac,
  type RecordSchema,
  type Schema,
} from '../schema/index.ts';

interface Row {
  readonly fields: string;
  readonly length?: string;
  readonly next?: string;
  readonly follows?: readonly (readonly [string, number])[];
}

const ETHER = ['Eth', 'Vlan'] as const;
const rows: Readonly<Record<string, Row>> = {
  Eth: { fields: 'dst:mac src:mac type:be16', next: '(h) => h.type' },
  Vlan: {
    fields: 'priority:3 dropEligible:1 id:12 type:be16',
    next: '(h) => h.type',
    follows: [...ETHER.map((name) => [name, 0x8100] as const), ...ETHER.map((name) => [name, 0x88a8] as const)],
  },
  Arp: {
    fields:
      'hardwareType:be16 protocolType:be16 hardwareLength:u8 protocolLength:u8 operation:be16 senderMac:mac senderIp:ipv4 targetMac:mac targetIp:ipv4',
    follows: ETHER.map((name) => [name, 0x0806] as const),
  },
  Ipv4: {
    fields:
      'version:4 ihl:4 dscp:6 ecn:2 totalLength:be16 id:be16 flags:3 fragmentOffset:13 ttl:u8 protocol:u8 checksum:be16 src:ipv4 dst:ipv4',
    length: '(h) => h.ihl * 4',
    next: '(h) => h.protocol',
    follows: [...ETHER.map((name) => [name, 0x0800] as const), ['Ipv4', 4]],
  },
  Ipv6: {
    fields: 'version:4 trafficClass:8 flowLabel:20 payloadLength:be16 nextHeader:u8 hopLimit:u8 src:ipv6 dst:ipv6',
    next: '(h) => h.nextHeader',
    follows: [...ETHER.map((name) => [name, 0x86dd] as const), ['Ipv4', 41]],
  },
  Tcp: {
    fields:
      'src:be16 dst:be16 seq:be32 ack:be32 dataOffset:4 reserved:4 flags:u8 window:be16 checksum:be16 urgent:be16',
    length: '(h) => h.dataOffset * 4',
    follows: [
      ['Ipv4', 6],
      ['Ipv6', 6],
    ],
  },
  Udp: {
    fields: 'src:be16 dst:be16 length:be16 checksum:be16',
    follows: [
      ['Ipv4', 17],
      ['Ipv6', 17],
    ],
  },
  Icmp: { fields: 'type:u8 code:u8 checksum:be16 rest:be32', follows: [['Ipv4', 1]] },
  L4Ports: {
    fields: 'src:be16 dst:be16',
    follows: [
      ['Ipv4', 6],
      ['Ipv4', 17],
      ['Ipv6', 6],
      ['Ipv6', 17],
    ],
  },
};

const made = new Map<string, RecordSchema>();

/** A header of `skep/bpf/net` whose declaration does not say its layout. */
export function headerByName(name: string): RecordSchema | undefined {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) return undefined;
  const known = made.get(name);
  if (known !== undefined) return known;
  const follows: Follow[] = [];
  const header = headerOf(row.fields.split(' ').map(fieldOf), {
    ...(row.length === undefined ? {} : { length: parse(row.length) }),
    ...(row.next === undefined ? {} : { next: parse(row.next) }),
    follows,
  });
  if (!('kind' in header)) return undefined;
  header.name = name;
  made.set(name, header);
  for (const [previous, number] of row.follows ?? []) {
    const schema = headerByName(previous);
    if (schema !== undefined) follows.push({ previous: schema, number: BigInt(number) });
  }
  return header;
}

function fieldOf(text: string): [string, Schema] {
  const [name = '', type = ''] = text.split(':');
  if (type === 'mac') return [name, mac];
  if (type === 'ipv6') return [name, ipv6];
  if (isIntName(type)) return [name, integers[type]];
  return [name, { kind: 'bits', count: Number(type), size: 0, align: 1 }];
}

function parse(text: string): HeaderFunction {
  const file = ts.createSourceFile('header.ts', text, ts.ScriptTarget.ESNext, true);
  const [statement] = file.statements;
  return (statement as TypeScript.ExpressionStatement).expression as HeaderFunction;
}
