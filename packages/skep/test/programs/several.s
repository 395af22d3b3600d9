# Two programs, one map of each kind that has its own form of output.
  .struct flow { __be32 src; __be16 port; u16 flags; }
  .map counts, type=percpu_array, key=u32, value=u64, max_entries=4
  .map flows, type=hash, key=struct flow, value=struct { u64 packets; u32 bytes; }, max_entries=16
  .map waiting, type=queue, value=u32, max_entries=4
  .map jumps, type=prog_array, key=u32, value=u32, max_entries=2, values=[0, pass]
  .map inner, type=array, key=u32, value=u32, max_entries=1
  .map outer, type=hash_of_maps, key=u32, max_entries=2, inner=inner
  .map unused, type=hash, key=4, value=4, max_entries=2

  .section xdp
  .globl count
count:
  r6 = r1
  *(u32 *)(r10 - 4) = 1
  r2 = r10
  r2 += -4
  r1 = counts ll
  call bpf_map_lookup_elem
  if r0 == 0 goto drop
  r1 = 1
  lock *(u64 *)(r0 + 0) += r1
  r1 = flows ll
  r1 = waiting ll
  r1 = outer ll
  r1 = limit ll
  r1 = *(u32 *)(r1 + 0)
  r2 = seen ll
  r3 = *(u32 *)(r2 + 0)
  r3 += 1
  *(u32 *)(r2 + 0) = r3
  if r3 > r1 goto drop
  r1 = r6
  r2 = jumps ll
  r3 = 1
  call bpf_tail_call
drop:
  r0 = 1
  exit

  .section xdp
  .globl pass
pass:
  r0 = 2
  exit

  .section .rodata
  .globl limit
limit:
  .long 5

  .section .bss
  .globl seen
seen:
  .zero 4
