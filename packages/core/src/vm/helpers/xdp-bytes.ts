import { Errno } from '../../maps/errno.ts';
import type { Run } from '../run.ts';
import { sizeOf, xdpOf } from './arguments.ts';
import { define, type HelperDefinition, signed, XDP } from './definition.ts';

const LARGEST = 0xffff;

/** 0 where `size` bytes at the offset lie in the packet, else the kernel's error. */
function checkBounds(run: Run, offset: number, size: number): number {
  if (offset > LARGEST || size > LARGEST) return Errno.EFAULT;
  return offset + size > xdpOf(run).packet.length ? Errno.EINVAL : 0;
}

function loadBytes(run: Run): number {
  const offset = run.unsigned(2);
  const size = sizeOf(run, 4);
  const to = run.writable(3, size);
  const error = checkBounds(run, offset, size);
  if (error !== 0) return error;
  run.machine.memory.u8.set(xdpOf(run).packet.bytes(offset, size), to);
  return 0;
}

function storeBytes(run: Run): number {
  const offset = run.unsigned(2);
  const size = sizeOf(run, 4);
  const from = run.readable(3, size);
  const error = checkBounds(run, offset, size);
  if (error !== 0) return error;
  xdpOf(run)
    .packet.bytes(offset, size)
    .set(run.machine.memory.u8.subarray(from, from + size));
  return 0;
}

/** `bpf_xdp_load_bytes` and `bpf_xdp_store_bytes` (Linux 5.18). */
export const xdpBytes: readonly HelperDefinition[] = [
  define('xdp_load_bytes', XDP, signed(loadBytes)),
  define('xdp_store_bytes', XDP, signed(storeBytes)),
];
