# Reads behind the packet where it is shorter than 100 bytes.
  .section xdp
  .globl fault
fault:
  r2 = *(u32 *)(r1 + 0)
  r0 = *(u8 *)(r2 + 99)
  r0 = 2
  exit
