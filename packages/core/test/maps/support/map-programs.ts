import { helpers } from '../../../src/abi/helpers.gen.ts';
import { encode } from '../../../src/isa/encode.ts';
import type { Instruction } from '../../../src/isa/instruction.ts';
import type { MapDefinition } from '../../../src/maps/definition.ts';

/** What programs do to a map. */
export type ProgramOperation = 'lookup' | 'update' | 'delete' | 'push' | 'pop' | 'peek';

/**
 * Where things are in the packet of {@link mapProgram}. The first 16 bytes are only there because a kernel refuses
 * shorter packets.
 *
 *     +0         +16     +24   + key, to 8
 *     +----------+-------+-----+-------+
 *     | ethernet | flags | key | value |
 *     +----------+-------+-----+-------+
 */
export function packetLayout({ keySize, valueSize }: MapDefinition) {
  const value = 24 + Math.ceil(keySize / 8) * 8;
  return { flags: 16, key: 24, value, size: value + Math.ceil(valueSize / 8) * 8 };
}

const op = (opcode: number, dst: number, src: number, offset: number, imm: number): Instruction => {
  return { opcode, dst, src, offset, imm };
};
const move = (dst: number, src: number) => op(0xbf, dst, src, 0, 0);
const moveImmediate = (dst: number, imm: number) => op(0xb7, dst, 0, 0, imm);
const addImmediate = (dst: number, imm: number) => op(0x07, dst, 0, 0, imm);
const call = (name: keyof typeof helpers) => op(0x85, 0, 0, 0, helpers[name]);
const exit = op(0x95, 0, 0, 0, 0);

const helperOf = {
  lookup: 'map_lookup_elem',
  update: 'map_update_elem',
  delete: 'map_delete_elem',
  push: 'map_push_elem',
  pop: 'map_pop_elem',
  peek: 'map_peek_elem',
} as const;

/**
 * An XDP program that does one thing to a map, with key, value and flags from the packet, and gives what the helper
 * gave (a lookup: 0 with the value in the packet, or ENOENT). Pop and peek go by way of the stack: the kernel lets no
 * helper write what it pops into a packet. The map goes into slot {@link MAP_SLOT}.
 */
export function mapProgram(definition: MapDefinition, operation: ProgramOperation): Uint8Array {
  const at = packetLayout(definition);
  const onStack = operation === 'pop' || operation === 'peek';
  const body = [
    { ...op(0x18, 1, 0, 0, 0), immHigh: 0 },
    ...(onStack
      ? [move(2, 10), addImmediate(2, -definition.valueSize)]
      : [move(2, 6), addImmediate(2, definition.keySize === 0 ? at.value : at.key)]),
    ...(operation === 'update' ? [move(3, 6), addImmediate(3, at.value), op(0x79, 4, 6, at.flags, 0)] : []),
    ...(operation === 'push' ? [op(0x79, 3, 6, at.flags, 0)] : []),
    call(helperOf[operation]),
    ...(operation === 'lookup' ? copyFound(definition.valueSize, at.value) : []),
    ...(onStack ? copyBytes(definition.valueSize, 10, -definition.valueSize, at.value) : []),
    exit,
  ];
  return encode([
    op(0x61, 6, 1, 0, 0),
    op(0x61, 7, 1, 4, 0),
    move(2, 6),
    addImmediate(2, at.size),
    // Past the end of the packet: leave with 99, over the body.
    op(0x2d, 2, 7, body.length + 1, 0),
    ...body,
    moveImmediate(0, 99),
    exit,
  ]);
}

/** Slot of {@link mapProgram} that loads the map. */
export const MAP_SLOT = 5;

/** Copies `size` bytes at `from` of a register's target into the packet, by way of r1. */
function copyBytes(size: number, register: number, from: number, to: number): Instruction[] {
  return Array.from({ length: size }, (_, at) => [
    op(0x71, 1, register, from + at, 0),
    op(0x73, 6, 1, to + at, 0),
  ]).flat();
}

function copyFound(size: number, to: number): Instruction[] {
  return [op(0x55, 0, 0, 2, 0), moveImmediate(0, -2), exit, ...copyBytes(size, 0, 0, to), moveImmediate(0, 0)];
}
