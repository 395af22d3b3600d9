/** Tells userland of one packet in so many. */
import { atomic, config, global, mac, RingBuf, struct, u16, u32, u64, XDP, xdp } from 'skep/bpf';
import { Eth } from 'skep/bpf/net';

export const Sample = struct({ number: u64, length: u32, ifindex: u32, dst: mac, src: mac, type: u16 });
export const samples = new RingBuf(Sample, { bytes: 1 << 18 });
export const seen = global(u64);
export const lost = global(u64);
export const every = config(u64, 8n);

export const sample = xdp((ctx): XDP => {
  const number = atomic.add(seen, 'value', 1n);
  const period = every.value;
  if (period === 0n || number % period !== 0n) return XDP.PASS;
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  const told = samples.emit({
    number,
    length: ctx.length,
    ifindex: ctx.ifindex,
    dst: eth.dst,
    src: eth.src,
    type: eth.type,
  });
  if (!told) atomic.add(lost, 'value', 1n);
  return XDP.PASS;
});
