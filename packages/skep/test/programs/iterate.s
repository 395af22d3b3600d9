# Writes a line after the last map: the context has no map then.
  .section .rodata
line: .ascii "done.\n"

  .section iter/bpf_map
once:
  r2 = *(u64 *)(r1 + 8)
  if r2 != 0 goto out
  r1 = *(u64 *)(r1 + 0)
  r1 = *(u64 *)(r1 + 0)
  r2 = line ll
  r3 = 6
  call bpf_seq_write
out:
  r0 = 0
  exit

  .section license
  .asciz "GPL"
