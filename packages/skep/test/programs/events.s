# Sends the length of each packet through a ring buffer, and prints a line for it.
  .map lengths, type=ringbuf, max_entries=4096
  .section xdp
  .globl events
events:
  r6 = *(u32 *)(r1 + 4)
  r1 = *(u32 *)(r1 + 0)
  r6 -= r1
  *(u32 *)(r10 - 4) = r6
  r1 = lengths ll
  r2 = r10
  r2 += -4
  r3 = 4
  r4 = 0
  call bpf_ringbuf_output
  r1 = format ll
  r2 = 10
  r3 = r6
  call bpf_trace_printk
  r0 = 2
  exit

  .section .rodata
format:
  .asciz "length %d"

  .section license
  .asciz "GPL"
