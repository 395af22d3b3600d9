# Sends every packet out of interface 7.
  .section xdp
  .globl redirect
redirect:
  r1 = 7
  r2 = 0
  call bpf_redirect
  exit
