/**
 * `skep/bpf`: what a `.bpf.ts` program imports. Every schema here is at once a TypeScript type, a byte layout and a
 * conversion, so `u32` names all three: `let x: u32`, `struct({ x: u32 })`, `u32(y)`.
 *
 * Userland never imports this module for its own sake; `load` and the hosts live in `skep`.
 */
export { type ByteAddress, type Ipv4Address, ipv4, ipv6, mac } from './addresses.ts';
export { type ArraySchema, array, type BytesSchema, bytes } from './array.ts';
export { type Bits, bits } from './bits.ts';
export { cstr } from './cstr.ts';
export type { ArrayView, Bytes, FixedArray, IndexOutOfRange } from './fixed-array.ts';
export { type AtomicKeys, atomic } from './functions/atomic.ts';
export { checksum } from './functions/checksum.ts';
export { current } from './functions/current.ts';
export { equals } from './functions/equals.ts';
export { EACCES, EINVAL, ENOENT, EPERM } from './functions/errno.ts';
export { exists } from './functions/exists.ts';
export { imul } from './functions/imul.ts';
export { ktime } from './functions/ktime.ts';
export { lock } from './functions/lock.ts';
export { log2 } from './functions/log2.ts';
export { loop } from './functions/loop.ts';
export { printk } from './functions/printk.ts';
export { range } from './functions/range.ts';
export { subprogram } from './functions/subprogram.ts';
export { swap } from './functions/swap.ts';
export { type AnyHeader, type HeaderOptions, type HeaderSchema, header, type NamedHeader } from './header.ts';
export { be16, be32, be64, i8, i16, i32, i64, u8, u16, u32, u64 } from './integers.ts';
export { ArrayMap } from './maps/array.ts';
export { ArrayOfMaps } from './maps/array-of-maps.ts';
export { BloomFilter, type BloomFilterOptions } from './maps/bloom-filter.ts';
export { CgroupStorage } from './maps/cgroup-storage.ts';
export { CpuMap } from './maps/cpu-map.ts';
export { DevMap } from './maps/dev-map.ts';
export { HashMap } from './maps/hash.ts';
export { HashOfMaps } from './maps/hash-of-maps.ts';
export { InodeStorage } from './maps/inode-storage.ts';
export { LpmTrie } from './maps/lpm-trie.ts';
export { LruHash } from './maps/lru-hash.ts';
export { LruPerCpuHash } from './maps/lru-percpu-hash.ts';
export type { AnyMap, MapKind, MapOptions, MapSpec, Ref, RefTo } from './maps/map-spec.ts';
export { PerCpuArray } from './maps/percpu-array.ts';
export { PerCpuHash } from './maps/percpu-hash.ts';
export { ProgArray } from './maps/prog-array.ts';
export { Queue } from './maps/queue.ts';
export { type Reservation, RingBuf, type RingBufOptions } from './maps/ring-buf.ts';
export { SkStorage } from './maps/sk-storage.ts';
export { SockHash } from './maps/sock-hash.ts';
export { SockMap } from './maps/sock-map.ts';
export { Stack } from './maps/stack.ts';
export { TaskStorage } from './maps/task-storage.ts';
export { XskMap } from './maps/xsk-map.ts';
export { cgroupSkb } from './programs/cgroup-skb.ts';
export {
  type Connect4Context,
  type Connect6Context,
  type ConnectContext,
  connect4,
  connect6,
} from './programs/connect.ts';
// The registries are listed by a star: only so can `declare module 'skep/bpf'` add to them.
export * from './programs/kernel-types.ts';
export type { PacketContext } from './programs/packet-context.ts';
export type { Program, ProgramKind, ProgramOptions } from './programs/program.ts';
export { type SkLookupContext, skLookup } from './programs/sk-lookup.ts';
export type { SkbContext } from './programs/skb-context.ts';
export type { Socket } from './programs/socket.ts';
export { socketFilter } from './programs/socket-filter.ts';
export { tc } from './programs/tc.ts';
export { fentry, fexit, kprobe, kretprobe, lsm, tpBtf, tracepoint } from './programs/tracing.ts';
export { SK, TC, XDP } from './programs/verdicts.ts';
export { type XdpContext, xdp } from './programs/xdp.ts';
export type { FieldInputs, FieldPlains, Fields, FieldViews, RecordMethods, RecordView } from './record.ts';
export type { AnySchema, Infer, Init, Input, Scalar, Schema, Userland } from './schema.ts';
export { type SpinLock, spinLock } from './spin-lock.ts';
export { type StructSchema, struct } from './struct.ts';
export { type Config, config, type Global, type GlobalSchema, global } from './variables.ts';
