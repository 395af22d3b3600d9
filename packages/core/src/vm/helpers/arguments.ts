import type { MapType } from '../../abi/map-types.gen.ts';
import type { BpfMap } from '../../maps/map.ts';
import { SkbContext } from '../contexts/skb.ts';
import { XdpContext } from '../contexts/xdp.ts';
import type { Run } from '../run.ts';

/** `BPF_F_RDONLY_PROG` and `BPF_F_WRONLY_PROG` of map creation: what programs may not do with a map. */
const F_RDONLY_PROG = 0x80;
const F_WRONLY_PROG = 0x100;

/** High half of an argument, signed. */
export function high(run: Run, argument: number): number {
  return run.registers[2 * argument + 1] ?? 0;
}

/** Whether the 64 bits of an argument hold flags outside `mask`, which has 32 bits. */
export function hasFlagsBeyond(run: Run, argument: number, mask: number): boolean {
  return high(run, argument) !== 0 || (run.low(argument) & ~mask) !== 0;
}

/** Whether all 64 bits of an argument are zero: a null pointer. */
export function isNull(run: Run, argument: number): boolean {
  return run.low(argument) === 0 && high(run, argument) === 0;
}

/** Sets r0 to 64 bits, given as halves. */
export function returnPair(run: Run, low: number, highHalf: number): void {
  run.registers[0] = low;
  run.registers[1] = highHalf;
}

/** A readable address as {@link Run.readable} gives it, or 0 for no bytes at all, which may come with a null pointer. */
export function readableOrNull(run: Run, argument: number, size: number): number {
  return size === 0 ? 0 : run.readable(argument, size);
}

/** A copy of `size` readable bytes. */
export function readBytes(run: Run, argument: number, size: number): Uint8Array {
  const address = readableOrNull(run, argument, size);
  return run.machine.memory.u8.slice(address, address + size);
}

/** Bytes that `String.fromCharCode` is given at a time: each is an argument, and too many overflow the stack. */
const TEXT_CHUNK = 4096;

/** The bytes from `start` to `end` as Latin-1 characters. */
export function textAt(run: Run, start: number, end: number): string {
  const { u8 } = run.machine.memory;
  let text = '';
  for (let at = start; at < end; at += TEXT_CHUNK) {
    text += String.fromCharCode(...u8.subarray(at, Math.min(end, at + TEXT_CHUNK)));
  }
  return text;
}

/** Size in bytes in an argument. The kernel's verifier wants all 64 bits bounded, so that a high half faults. */
export function sizeOf(run: Run, argument: number): number {
  if (high(run, argument) !== 0) {
    run.fault(`argument ${argument} of this helper is a size of 2^32 bytes or more, or negative`);
  }
  return run.unsigned(argument);
}

/** The map in an argument; faults where it is of a type that the kernel's verifier does not let this helper have. */
export function mapOf(run: Run, argument: number, types: ReadonlySet<MapType>, access?: 'read' | 'write'): BpfMap {
  const map = run.map(argument);
  const { type, name, flags } = map.definition;
  if (!types.has(type)) run.fault(`this helper does not work on map ${name} of type ${type}`);
  if (access === 'write' && (flags & F_RDONLY_PROG) !== 0) run.fault(`programs may not write to map ${name}`);
  if (access === 'read' && (flags & F_WRONLY_PROG) !== 0) run.fault(`programs may not read map ${name}`);
  return map;
}

/** The XDP context in argument 1. */
export function xdpOf(run: Run): XdpContext {
  checkContext(run);
  return xdpContext(run);
}

/** The XDP context of the run, for helpers that are not given it. */
export function xdpContext(run: Run): XdpContext {
  return run.context instanceof XdpContext ? run.context : run.fault('this helper belongs to XDP programs');
}

/** The socket buffer context in argument 1. */
export function skbOf(run: Run): SkbContext {
  checkContext(run);
  return run.context instanceof SkbContext ? run.context : run.fault('this helper belongs to socket buffer programs');
}

/** Faults unless argument 1 is the context pointer. */
export function checkContext(run: Run): void {
  if (run.unsigned(1) !== run.context.address || high(run, 1) !== 0) {
    run.fault('argument 1 of this helper must be the context pointer', 'pass the ctx the program was called with');
  }
}
