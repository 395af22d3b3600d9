import type { Region } from '../maps/memory.ts';
import { FRAME_SIZE } from './frames.ts';
import type { VirtualMachine } from './machine.ts';
import { type BoundHelper, FUNCTION_TAG } from './program.ts';

/** An access that was refused: at the sum of a register, in halves, and an offset. */
export interface MemoryAccess {
  readonly low: number;
  readonly high: number;
  readonly offset: number;
  readonly size: number;
  readonly write: boolean;
  /** Argument of the helper that wanted it; absent where a load or store did. */
  readonly argument?: number;
}

/** What must be known of a run to explain its accesses. */
export interface AccessScene {
  readonly machine: VirtualMachine;
  /** Lowest address of the current stack frame. */
  readonly frame: number;
  /** Helper that last returned 0. */
  readonly nullFrom: BoundHelper | undefined;
  /** Helper that is being executed. */
  readonly helper: BoundHelper | undefined;
}

/** An access in words: what was tried, what the address is, what to do. */
export interface Explanation {
  readonly what: string;
  readonly reason: string;
  readonly remedy?: string;
}

/** Addresses below this come from a null pointer and an offset. */
const NULL_PAGE = 65536;
/** Pages around an address that are searched for something it may have been meant for. */
const NEIGHBOURHOOD = 16;
const PAGE = 4096;

/** Says why an access is wrong. */
export function explainAccess(scene: AccessScene, access: MemoryAccess): Explanation {
  const verb = access.write ? 'write' : 'read';
  const bytes = `${access.size} ${access.size === 1 ? 'byte' : 'bytes'}`;
  const what =
    access.argument === undefined
      ? `invalid ${verb} of ${bytes}`
      : `${scene.helper?.name} may not ${verb} ${bytes} at its argument ${access.argument}`;
  return { what, ...explainAddress(scene, access) };
}

type Reason = Omit<Explanation, 'what'>;

function explainAddress(scene: AccessScene, access: MemoryAccess): Reason {
  const { low, high, offset } = access;
  const address = (low >>> 0) + offset;
  if (high === FUNCTION_TAG) return { reason: 'the pointer is the reference of a function, not an address' };
  if (high !== 0) return { reason: `${hex(low, high)} is a number, not an address: addresses have 32 bits` };
  if (low === 0) return nullPointer(scene, offset);
  if (address < NULL_PAGE) return { reason: `0x${(low >>> 0).toString(16)} is a number, not an address` };
  const map = scene.machine.mapByHandle(low >>> 0);
  if (map !== undefined) {
    return {
      reason: `the pointer is map ${map.definition.name} itself, not one of its values`,
      remedy: 'call map_lookup_elem and use what it returns',
    };
  }
  return explainRegion(scene, access, address);
}

function nullPointer(scene: AccessScene, offset: number): Reason {
  const at = offset === 0 ? '' : ` at offset ${offset}`;
  const from = scene.nullFrom;
  if (from === undefined) return { reason: `null pointer${at}` };
  return {
    reason: `null pointer${at}: ${from.name} returned 0, and its result was not checked`,
    remedy: `compare the result of ${from.name} with 0 before using it`,
  };
}

function explainRegion(scene: AccessScene, access: MemoryAccess, address: number): Reason {
  const region = nearestRegion(scene, access.low >>> 0, address);
  if (region === undefined) return { reason: `${place(address)} is not memory of this program` };
  if (region.kind === 'stack') return explainStack(scene, access, address);
  return explainElement(region, access, address);
}

/** The region of the pointer the address was made from, of the address, or of the pages around. */
function nearestRegion(scene: AccessScene, pointer: number, address: number): Region | undefined {
  const { memory } = scene.machine;
  const direct = memory.findRegion(pointer) ?? memory.findRegion(address);
  for (let page = 1; direct === undefined && page <= NEIGHBOURHOOD; page++) {
    const near = memory.findRegion(address - page * PAGE) ?? memory.findRegion(address + page * PAGE);
    if (near !== undefined) return near;
  }
  return direct;
}

function explainStack(scene: AccessScene, access: MemoryAccess, address: number): Reason {
  const top = scene.frame + FRAME_SIZE;
  const slot = `stack slot r10${signed(address - top)}`;
  if (address < scene.frame) {
    return {
      reason: `${slot} is ${count(scene.frame - address)} below the frame of ${FRAME_SIZE} bytes`,
      remedy: 'keep large data in a map instead of on the stack',
    };
  }
  if (address >= top) return { reason: `${slot} is not below the frame pointer` };
  return { reason: `${slot} and the next ${count(access.size - 1)} reach past the frame pointer` };
}

function explainElement(region: Region, access: MemoryAccess, address: number): Reason {
  const owner = ownerOf(region);
  const extent = `${owner} (${count(region.size)})`;
  const at =
    address < region.start || address >= region.end ? address - region.start : (address - region.start) % region.stride;
  const within = at - region.offset;
  if (within < 0) return { reason: `${place(address)} is ${count(-within)} before the start of ${extent}` };
  if (within >= region.size) {
    const past = within - region.size;
    return { reason: `${place(address)} is ${past === 0 ? 'right at' : `${count(past)} past`} the end of ${extent}` };
  }
  if (within + access.size > region.size) {
    return { reason: `only ${count(region.size - within)} are left at ${place(address)} before the end of ${extent}` };
  }
  if (access.write && !region.writable) return { reason: `${owner} is read-only` };
  if (!access.write && !region.readable) return { reason: `${owner} may only be written` };
  return { reason: refusal(region, access, within) };
}

/** The region's own rule refused. */
function refusal(region: Region, access: MemoryAccess, within: number): string {
  const verb = access.write ? 'written' : 'read';
  if (region.kind === 'context') {
    return `${count(access.size)} at offset ${within} of ${ownerOf(region)} may not be ${verb}`;
  }
  if (region.kind === 'ring-record') return `the record of ${region.name} is submitted or was never reserved`;
  return `this part of ${ownerOf(region)} may not be ${verb}`;
}

function ownerOf(region: Region): string {
  if (region.kind === 'map-value') return `a value of ${region.name}`;
  if (region.kind === 'ring-record') return `a record of ${region.name}`;
  return `the ${region.name}`;
}

function place(address: number): string {
  return `address 0x${address.toString(16)}`;
}
function count(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}
function signed(offset: number): string {
  return offset < 0 ? `${offset}` : `+${offset}`;
}

/** A register in hexadecimal, from its halves. */
export function hex(low: number, high: number): string {
  return `0x${pairValue(low, high).toString(16)}`;
}

/** The unsigned 64-bit integer of two halves, for people. */
export function pairValue(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
