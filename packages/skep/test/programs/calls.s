# Sends the number of each signal that process `target` sends, and counts them.
  .map signals, type=ringbuf, max_entries=4096
  .map counts, type=hash, key=u32, value=u64, max_entries=8
  .section .rodata
target: .long 0

  .section tracepoint/syscalls/sys_enter_kill
on_kill:
  r6 = r1
  call bpf_get_current_pid_tgid
  r0 >>= 32
  r1 = target ll
  r1 = *(u32 *)(r1 + 0)
  if r0 != r1 goto out
  r1 = *(u64 *)(r6 + 24)
  *(u32 *)(r10 - 4) = r1
  r1 = 1
  *(u64 *)(r10 - 16) = r1
  r1 = counts ll
  r2 = r10
  r2 += -4
  r3 = r10
  r3 += -16
  r4 = 0
  call bpf_map_update_elem
  r1 = signals ll
  r2 = r10
  r2 += -4
  r3 = 4
  r4 = 0
  call bpf_ringbuf_output
out:
  r0 = 0
  exit

  .section license
  .asciz "GPL"
