import {
  array,
  atomic,
  be16,
  be32,
  config,
  cstr,
  HashMap,
  type Infer,
  type i32,
  ipv4,
  lock,
  ProgArray,
  RingBuf,
  struct,
  swap,
  TC,
  tc,
  tracepoint,
  u8,
  u16,
  u32,
  u64,
  XDP,
  xdp,
} from 'skep/bpf';
import { Eth, Ipv4 } from 'skep/bpf/net';

const Value = struct({
  small: u8,
  half: u16,
  hits: u64,
  count: u32,
  port: be16,
  mark: be32,
  comm: cstr(16),
  slots: array(u64, 8),
});
const values = new HashMap(ipv4, Value, { maxEntries: 1 });
const events = new RingBuf(Value, { bytes: 4096 });
const pairs = new RingBuf(struct({ a: u32, b: u32 }), { bytes: 4096 });
declare const wide: u32;
declare const signed: i32;
declare const big: u64;
declare const value: Infer<typeof Value>;
declare const eth: Infer<typeof Eth>;
declare const index: number;

// Integers
// @ts-expect-error u32 to u16 narrows
const narrowed: u16 = wide;
// @ts-expect-error u16 to u8 narrows
const byte: u8 = value.half;
// @ts-expect-error signed to unsigned
const unsigned: u32 = signed;
// @ts-expect-error unsigned 32 to signed 32
const negative: i32 = wide;
// @ts-expect-error a bigint is no u32
const fromBig: u32 = big;
// @ts-expect-error a number is no u64
const fromNumber: u64 = wide;
// @ts-expect-error number and bigint do not mix
value.hits += 1;
// @ts-expect-error number and bigint do not mix
value.hits = value.hits + value.count;
// @ts-expect-error no overlap of number and bigint
if (value.hits === 1) {
}
// @ts-expect-error a function's parameter narrows too
((port: u16) => port)(wide);

// Possibly undefined
// @ts-expect-error the entry may be missing
values.get(1).hits += 1n;
// @ts-expect-error the map may be full
values.getOrInsert(1).hits += 1n;
// @ts-expect-error an index that is not proven needs !
value.slots[index] += 1n;
xdp((ctx) => {
  // @ts-expect-error the packet may be too short
  ctx.at(Eth, 0).type;
  // @ts-expect-error the packet may hold something else
  const [, ip] = ctx.parse(Eth, Ipv4);
  return XDP.PASS;
});

// Arrays
// @ts-expect-error a read past the end
const past: u8 = eth.dst[6];
// @ts-expect-error a write past the end
eth.dst[6] = 1;
// @ts-expect-error a write far past the end
eth.dst[37] = 1;
// @ts-expect-error a write past the end, with !
value.slots[8]! += 1n;
// @ts-expect-error a negative index
eth.dst[-1] = 1;
// @ts-expect-error another length
eth.dst = value.slots;
// @ts-expect-error a length cannot be written
eth.dst.length = 5;

// Atomics
// @ts-expect-error no 8-bit atomics
atomic.add(value, 'small', 1);
// @ts-expect-error no 16-bit atomics
atomic.add(value, 'half', 1);
// @ts-expect-error no atomics on text
atomic.add(value, 'comm', 'x');
// @ts-expect-error no atomics on 16-bit network order
atomic.add(value, 'port', 1);
// @ts-expect-error no atomics in network order
atomic.add(value, 'mark', 1);
// @ts-expect-error a bigint for a u64
atomic.add(value, 'hits', 1);
// @ts-expect-error an index past the end
atomic.add(value.slots, 8, 1n);
// @ts-expect-error no such field
atomic.add(value, 'nothing', 1n);

// Maps and events
// @ts-expect-error b is missing
pairs.emit({ a: 1 });
// @ts-expect-error c is no field
pairs.emit({ a: 1, b: 2, c: 3 });
// @ts-expect-error a string is no u32
pairs.emit({ a: '1', b: 2 });
// @ts-expect-error the value is a whole record
values.set(1, { hits: 1n });
// @ts-expect-error no such field to start from
values.getOrInsert(1, { hit: 1n });
// @ts-expect-error a reservation may fail
events.reserve().submit();
// @ts-expect-error a ring buffer has no get
events.get(1);
// @ts-expect-error entries are required
new HashMap(u32, u32, {});
// @ts-expect-error a name that views use themselves
struct({ set: u32 });
// @ts-expect-error not an address
ipv4('10.0.0');
// @ts-expect-error fields of two types
swap(value, 'hits', 'count');
// @ts-expect-error not a lock
lock(value, () => 1);

// Programs
// @ts-expect-error 9 is no verdict
xdp(() => 9);
// @ts-expect-error a verdict is missing on one path
xdp((ctx): XDP => {
  if (ctx.length > 5) return XDP.PASS;
});
// @ts-expect-error a tc verdict in an XDP program
xdp(() => TC.UNSPEC);
xdp((ctx) => {
  // @ts-expect-error the context is read-only here
  ctx.length = 5;
  return XDP.PASS;
});
// @ts-expect-error pull is for tc
xdp((ctx) => (ctx.pull(5) ? XDP.PASS : XDP.DROP));
// @ts-expect-error no such event
tracepoint('syscalls/sys_enter_nothing', () => {});
tracepoint('syscalls/sys_enter_openat', (e) => {
  // @ts-expect-error no such field
  e.name;
});
const stages = new ProgArray(xdp, ['a']);
// @ts-expect-error no such stage
xdp((ctx) => stages.call(ctx, 'b') ?? XDP.PASS);
// @ts-expect-error the jump may fail
xdp((ctx) => stages.call(ctx, 'a'));
// @ts-expect-error stages of XDP, context of tc
tc((ctx) => stages.call(ctx, 'a') ?? TC.OK);
const limit = config(u32, 0);
// @ts-expect-error .rodata
limit.value = 1;
// @ts-expect-error the initial value's type
config(u64, 1);

export { byte, fromBig, fromNumber, narrowed, negative, past, unsigned };
