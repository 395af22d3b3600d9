# Puts four bytes in front of each packet and sends it back.
  .section xdp
  .globl grow
grow:
  r2 = -4
  call bpf_xdp_adjust_head
  r0 = 3
  exit
