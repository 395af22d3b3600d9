# Writes a line before the first map.
  .section .rodata
line: .ascii "maps:\n"

  .section iter/bpf_map
once:
  r1 = *(u64 *)(r1 + 0)
  r2 = *(u64 *)(r1 + 16)
  if r2 != 0 goto out
  r1 = *(u64 *)(r1 + 0)
  r2 = line ll
  r3 = 6
  call bpf_seq_write
out:
  r0 = 0
  exit

  .section license
  .asciz "GPL"
