import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketBuffer } from '../../../src/vm/contexts/packet-buffer.ts';
import { WasmMemory } from '../../../src/vm/memory.ts';

function buffer() {
  const memory = new WasmMemory({ limit: 2 ** 24 });
  return { memory, packet: new PacketBuffer(memory) };
}

test('programs may touch what lies between metadata and end of the packet, and nothing else', () => {
  const { memory, packet } = buffer();
  packet.load(Uint8Array.of(1, 2, 3, 4), 64, 64);
  expect(memory.access(packet.data, 4, true)).toBe(true);
  expect(memory.access(packet.data - 1, 1, false)).toBe(false);
  expect(memory.access(packet.dataEnd, 1, false)).toBe(false);
  packet.move(packet.data - 8, packet.data - 4, packet.dataEnd - 1);
  expect(memory.access(packet.dataMeta, 8, true)).toBe(true);
  expect(memory.access(packet.dataMeta - 1, 1, false)).toBe(false);
  expect(memory.access(packet.dataEnd, 1, false)).toBe(false);
});

test('nothing of a packet is left when the next one is laid out', () => {
  const { memory, packet } = buffer();
  packet.load(new Uint8Array(600).fill(0xee), 256, 256);
  packet.move(packet.data - 200, packet.data - 200, packet.dataEnd + 200);
  memory.u8.fill(0xdd, packet.data, packet.dataEnd);
  packet.load(Uint8Array.of(7), 256, 256);
  const all = memory.u8.slice(packet.hardStart, packet.hardEnd);
  expect(all.filter((byte) => byte !== 0)).toEqual(Uint8Array.of(7));
});

test('a packet keeps its bytes and metadata when the buffer moves', () => {
  const memoryAndPacket = fc.tuple(fc.uint8Array({ minLength: 8, maxLength: 300 }), fc.nat(9000), fc.nat(9000));
  fc.assert(
    fc.property(memoryAndPacket, ([bytes, head, tail]) => {
      const { packet } = buffer();
      packet.load(bytes, 16, 16);
      packet.move(packet.data, packet.data + 4, packet.dataEnd);
      packet.makeRoom(head, tail);
      expect(packet.dataMeta - packet.hardStart).toBeGreaterThanOrEqual(head);
      expect(packet.hardEnd - packet.dataEnd).toBeGreaterThanOrEqual(tail);
      expect(packet.bytes(-4, bytes.length)).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

test('memory comes back when it is disposed of', () => {
  const { memory, packet } = buffer();
  packet.load(new Uint8Array(100_000), 256, 256);
  packet.dispose();
  expect(memory.used).toBe(0);
});
