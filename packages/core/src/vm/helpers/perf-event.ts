import type { MapType } from '../../abi/map-types.gen.ts';
import { Errno } from '../../maps/errno.ts';
import { PerfEventArrayMap } from '../../maps/perf-event-array.ts';
import { PacketContext } from '../contexts/packet-context.ts';
import type { Run } from '../run.ts';
import { checkContext, high, mapOf, readBytes, sizeOf } from './arguments.ts';
import { ALL, define, type HelperDefinition, signed } from './definition.ts';

const types: ReadonlySet<MapType> = new Set(['perf_event_array']);
/** Lower half of the flags: this CPU instead of an index. */
const CURRENT_CPU = 0xffff_ffff;
/** Bits of the upper half that hold how many bytes of the packet go with the sample (BPF_F_CTXLEN_MASK). */
const PACKET_LENGTH = 0xfffff;

function output(run: Run): number {
  checkContext(run);
  const map = mapOf(run, 2, types);
  if (!(map instanceof PerfEventArrayMap)) return run.fault(`map ${map.definition.name} is no perf event array`);
  const data = readBytes(run, 4, sizeOf(run, 5));
  const length = high(run, 3);
  if ((length & ~PACKET_LENGTH) !== 0) return Errno.EINVAL;
  const packet = packetBytes(run, length);
  return packet === undefined ? Errno.EFAULT : send(run, map, joined(data, packet));
}

/** The first `length` bytes of the packet, or undefined where it has fewer. */
function packetBytes(run: Run, length: number): Uint8Array | undefined {
  if (!(run.context instanceof PacketContext)) return run.fault('perf_event_output belongs to packet programs');
  const { packet } = run.context;
  if (length > packet.length) return undefined;
  run.charge(length);
  return packet.bytes(0, length);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Only the buffer of the CPU that the program runs on can be written. */
function send(run: Run, map: PerfEventArrayMap, bytes: Uint8Array): number {
  const flags = run.unsigned(3);
  const index = flags === CURRENT_CPU ? run.cpu : flags;
  if (index === run.cpu) return map.output(index, bytes);
  if (index >= map.definition.maxEntries) return Errno.E2BIG;
  return index >= map.entries ? Errno.ENOENT : Errno.EOPNOTSUPP;
}

/**
 * `bpf_perf_event_output` (Linux 4.4; packet bytes with the sample 4.8). Every CPU's buffer is open from the start.
 */
export const perfEventHelpers: readonly HelperDefinition[] = [
  define('perf_event_output', ALL, signed(output), { gplOnly: true }),
];
