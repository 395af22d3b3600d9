# Returns what is no XDP verdict.
  .section xdp
  .globl stray
stray:
  r0 = 77
  exit
