# SPDX-License-Identifier: Apache-2.0
#
# A firewall for a network card. It runs on each packet before the system sees it (XDP):
#
#   1. find the IPv4 header, behind one VLAN tag if there is one;
#   2. count the packet and its bytes by source address, in the map `counters`;
#   3. look the source up in the map `blocked`, and drop the packet where it says so.
#
# All else passes: IPv6, ARP, packets too short for their headers. firewall.c is the same program in C.
#
#   skep run firewall.s --pcap ../captures/web.pcap --set blocked 10.0.0.0/8=1
#
# How to read it: r0 is the result, r1..r5 are arguments and scratch, which a call destroys; r6..r9 survive calls;
# r10 points behind the top of the stack. `r1 = x ll` loads the address of x.

.license "GPL"

# ------------------------------------------------------------------------------------------------------------ maps

# Prefixes with 1 for those to drop. The longest that matches decides.
.struct prefix {
  u32 prefixlen;                        # 8 for 10.0.0.0/8
  __be32 address;
}
.map blocked, type=lpm_trie, key=struct prefix, value=u32, max_entries=16384, flags=BPF_F_NO_PREALLOC

# Packets and bytes by source address; the addresses unseen for longest make room.
.struct counter {
  u64 packets;
  u64 bytes;
}
.map counters, type=lru_hash, key=__be32, value=struct counter, max_entries=65536

# ----------------------------------------------------------------------------------------------------------- names

# Known already: verdicts (XDP_DROP), flags (BPF_F_NO_PREALLOC), fields of what a program is given (xdp_md.data), and
# the members of our structs (counter.bytes is their offset, 8).

# Ethernet: destination (6 bytes), source (6), type of what follows (2)
.set ethernet.type, 12
.set ethernet.length, 14
.set ETH_IPV4, 0x0800
.set ETH_8021Q, 0x8100                  # a VLAN tag follows
.set ETH_8021AD, 0x88a8                 # a VLAN tag of a provider follows

# VLAN tag: number of the VLAN (2 bytes), type of what follows (2)
.set vlan.type, 2
.set vlan.length, 4

# IPv4
.set ipv4.source, 12
.set ipv4.length, 20                    # without options

# Our stack, counted down from r10
.set source_key, 4                      # u32: key of `counters`
.set blocked_key, 16                    # struct prefix: key of `blocked`
.set new_counter, 32                    # struct counter

# --------------------------------------------------------------------------------------------------------- program

.section xdp
.globl firewall
firewall:
  r6 = *(u32 *)(r1 + xdp_md.data)
  r7 = *(u32 *)(r1 + xdp_md.data_end)

  # r8 goes from header to header. No byte may be read before it is known to lie before data_end.
  r8 = r6
  r8 += ethernet.length
  if r8 > r7 goto pass
  r1 = *(u16 *)(r6 + ethernet.type)
  r1 = be16 r1                          # packets hold the high byte first
  if r1 == ETH_8021Q goto tagged
  if r1 != ETH_8021AD goto untagged

tagged:
  r2 = r8
  r8 += vlan.length
  if r8 > r7 goto pass
  r1 = *(u16 *)(r2 + vlan.type)
  r1 = be16 r1

untagged:
  if r1 != ETH_IPV4 goto pass
  r2 = r8
  r2 += ipv4.length
  if r2 > r7 goto pass

  r9 = *(u32 *)(r8 + ipv4.source)       # r9: source address, as it stands in the packet
  r7 -= r6                              # r7: length of the packet

  # known = counters[source]
  *(u32 *)(r10 - source_key) = r9
  r1 = counters ll
  r2 = r10
  r2 += -source_key
  call bpf_map_lookup_elem
  if r0 == 0 goto first_packet

  # known->packets += 1, known->bytes += length: other processors may be counting too, hence `lock`
  r1 = 1
  lock *(u64 *)(r0 + counter.packets) += r1
  lock *(u64 *)(r0 + counter.bytes) += r7
  goto decide

first_packet:
  # counters[source] = { 1, length }
  r1 = 1
  *(u64 *)(r10 - new_counter + counter.packets) = r1
  *(u64 *)(r10 - new_counter + counter.bytes) = r7
  r1 = counters ll
  r2 = r10
  r2 += -source_key
  r3 = r10
  r3 += -new_counter
  r4 = 0                                # BPF_ANY: new or not
  call bpf_map_update_elem

decide:
  # block = blocked[{ 32, source }]: the longest prefix that the whole address begins with
  r1 = 32
  *(u32 *)(r10 - blocked_key + prefix.prefixlen) = r1
  *(u32 *)(r10 - blocked_key + prefix.address) = r9
  r1 = blocked ll
  r2 = r10
  r2 += -blocked_key
  call bpf_map_lookup_elem
  if r0 == 0 goto pass
  r1 = *(u32 *)(r0 + 0)
  if r1 != 1 goto pass
  r0 = XDP_DROP
  exit

pass:
  r0 = XDP_PASS
  exit
